using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Testing;

/// <summary>
/// One of each role. All have the same password.
/// </summary>
internal static class TestPeople
{
    public const string Password = "correct horse battery staple";

    /// <summary>So few that signing in costs nothing; a dashboard of a test's own process hashes with as many (<see cref="SandboxHost.ConfigureForTests"/>), so that signing in does not change it.</summary>
    public const int Iterations = 1_000;

    private static readonly string Hash = HashWith(Iterations);

    public static readonly Person Ana = Create("ana", "Ana Keller", Role.Admin);
    public static readonly Person Jonas = Create("jonas", "Jonas Brandt", Role.Designer);
    public static readonly Person Vera = Create("vera", "Vera Lind", Role.Viewer);

    public static string HashWith(int iterations) =>
        new PasswordHasher<Person>(Options.Create(new PasswordHasherOptions { IterationCount = iterations })).HashPassword(new Person(), Password);

    public static ClaimsPrincipal Anonymous => new(new ClaimsIdentity());

    public static Person For(Role role) => role switch
    {
        Role.Admin => Ana,
        Role.Designer => Jonas,
        _ => Vera,
    };

    /// <summary>Signed in long enough for any test.</summary>
    public static ClaimsPrincipal As(Role role) => As(For(role));

    /// <summary>The person in a session that <see cref="CreateSession"/> has made.</summary>
    public static ClaimsPrincipal As(Person person) => person.ToPrincipal($"session-of-{person.Id}");

    /// <summary>To be stored; whatever the clock of the test says, it has not expired.</summary>
    public static SignInSession CreateSession(Person person, DateTimeOffset? expiresAt = null) => new()
    {
        IdHash = RandomSecret.Hash($"session-of-{person.Id}"),
        PersonId = person.Id,
        Stamp = person.SecurityStamp!,
        StartedAt = person.CreatedAt,
        LastUsedAt = expiresAt ?? new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
        ExpiresAt = expiresAt ?? new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
        EndsAt = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    public static Person Create(string id, string name, Role role)
    {
        var email = $"{id}@studio.example";
        return new Person
        {
            Id = id,
            Name = name,
            Role = role,
            Email = email,
            UserName = email,
            NormalizedEmail = email.ToUpperInvariant(),
            NormalizedUserName = email.ToUpperInvariant(),
            PasswordHash = Hash,
            SecurityStamp = $"stamp-of-{id}",
            LockoutEnabled = true,
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
    }

    /// <summary>The least that has the database and the accounts.</summary>
    public static IHost CreateHost(IEnumerable<(string Key, string? Value)> settings, params ILoggerProvider[] logs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        logs.ToList().ForEach(log => builder.Logging.AddProvider(log));
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddDataDirectory();
        builder.AddDatabase();
        builder.AddSignInSchemes();
        return builder.Build();
    }

    public static async Task AddAsync(IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync();
        db.AddRange(Ana, Jonas, Vera);
        db.AddRange(CreateSession(Ana), CreateSession(Jonas), CreateSession(Vera));
        db.AddRange(new[] { Ana, Jonas, Vera }.Select(person => new PersonName { Key = PersonNames.CreateKey(person.Name), PersonId = person.Id }));
        await db.SaveChangesAsync();
    }
}
