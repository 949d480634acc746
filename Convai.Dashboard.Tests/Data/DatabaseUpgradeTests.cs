using System.Data.Common;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convai.Dashboard.Data;

/// <summary>A database that an earlier release left behind, opened by this one: nothing is lost, and what was immutable still is.</summary>
[Trait("Database", "Chosen")]
[Trait("Speed", "Slow")]
public sealed class DatabaseUpgradeTests : IDisposable
{
    private const string FirstRelease = "20261124040831_Accounts";
    private const string SecondRelease = "20261124065659_Changes";
    private const string BeforeProviderLinks = "20261124194036_Batches";
    private const string FirstOnPostgreSql = "20261124230127_Initial";
    private const string BeforeAssignments = "20261130104135_RehearsalJudge";
    private const string BeforeAssignmentsOnPostgreSql = "20261130104138_RehearsalJudge";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-");

    [Fact]
    public async Task Sqlite_FromFirstRelease_KeepsPeopleAndTheirLog()
    {
        using var host = TestPeople.CreateHost([("Data:Directory", _data.FullName)]);
        await MigrateAsync(host, FirstRelease);
        await InsertPeopleAsync(host);
        await host.UpgradeDatabaseAsync(Cancellation);
        await AssertPeopleAsync(host);
        TestDatabase.CloseFile(_data.FullName);

        await using var process = await DashboardProcess.StartAsync(_data.FullName);
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
        Assert.Contains("Ana Keller", (await ana.PageAsync("/account")).Body!.TextContent, StringComparison.Ordinal);
        TestDatabase.CloseFile(_data.FullName);
    }

    [Fact]
    public async Task Sqlite_FromSecondRelease_KeepsEveryJournalRecord()
    {
        using var host = TestPeople.CreateHost([("Data:Directory", _data.FullName)]);
        await MigrateAsync(host, SecondRelease);
        await InsertPeopleAsync(host);
        await InsertJournalAsync(host);
        await host.UpgradeDatabaseAsync(Cancellation);
        await AssertPeopleAsync(host);
        await AssertJournalAsync(host);
        TestDatabase.CloseFile(_data.FullName);
    }

    [Fact]
    public async Task PostgreSql_FromFirstRelease_KeepsEverything()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var database = await TestDatabase.CreateEmptyPostgreSqlAsync();
        using var host = TestPeople.CreateHost(database.Settings);
        await MigrateAsync(host, FirstOnPostgreSql);
        await InsertPeopleAsync(host);
        await InsertJournalAsync(host);
        await host.UpgradeDatabaseAsync(Cancellation);
        await AssertPeopleAsync(host);
        await AssertJournalAsync(host);

