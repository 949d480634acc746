using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Convai.Dashboard.Testing;

/// <summary>
/// One of each role, in a database that is migrated once and copied for every test. All have the same password.
/// </summary>
internal static class TestPeople
{
    public const string Password = "correct horse battery staple";

    private static readonly string Hash = new PasswordHasher<Person>().HashPassword(new Person(), Password);
    private static readonly Lazy<Task<byte[]>> Template = new(CreateTemplateAsync);

    public static readonly Person Ana = Create("ana", "Ana Keller", Role.Admin);
    public static readonly Person Jonas = Create("jonas", "Jonas Brandt", Role.Designer);
    public static readonly Person Vera = Create("vera", "Vera Lind", Role.Viewer);

    public static ClaimsPrincipal Nobody => new(new ClaimsIdentity());

    public static Person Of(Role role) => role switch
    {
        Role.Admin => Ana,
        Role.Designer => Jonas,
        _ => Vera,
    };

    public static ClaimsPrincipal As(Role role) => Of(role).ToPrincipal();

    /// <summary>Puts the database with the three people into a data directory.</summary>
    public static async Task MoveIntoAsync(string dataDirectory) =>
        await File.WriteAllBytesAsync(Path.Combine(dataDirectory, "dashboard.db"), await Template.Value);

    /// <summary>Lets go of the file, so that the directory can be deleted.</summary>
    public static void CloseDatabase(string dataDirectory) =>
        SqliteConnection.ClearPool(new SqliteConnection(Database.ConnectionString(new DataOptions { Directory = dataDirectory })));

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

    private static async Task<byte[]> CreateTemplateAsync()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-template-");
        try
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddInMemoryCollection([new("Data:Directory", directory.FullName)]);
            builder.AddDataDirectory();
            builder.AddDatabase();
            builder.AddSignInSchemes();
            using var host = builder.Build();
            await host.StartAsync();
            await using (var db = await host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync())
            {
                db.AddRange(Ana, Jonas, Vera);
                await db.SaveChangesAsync();
            }

            await host.StopAsync();
            CloseDatabase(directory.FullName);
            return await File.ReadAllBytesAsync(Path.Combine(directory.FullName, "dashboard.db"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
