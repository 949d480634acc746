using System.Buffers.Binary;
using System.Net;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Data;

/// <summary>What lies in the data directory is no one else's to read, and what is read all the same gives no one's codes or passwords away.</summary>
[Trait("Speed", "Slow")]
public sealed class PrivateDataTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-");

    /// <summary>By a program of its own with the usual umask, on files that an earlier version has left readable.</summary>
    [Fact]
    public async Task DataFiles_WhileRunning_AreReadableOnlyByOwner()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such rights.");
        TestDatabase.SkipUnlessSqlite();
        await using (await TestDatabase.CreateSqliteAsync(_data.FullName))
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_data.FullName, "keys")).FullName, "key-old.xml"), "<key />");
            foreach (var path in Directory.GetFileSystemEntries(_data.FullName, "*", SearchOption.AllDirectories).Append(_data.FullName))
            {
                Open(path);
            }

            await using var process = await DashboardProcess.StartAsync(_data.FullName);
            using var ana = await AccountClient.SignedInAsync(process.Address, TestPeople.Ana.Email!);
            var all = Directory.GetFileSystemEntries(_data.FullName, "*", SearchOption.AllDirectories).Append(_data.FullName).ToList();
            Assert.Contains(all, path => path.EndsWith("dashboard.db-wal", StringComparison.Ordinal));
            Assert.True(all.Count(path => path.EndsWith(".xml", StringComparison.Ordinal)) > 1);
            Assert.DoesNotContain(all, ReadableByOthers);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Volume_WithoutPermissionSupport_OnlyWarns(bool saysSo)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such rights.");
        Open(_data.FullName);
        var open = DataDirectory.Restrict(new DataOptions { Directory = _data.FullName }, (_, _) =>
        {
            if (saysSo)
            {
                throw new UnauthorizedAccessException();
            }
        });
        Assert.Equal([_data.FullName], open);
        Assert.True(File.Exists(Path.Combine(_data.FullName, "dashboard.db")));
    }

    [Fact]
    public async Task RecoveryCodes_AreStoredHashedAndWorkOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var jonas = (await users.FindByIdAsync("jonas"))!;
        var codes = (await users.GenerateNewTwoFactorRecoveryCodesAsync(jonas, 10))!.ToList();
        await AssertHashedAsync(host, codes);
        Assert.True((await users.RedeemTwoFactorRecoveryCodeAsync(jonas, codes[3])).Succeeded);
        Assert.False((await users.RedeemTwoFactorRecoveryCodeAsync(jonas, codes[3])).Succeeded);
        Assert.False((await users.RedeemTwoFactorRecoveryCodeAsync(jonas, "AAAAA-AAAAA")).Succeeded);
        Assert.Equal(9, await users.CountRecoveryCodesAsync(jonas));
        await AssertHashedAsync(host, codes);
    }

    [Fact]
    public async Task RecoveryCodes_FromEarlierVersion_AreHashedAndStillWork()
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await DbAsync(host.Services))
        {
            db.UserTokens.Add(new IdentityUserToken<string> { UserId = "jonas", LoginProvider = "[AspNetUserStore]", Name = "RecoveryCodes", Value = "AAAAA-BBBBB;CCCCC-DDDDD" });
            await db.SaveChangesAsync(Cancellation);
        }

        await host.Get<DatabaseUpgrade>().RunAsync(Cancellation);
        await host.Get<DatabaseUpgrade>().RunAsync(Cancellation);
        await AssertHashedAsync(host, ["AAAAA-BBBBB", "CCCCC-DDDDD"]);
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        Assert.True((await users.RedeemTwoFactorRecoveryCodeAsync((await users.FindByIdAsync("jonas"))!, "CCCCC-DDDDD")).Succeeded);
    }

    [Fact]
    public async Task Password_HashedWithFewerIterations_IsRehashedOnSignIn()
    {
        await using var dashboard = await RunningDashboard.StartAsync(SandboxHost.SlowHashes);
        await using (var db = await DbAsync(dashboard.Services))
        {
            var old = TestPeople.HashWith(100_000);
            await db.Users.Where(person => person.Id == "jonas").ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, old), Cancellation);
        }

        using var client = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        await using var after = await DbAsync(dashboard.Services);
        var hash = Convert.FromBase64String((await after.Users.SingleAsync(person => person.Id == "jonas", Cancellation)).PasswordHash!);
        // Identity's format 1: the function (2 is HMAC-SHA-512), then the iterations.
        Assert.Equal((2, 210_000), (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5))));
        using var again = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
    }

    [Fact]
    public async Task SignIn_DiskFull_IsReportedAndSessionsCanRead()
    {
        TestDatabase.SkipUnlessSqlite();
        var disk = new FullDisk();
        await using var dashboard = await RunningDashboard.StartAsync(services => services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(disk)));
        using var ana = await AccountClient.SignedInAsync(dashboard.Address, "ana@studio.example");
        using var jonas = new AccountClient(dashboard.Address);
        disk.IsFull = true;
        var answer = await jonas.SignInAsync("jonas@studio.example", TestPeople.Password);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The dashboard's disk is full. Nothing was completed.", (await AccountClient.ReadAsync(answer)).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(jonas.Cookies.GetCookies(dashboard.Address), cookie => cookie.Name == "dashboard");
        Assert.Equal(HttpStatusCode.OK, (await ana.GetAsync("/")).StatusCode);
        disk.IsFull = false;
        Assert.Equal(HttpStatusCode.Redirect, (await jonas.SignInAsync("jonas@studio.example", TestPeople.Password)).StatusCode);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private static bool ReadableByOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static async Task AssertHashedAsync(SandboxHost host, IEnumerable<string> codes)
    {
        await using var db = await DbAsync(host.Services);
        var stored = (await db.UserTokens.SingleAsync(token => token.UserId == "jonas" && token.Name == "RecoveryCodes", Cancellation)).Value!;
        Assert.All(codes, code => Assert.DoesNotContain(code, stored, StringComparison.OrdinalIgnoreCase));
    }

    private static Task<DashboardDbContext> DbAsync(IServiceProvider services) =>
        services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
