using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Changes;

[Trait("Speed", "Slow")]
public sealed class JournalClockTests
{
    [Fact]
    public async Task Start_ClockBehindJournal_ContinuesFromJournalTime()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var directory = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            await using var database = await TestDatabase.CreateAsync(directory.FullName);
            await using (var before = await StartAsync(time, database))
            {
                await before.Services.ObserveAsync();
            }

            var restarted = new FakeTimeProvider(time.GetUtcNow().AddHours(-1));
            await using var host = await StartAsync(restarted, database);
            Assert.Contains(host.Logs.Lines, line => line.Contains("behind the newest journal entry", StringComparison.Ordinal));
            restarted.Advance(TimeSpan.FromSeconds(1));
            host.Character("Mira the Innkeeper").Temperature = 0.9m;
            await host.Services.ObserveAsync();
            Assert.Equal(0.9m, Assert.Single(await host.Services.ChangesAsync()).TemperatureAfter);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Task<SandboxHost> StartAsync(TimeProvider computer, TestDatabase database) =>
        SandboxHost.StartAsync(new MonotonicClock(computer), services => services.AddSingleton(provider => (MonotonicClock)provider.GetRequiredService<TimeProvider>()), [.. database.Settings, ("Drift:ReadEvery", "00:00:00")]);
}
