using System.Data.Common;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Team;

public sealed class TeamDirectoryTests
{
    [Fact]
    public async Task LastAdmin_CannotBeDemotedOrDisabled()
    {
        await using var host = await SandboxHost.StartAsync();
        var team = host.Get<TeamDirectory>();
        Assert.Equal("Ana Keller is the last Admin. Make someone else an Admin first.", (await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "ana", Role.Viewer, Cancellation)).Error);
        Assert.Equal("Ana Keller is the last Admin. Make someone else an Admin first.", (await team.DisableAsync(TestPeople.As(Role.Admin), "ana", Cancellation)).Error);
        Assert.Equal(Role.Admin, (await FindAsync(host, "ana")).Role);

        Assert.Null((await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Admin, Cancellation)).Error);
        Assert.Null((await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "ana", Role.Viewer, Cancellation)).Error);
    }

    [Fact]
    public async Task LastAdmin_OtherAdminCannotSignIn_CannotBeDemoted()
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await OpenAsync(host))
        {
            // By an organisation that the dashboard no longer has a way in through.
            await db.Users.Where(person => person.Id == "jonas")
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.Role, Role.Admin).SetProperty(person => person.RoleClaim, "groups = admins"), Cancellation);
        }

        var team = host.Get<TeamDirectory>();
        Assert.Equal("Ana Keller is the last Admin. Make someone else an Admin first.", (await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "ana", Role.Viewer, Cancellation)).Error);
        Assert.Equal("Ana Keller is the last Admin. Make someone else an Admin first.", (await team.DisableAsync(TestPeople.As(Role.Admin), "ana", Cancellation)).Error);
    }

    [Fact]
    public async Task LastTwoAdmins_DemotingEachOtherConcurrently_OneRemains()
    {
        await using var host = await SandboxHost.StartAsync();
        var team = host.Get<TeamDirectory>();
        await team.ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Admin, Cancellation);
        // The second one is no longer an Admin by then, or is the last one.
        await Task.WhenAll(
            Record.ExceptionAsync(() => Task.Run(() => team.ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation), Cancellation)).AsTask(),
            Record.ExceptionAsync(() => Task.Run(() => team.DisableAsync(TestPeople.As(Role.Designer), "ana", Cancellation), Cancellation)).AsTask());
        await using var db = await OpenAsync(host);
        Assert.Single(await db.Users.Where(person => person.Role == Role.Admin && !person.IsDisabled).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task ChangeRole_ManagedByProvider_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await OpenAsync(host))
        {
            await db.Users.Where(person => person.Id == "vera").ExecuteUpdateAsync(set => set.SetProperty(person => person.RoleClaim, "groups = viewers"), Cancellation);
        }

        var outcome = await host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "vera", Role.Admin, Cancellation);
        Assert.Contains("comes from the organisation", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Role.Viewer, (await FindAsync(host, "vera")).Role);
    }

    [Theory]
    [InlineData("jonas@studio.example", "Jonas Brandt already has an account with this email.")]
    [InlineData("JONAS@Studio.Example", "Jonas Brandt already has an account with this email.")]
    [InlineData("not an email", "Enter the email address of the person to invite, such as ana@studio.example.")]
    [InlineData("", "Enter the email address of the person to invite, such as ana@studio.example.")]
    [InlineData(null, "Enter the email address of the person to invite, such as ana@studio.example.")]
    public async Task Invite_InvalidOrKnownEmail_IsRejectedWithReason(string? email, string sentence)
    {
        await using var host = await SandboxHost.StartAsync();
        var outcome = await host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), email, Role.Viewer, Cancellation);
        Assert.Equal(sentence, outcome.Error);
        Assert.Null(outcome.Value);
    }

    [Fact]
    public async Task Links_LocalAccountsDisabled_AreNotCreated()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Get<IOptions<AuthenticationOptions>>().Value.LocalAccounts = false;
        Assert.Contains("through the organisation only", (await host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Viewer, Cancellation)).Error, StringComparison.Ordinal);
        Assert.Contains("through the organisation only", (await host.Get<TeamDirectory>().CreateResetLinkAsync(TestPeople.As(Role.Admin), "vera", Cancellation)).Error, StringComparison.Ordinal);
        await using var db = await OpenAsync(host);
        Assert.Empty(await db.Set<AccessLink>().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Invite_StoresOnlyTheHashOfTheSecret()
    {
        await using var host = await SandboxHost.StartAsync();
        var secret = (await host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation)).Value!.Secret;
        await using var db = await OpenAsync(host);
        var link = await db.Set<AccessLink>().SingleAsync(Cancellation);
        Assert.DoesNotContain(secret, link.SecretHash, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(7), link.ExpiresAt - link.CreatedAt);
        Assert.Equal(43, secret.Length);
    }

    [Fact]
    public async Task EveryAction_IsLoggedImmutably()
    {
        await using var host = await SandboxHost.StartAsync();
        var (team, admin) = (host.Get<TeamDirectory>(), TestPeople.As(Role.Admin));
        await team.InviteAsync(admin, "lea@studio.example", Role.Designer, Cancellation);
        await team.WithdrawAsync(admin, (await team.ReadAsync(admin, Cancellation))!.Invitations.Single().Id, Cancellation);
        await team.ChangeRoleAsync(admin, "vera", Role.Designer, Cancellation);
        await team.CreateResetLinkAsync(admin, "vera", Cancellation);
        await team.SignOutEverywhereAsync(admin, "vera", Cancellation);
        await team.DisableAsync(admin, "vera", Cancellation);
        await team.EnableAsync(admin, "vera", Cancellation);

        var lines = (await host.Get<SecurityLog>().ReadAsync(admin, null, null, Cancellation))!;
        Assert.Equal(
            [
                SecurityEventKind.Enabled, SecurityEventKind.Disabled, SecurityEventKind.SignedOutEverywhere, SecurityEventKind.ResetLinkMade,
                SecurityEventKind.RoleChanged, SecurityEventKind.InvitationWithdrawn, SecurityEventKind.Invited,
            ],
            lines.Select(line => line.Kind));
        Assert.All(lines, line => Assert.Equal("Ana Keller", line.ByName));
        Assert.Equal("Viewer → Designer", lines[4].Detail);

        await using var db = await OpenAsync(host);
        string[] edits = [
            """UPDATE "SecurityEvents" SET "ByName" = 'Nobody'""", """DELETE FROM "SecurityEvents" """, """DELETE FROM "SecurityEvents" WHERE "Id" = 1""",
            TestDatabase.IsPostgreSql ? """TRUNCATE "SecurityEvents" """ : "REPLACE INTO SecurityEvents (Id, At, Kind) VALUES (1, '2026-01-01', 'SignedIn')",
        ];
        foreach (var sql in edits)
        {
            var failure = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancellation));
            Assert.Contains("cannot be edited", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(7, await db.Set<SecurityEvent>().CountAsync(Cancellation));
    }

    [Fact]
    public async Task RenewInvitation_EndsOldLinkAndLogsWithoutSecrets()
    {
        await using var host = await SandboxHost.StartAsync();
        var (team, admin, links) = (host.Get<TeamDirectory>(), TestPeople.As(Role.Admin), host.Get<AccessLinks>());
        var lost = (await team.InviteAsync(admin, "lea@studio.example", Role.Designer, Cancellation)).Value!.Secret;
        var other = (await team.InviteAsync(admin, "max@studio.example", Role.Viewer, Cancellation)).Value!.Secret;
        var invitation = (await team.ReadAsync(admin, Cancellation)).Invitations.Single(open => open.Email == "lea@studio.example");
        var renewed = (await team.RenewInvitationAsync(admin, invitation.Id, Cancellation)).Value!.Secret;

        Assert.Null(await links.FindAsync(lost, Cancellation));
        Assert.NotNull(await links.FindAsync(other, Cancellation));
        var link = (await links.FindAsync(renewed, Cancellation))!;
        Assert.Equal(("lea@studio.example", Role.Designer, "ana", TimeSpan.FromDays(7)), (link.Email, link.Role, link.CreatedById, link.ExpiresAt - link.CreatedAt));
        var line = (await host.Get<SecurityLog>().ReadAsync(admin, null, null, Cancellation))[0];
        Assert.Equal((SecurityEventKind.InvitationRenewed, "Ana Keller", "lea@studio.example as Designer; the earlier link has ended"), (line.Kind, line.ByName, line.Detail));
        Assert.DoesNotContain(renewed, link.SecretHash, StringComparison.Ordinal);

        // The row of the page may be old: that link is gone, and nothing is renewed twice.
        Assert.Contains("given a new link", (await team.RenewInvitationAsync(admin, invitation.Id, Cancellation)).Error, StringComparison.Ordinal);
        Assert.NotNull(await links.FindAsync(renewed, Cancellation));
    }

    [Fact]
    public async Task RenewInvitation_Concurrently_OneLinkWorks()
    {
        await using var host = await SandboxHost.StartAsync();
        var (team, admin) = (host.Get<TeamDirectory>(), TestPeople.As(Role.Admin));
        await team.InviteAsync(admin, "lea@studio.example", Role.Designer, Cancellation);
        var id = (await team.ReadAsync(admin, Cancellation)).Invitations.Single().Id;
        var made = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => team.RenewInvitationAsync(admin, id, Cancellation), Cancellation)));
        Assert.Single(made, outcome => outcome.Value is not null);
        Assert.Single((await team.ReadAsync(admin, Cancellation)).Invitations);
    }

    [Fact]
    public async Task RenewInvitation_ExpiredOrLocalAccountsOff_IsRefused()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        var (team, admin) = (host.Get<TeamDirectory>(), TestPeople.As(Role.Admin));
        await team.InviteAsync(admin, "lea@studio.example", Role.Designer, Cancellation);
        var id = (await team.ReadAsync(admin, Cancellation)).Invitations.Single().Id;
        host.Get<IOptions<AuthenticationOptions>>().Value.LocalAccounts = false;
        Assert.Contains("through the organisation only", (await team.RenewInvitationAsync(admin, id, Cancellation)).Error, StringComparison.Ordinal);
        host.Get<IOptions<AuthenticationOptions>>().Value.LocalAccounts = true;
        time.Advance(AccessLinks.InvitationLifetime);
        Assert.Contains("has expired", (await team.RenewInvitationAsync(admin, id, Cancellation)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.Admin)]
    [InlineData(Role.Designer)]
    [InlineData(Role.Viewer)]
    public async Task ReadNames_EveryRole_ListsPeopleWhoCanSignIn(Role role)
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(
            [new TeamName("ana", "Ana Keller", Role.Admin), new TeamName("jonas", "Jonas Brandt", Role.Designer), new TeamName("vera", "Vera Lind", Role.Viewer)],
            await host.Get<TeamDirectory>().ReadNamesAsync(TestPeople.As(role), Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<TeamDirectory>().ReadNamesAsync(TestPeople.Anonymous, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<TeamDirectory>().ReadNamesAsync(new Person { Id = "ana", Role = Role.Admin }.ToPrincipal("no such session"), Cancellation));
    }

    [Fact]
    public async Task RefusedAction_IsNotLoggedAndChangesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<TeamDirectory>().DisableAsync(TestPeople.As(Role.Admin), "ana", Cancellation);
        Assert.Empty((await host.Get<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), null, null, Cancellation))!);
    }

    [Fact]
    public async Task SecurityLog_LongerThanAPage_ContinuesAfterLastEntry()
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await OpenAsync(host))
        {
            db.AddRange(Enumerable.Range(0, SecurityLog.PageSize + 5).Select(_ => host.Get<SecurityLog>().CreateEvent(SecurityEventKind.SignedIn, TestPeople.Vera)));
            await db.SaveChangesAsync(Cancellation);
        }

        var first = (await host.Get<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), null, null, Cancellation))!;
        var rest = (await host.Get<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), null, first[^1].Id, Cancellation))!;
        Assert.Equal((SecurityLog.PageSize, 5), (first.Count, rest.Count));
        Assert.True(rest[0].Id < first[^1].Id);
    }

    private static async Task<Person> FindAsync(SandboxHost host, string id)
    {
        await using var db = await OpenAsync(host);
        return await db.Users.SingleAsync(person => person.Id == id, Cancellation);
    }

    private static Task<DashboardDbContext> OpenAsync(SandboxHost host) => host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