        await using var process = await DashboardProcess.StartAsync(_data.FullName, database.Environment);
        using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
    }

    /// <summary>Names were free to choose.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task DuplicateNames_AreKeptAndReservedForTheEarlierPerson(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        using var host = TestPeople.CreateHost(database.Settings);
        await MigrateAsync(host, provider == DatabaseProvider.Sqlite ? BeforeProviderLinks : FirstOnPostgreSql);
        foreach (var id in new[] { "a", "b", "c" })
        {
            await InsertPersonAsync(host, id, $"{id}@studio.example", "Viewer, by invitation", "Password", isLinked: false);
        }

        await using var db = await OpenAsync(host);
        await db.Database.ExecuteSqlRawAsync("""UPDATE "People" SET "Name" = 'Ana Keller' WHERE "Id" = 'a'; UPDATE "People" SET "Name" = 'ANA  KELLER' WHERE "Id" = 'b'; UPDATE "People" SET "Name" = '' WHERE "Id" = 'c';""", Cancellation);
        await host.UpgradeDatabaseAsync(Cancellation);
        await host.UpgradeDatabaseAsync(Cancellation);
        Assert.Equal(["Ana Keller", "ANA  KELLER", ""], await db.Users.OrderBy(person => person.Id).Select(person => person.Name).ToListAsync(Cancellation));
        Assert.Equal("a", (await db.Set<PersonName>().SingleAsync(name => name.Key == PersonNames.CreateKey("Ana Keller"), Cancellation)).PersonId);
        TestDatabase.CloseFile(_data.FullName);
    }

    /// <summary>Accounts that came from the organisation before its word about emails counted.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task ProviderAccounts_AreMigratedToVerifiedEmailRules(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        using var host = TestPeople.CreateHost(database.Settings);
        await MigrateAsync(host, provider == DatabaseProvider.Sqlite ? BeforeProviderLinks : FirstOnPostgreSql);
        await InsertPersonAsync(host, "none", "0190@no-email.invalid", "Viewer, by Studio", "Studio", isLinked: true);
        await InsertPersonAsync(host, "zoe", "zoë@studio.example", "Viewer, by Studio", "Passkey", isLinked: true);
        await InsertPersonAsync(host, "invited", "jonaſ@studio.example", "Designer, by invitation", "Studio", isLinked: true);
        await InsertPersonAsync(host, "local", "local@studio.example", "Admin, by invitation", "Password", isLinked: false);
        await host.UpgradeDatabaseAsync(Cancellation);

        await using var db = await OpenAsync(host);
        var people = await db.Users.ToDictionaryAsync(person => person.Id, Cancellation);
        Assert.Equal((null, null, "none", "NONE"), (people["none"].Email, people["none"].NormalizedEmail, people["none"].UserName, people["none"].NormalizedUserName));
        Assert.Equal(("ZOë@STUDIO.EXAMPLE", "JONAſ@STUDIO.EXAMPLE"), (people["zoe"].NormalizedEmail, people["invited"].NormalizedUserName));
        // An invited person was linked only by an email that counted as verified.
        Assert.Equal((false, true, false), (people["zoe"].EmailConfirmed, people["invited"].EmailConfirmed, people["local"].EmailConfirmed));
        // A person whose last sign-in was local signs in at the provider first.
        Assert.Equal((TestPeople.Ana.CreatedAt, null, TestPeople.Ana.CreatedAt), (people["none"].ProviderSignInAt, people["zoe"].ProviderSignInAt, people["invited"].ProviderSignInAt));
        Assert.All(people.Values, person => Assert.Equal((null, null), (person.LocalSignInDisabledAt, person.LinksReviewedAt)));
        TestDatabase.CloseFile(_data.FullName);
    }

    /// <summary>Which preset a character has was told from the names in the journal.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task JournalPresets_ExactName_BecomeAssignments(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        using var host = TestPeople.CreateHost(database.Settings);
        await MigrateAsync(host, provider == DatabaseProvider.Sqlite ? BeforeAssignments : BeforeAssignmentsOnPostgreSql);
        await using var db = await OpenAsync(host);
        await InsertPresetAsync(db, "Villager", 0.50m);
        await InsertPresetAsync(db, "Captain", 0.20m);
        await InsertPresetChangesAsync(
            db,
            ("matches", "Preset", "Captain", 0.20m, "Confirmed"),
            ("matches", "Preset", "Villager", 0.50m, "Confirmed"),
            ("by-hand", "Preset", "Villager", 0.50m, "SentNotConfirmed"),
            ("by-hand", "Edit", null, 0.90m, "Confirmed"),
            ("edited-since", "Preset", "Villager", 0.40m, "AlreadySo"),
            ("edited-since", "Edit", null, 0.80m, "Rejected"),
            ("failed", "Preset", "Villager", 0.50m, "Rejected"),
            ("other-case", "Preset", "VILLAGER", 0.50m, "Confirmed"),
            ("deleted", "Preset", "Sailor", 0.50m, "Confirmed"),
            ("undone", "Preset", "Villager", 0.50m, "Confirmed"),
            ("returned", "Preset", "Captain", 0.20m, "Confirmed"),
            ("returned", "Preset", "Villager", 0.50m, "Confirmed"));
        await db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO "Changes" ("At", "Kind", "CharacterId", "CharacterName", "State", "UndoesId")
            SELECT "At", 'Undo', "CharacterId", "CharacterName", 'Confirmed', "Id" FROM "Changes" WHERE "CharacterId" IN ('undone', 'returned') AND "PresetName" = 'Villager';
            """,
            Cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "Batches" ("At", "Title", "Kind", "PersonId", "PersonName", "PresetName", "State")
            VALUES ({TestPeople.Ana.CreatedAt.UtcDateTime}, {"Test"}, {"Preset"}, {"ana"}, {"Ana Keller"}, {"Villager"}, {"Planned"})
            """,
            Cancellation);
        await host.UpgradeDatabaseAsync(Cancellation);

        var presets = await db.Set<Preset>().ToDictionaryAsync(preset => preset.Id, preset => preset.Name, Cancellation);
        Assert.Equal(
            [("by-hand", "Villager", 1), ("edited-since", "Villager", 0), ("matches", "Villager", 1), ("returned", "Captain", 1)],
            (await db.Set<PresetAssignment>().ToListAsync(Cancellation)).OrderBy(one => one.CharacterId, StringComparer.Ordinal).Select(one => (one.CharacterId, presets[one.PresetId], one.PresetVersion)));
        Assert.Equal([0.5m, 0.2m], (await db.Set<PresetVersion>().OrderBy(version => version.PresetId).ToListAsync(Cancellation)).Select(version => version.Temperature));
        Assert.All(await db.Set<Preset>().ToListAsync(Cancellation), preset => Assert.Equal(1, preset.Version));
        Assert.Equal("Villager", (await db.Set<Batch>().SingleAsync(Cancellation)).Preset is { Version: 1 } preset ? presets[preset.Id] : null);
        await AssertRefusedAsync(db, "The journal cannot be edited.", """UPDATE "Changes" SET "PresetId" = 7""", """UPDATE "Changes" SET "PresetVersion" = 7""");
        TestDatabase.CloseFile(_data.FullName);
    }

    private static Task<int> InsertPresetAsync(DashboardDbContext db, string name, decimal temperature) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO "Presets" ("Name", "NormalizedName", "Temperature", "ChangedAt", "ChangedByName")
        VALUES ({name}, {name.ToUpperInvariant()}, {temperature}, {TestPeople.Ana.CreatedAt.UtcDateTime}, {"Ana Keller"})
        """,
        Cancellation);

    /// <summary>Each character ends with the temperature of its last applied change.</summary>
    private static async Task InsertPresetChangesAsync(DashboardDbContext db, params (string Character, string Kind, string? Preset, decimal Temperature, string State)[] changes)
    {
        foreach (var (character, kind, preset, temperature, state) in changes)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "Changes" ("At", "Kind", "PersonId", "PersonName", "CharacterId", "CharacterName", "TemperatureAfter", "PresetName", "State")
                VALUES ({TestPeople.Ana.CreatedAt.UtcDateTime}, {kind}, {"jonas"}, {"Jonas Brandt"}, {character}, {character}, {temperature}, {preset}, {state})
                """,
                Cancellation);
        }

        foreach (var last in changes.Where(change => change.State != "Rejected").GroupBy(change => change.Character).Select(group => group.Last()))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "KnownCharacters" ("CharacterId", "Name", "Temperature", "FirstSeenAt", "ReadAt")
                VALUES ({last.Character}, {last.Character}, {last.Temperature}, {TestPeople.Ana.CreatedAt.UtcDateTime}, {TestPeople.Ana.CreatedAt.UtcDateTime})
                """,
                Cancellation);
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task EmptyDatabase_ManyServersConcurrently_MigratesOnce(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        var hosts = Enumerable.Range(0, 6).Select(_ => TestPeople.CreateHost(database.Settings)).ToList();
        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.UpgradeDatabaseAsync(Cancellation), Cancellation)));
        await using (var db = await OpenAsync(hosts[0]))
        {
            Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync(Cancellation));
            Assert.False(db.Database.HasPendingModelChanges());
        }

        hosts.ForEach(host => host.Dispose());
        TestDatabase.CloseFile(_data.FullName);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Downgrade_FromAnyMigration_IsRefused(DatabaseProvider provider)
    {
        await using var database = await CreateEmptyAsync(provider);
        using var host = TestPeople.CreateHost(database.Settings);
        await using var db = await OpenAsync(host);
        var migrations = db.GetService<IMigrationsAssembly>();
        Assert.All(migrations.Migrations, migration =>
        {
            var created = migrations.CreateMigration(migration.Value, db.Database.ProviderName!);
            Assert.Equal("The database only goes forward; going back is restoring a backup.", Assert.Throws<NotSupportedException>(() => created.DownOperations).Message);
        });
    }

    public void Dispose() => _data.Delete(recursive: true);

    private async Task<TestDatabase> CreateEmptyAsync(DatabaseProvider provider)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            return TestDatabase.ForFile(_data.FullName);
        }

        PostgresServer.SkipUnlessInstalled();
        return await TestDatabase.CreateEmptyPostgreSqlAsync();
    }

    private static async Task MigrateAsync(IHost host, string to)
    {
        await using var db = await OpenAsync(host);
        await db.GetService<IMigrator>().MigrateAsync(to, Cancellation);
    }

    /// <summary>As earlier releases wrote someone with a role of the organisation.</summary>
    private static async Task InsertPersonAsync(IHost host, string id, string email, string creation, string way, bool isLinked)
    {
        var (at, normalized) = (TestPeople.Ana.CreatedAt.UtcDateTime, email.ToUpperInvariant());
        await using var db = await OpenAsync(host);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "People" ("Id", "Name", "Role", "RoleClaim", "CreatedAt", "LastSignInAt", "LastSignInWay", "IsDisabled", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "SecurityStamp", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount")
            VALUES ({id}, {id}, {"Viewer"}, {(isLinked ? "groups = x" : null)}, {at}, {at}, {way}, {false}, {email}, {normalized}, {email}, {normalized}, {false}, {"s"}, {false}, {true}, {0});
            """,
            Cancellation);
        await db.Database.ExecuteSqlAsync($"""INSERT INTO "SecurityEvents" ("At", "Kind", "PersonId", "PersonName", "Detail") VALUES ({at}, {"AccountCreated"}, {id}, {id}, {creation})""", Cancellation);
        if (isLinked)
        {
            await db.Database.ExecuteSqlAsync($"""INSERT INTO "PersonLogins" ("LoginProvider", "ProviderKey", "UserId") VALUES ({"https://login.studio.example"}, {$"{id}-1"}, {id})""", Cancellation);
        }
    }

    /// <summary>As the first release wrote them: one of each role, one from the organisation, with everything that hangs on them.</summary>
    private static async Task InsertPeopleAsync(IHost host)
    {
        await using var db = await OpenAsync(host);
        foreach (var (person, role) in new[] { (TestPeople.Ana, "Admin"), (TestPeople.Jonas, "Designer"), (TestPeople.Vera, "Viewer") })
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "People" ("Id", "Name", "Role", "CreatedAt", "IsDisabled", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount")
                VALUES ({person.Id}, {person.Name}, {role}, {person.CreatedAt.UtcDateTime}, {false}, {person.Email}, {person.NormalizedEmail}, {person.Email}, {person.NormalizedEmail}, {false}, {person.PasswordHash}, {person.SecurityStamp}, {false}, {true}, {0})
                """,
                Cancellation);
        }

        await db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO "PersonLogins" ("LoginProvider", "ProviderKey", "ProviderDisplayName", "UserId") VALUES ('https://login.studio.example', 'jonas-1', 'Studio', 'jonas');
            INSERT INTO "PersonTokens" ("UserId", "LoginProvider", "Name", "Value") VALUES ('vera', '[AspNetUserStore]', 'AuthenticatorKey', 'KEY');
            INSERT INTO "AccessLinks" ("Id", "Kind", "SecretHash", "Role", "Email", "CreatedByName", "CreatedAt", "ExpiresAt") VALUES
                ('00000000-0000-0000-0000-000000000001', 'Invitation', 'by-an-admin', 'Admin', 'lea@studio.example', 'Ana Keller', '2026-01-02 03:04:05', '2099-01-02 03:04:05'),
                ('00000000-0000-0000-0000-000000000002', 'Invitation', 'by-a-former-one', 'Admin', 'max@studio.example', 'Jonas Brandt', '2026-01-02 03:04:05', '2099-01-02 03:04:05');
            INSERT INTO "SecurityEvents" ("At", "Kind", "PersonId", "PersonName", "Detail") VALUES ('2026-01-02 03:04:05', 'AccountCreated', 'ana', 'Ana Keller', 'Admin');
            INSERT INTO "SecurityEvents" ("At", "Kind", "Address") VALUES ('2026-01-03 03:04:05', 'SignInFailed', '192.0.2.1');
            """,
            Cancellation);
    }

    private static async Task AssertPeopleAsync(IHost host)
    {
        await using var db = await OpenAsync(host);
        var people = await db.Users.OrderBy(person => person.Id).ToListAsync(Cancellation);
        Assert.Equal(
            [(TestPeople.Ana.Name, Role.Admin), (TestPeople.Jonas.Name, Role.Designer), (TestPeople.Vera.Name, Role.Viewer)],
            people.Select(person => (person.Name, person.Role)));
        Assert.All(people, person => Assert.Equal(TestPeople.Ana.CreatedAt, person.CreatedAt));
        // Of two invitations the one whose Admin is known is still good.
        Assert.Equal(
            [("ana", true), (null, false)],
            (await db.Set<AccessLink>().OrderBy(link => link.SecretHash == "by-an-admin" ? 0 : 1).ToListAsync(Cancellation)).Select(link => (link.CreatedById, link.EndedAt is null)));
        Assert.Empty(await db.Set<SignInSession>().ToListAsync(Cancellation));
        Assert.Equal("jonas", (await db.UserLogins.SingleAsync(Cancellation)).UserId);
        Assert.Equal("KEY", (await db.UserTokens.SingleAsync(Cancellation)).Value);
        Assert.Equal(
            [SecurityEventKind.AccountCreated, SecurityEventKind.SignInFailed],
            (await db.Set<SecurityEvent>().OrderBy(line => line.Id).ToListAsync(Cancellation)).Select(line => line.Kind));
        await AssertRefusedAsync(db, "The security log cannot be edited.", """UPDATE "SecurityEvents" SET "Detail" = 'x'""", """DELETE FROM "SecurityEvents" """);
    }

    /// <summary>A line of every state that there was, and what was known of the character.</summary>
    private static async Task InsertJournalAsync(IHost host)
    {
        await using var db = await OpenAsync(host);
        foreach (var state in Enum.GetValues<ChangeState>())
        {
            var (kind, person) = state is ChangeState.Drifted or ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced ? ("Outside", null) : ("Edit", "Jonas Brandt");
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "Changes" ("At", "Kind", "PersonId", "PersonName", "CharacterId", "CharacterName", "ModelBefore", "ModelAfter", "TemperatureBefore", "TemperatureAfter", "Reason", "State", "SentAt")
                VALUES ({TestPeople.Ana.CreatedAt.UtcDateTime}, {kind}, {(person is null ? null : "jonas")}, {person}, {"mira"}, {"Mira"}, {"gpt-4o"}, {"gpt-4.1"}, {0.70m}, {0.42m}, {$"Was {state}"}, {state.ToString()}, {TestPeople.Ana.CreatedAt.UtcDateTime})
                """,
                Cancellation);
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "KnownCharacters" ("CharacterId", "Name", "ModelCode", "Temperature", "FirstSeenAt", "ReadAt")
            VALUES ({"mira"}, {"Mira"}, {"gpt-4o"}, {0.70m}, {TestPeople.Ana.CreatedAt.UtcDateTime}, {TestPeople.Ana.CreatedAt.UtcDateTime})
            """,
            Cancellation);
    }

    private static async Task AssertJournalAsync(IHost host)
    {
        await using var db = await OpenAsync(host);
        var changes = await db.Set<ChangeRecord>().OrderBy(change => change.Id).ToListAsync(Cancellation);
        Assert.Equal(Enum.GetValues<ChangeState>(), changes.Select(change => change.State));
        Assert.All(changes, change =>
        {
            Assert.Equal((TestPeople.Ana.CreatedAt, "Mira", "gpt-4o", "gpt-4.1", 0.7m, 0.42m), (change.At, change.CharacterName, change.ModelBefore, change.ModelAfter, change.TemperatureBefore, change.TemperatureAfter));
            Assert.Equal((null, null, $"Was {change.State}"), (change.BatchId, change.PresetName, change.Reason));
        });
        Assert.Equal(0.7m, (await db.Set<KnownCharacter>().SingleAsync(Cancellation)).Temperature);
        Assert.Empty(await db.Set<Batch>().ToListAsync(Cancellation));
        Assert.Empty(await db.Set<Preset>().ToListAsync(Cancellation));
        await AssertRefusedAsync(
            db,
            "The journal cannot be edited.",
            """DELETE FROM "Changes" """,
            """UPDATE "Changes" SET "SettledBy" = 'x' WHERE "State" = 'Confirmed'""",
            """UPDATE "Changes" SET "BatchId" = 1 WHERE "State" = 'Sent'""",
            """UPDATE "Changes" SET "PresetName" = 'x' WHERE "State" = 'Drifted'""");
        // What was open can still be settled.
        Assert.Equal(1, await db.Database.ExecuteSqlRawAsync("""UPDATE "Changes" SET "State" = 'Confirmed' WHERE "State" = 'Sent'""", Cancellation));
    }

    private static async Task AssertRefusedAsync(DashboardDbContext db, string sentence, params string[] statements)
    {
        foreach (var sql in statements)
        {
            Assert.Contains(sentence, (await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancellation))).Message, StringComparison.Ordinal);
        }
    }

    private static Task<DashboardDbContext> OpenAsync(IHost host) =>
        host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
