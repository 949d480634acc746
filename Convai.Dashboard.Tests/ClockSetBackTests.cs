using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard;

/// <summary>The whole dashboard, on a computer whose clock is set back by an hour while it runs.</summary>
[Trait("Speed", "Slow")]
public sealed class ClockSetBackTests : IAsyncLifetime
{
    private const string Mira = "Mira the Innkeeper";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private SettableClock _computer = null!;
    private RunningDashboard _dashboard = null!;

    private IServiceProvider Services => _dashboard.Services;

    private CastDirectory Cast => Services.GetRequiredService<CastDirectory>();

    private ConvaiClient Convai => Services.GetRequiredService<ConvaiClient>();

    public async ValueTask InitializeAsync()
    {
        _computer = new SettableClock(_time);
        _dashboard = await RunningDashboard.StartAsync(
            // On PostgreSQL, servers share their pace by the database's clock, which this test cannot advance.
            services => services.AddSingleton(new MonotonicClock(_computer)).RemoveAll<ISharedRateLimit>(), SandboxHost.NoRetries, ("Drift:ReadEvery", "00:05:00"));
        await Services.ObserveAsync();
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task CachedReads_OnceStale_AreRefreshed()
    {
        var models = Services.GetRequiredService<AccountModels>();
        var mira = _dashboard.Host.Character(Mira).Id;
        await models.ReadForCharacterAsync(mira, false, Cancellation);
        SetBack();
        _time.Advance(TimeSpan.FromSeconds(31));
        await Cast.ReadAsync(false, Cancellation);
        await models.ReadForCharacterAsync(mira, false, Cancellation);
        Assert.Equal((2, 2), (Asked("list"), Asked("getSupportedModel")));
    }

    [Fact]
    public async Task BackOff_EndsAfterConvaisRetryAfter()
    {
        _dashboard.Host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 60);
        Assert.Equal(ConvaiFailureKind.RateLimited, (await Cast.ReadAsync(true, Cancellation)).Failure!.Kind);
        SetBack();
        Assert.Equal(TimeSpan.FromSeconds(60), Convai.BackOffRemaining);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null((await Cast.ReadAsync(true, Cancellation)).Failure);
    }

    [Fact]
    public async Task Ages_KeepIncreasing()
    {
        using var admin = await AccountClient.SignedInAsync(_dashboard.Address, TestPeople.Ana.Email!);
        SetBack();
        // The watch reads at its due time; here only the clock is of interest.
        _dashboard.Host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Status: 500, Body: "{}");
        _time.Advance(TimeSpan.FromMinutes(11));
        var page = await admin.PageAsync("about");
        Assert.StartsWith("8 min ago", page.QuerySelectorAll("dt").Single(term => term.TextContent == "Last response").NextElementSibling!.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_RecordsSavesAndOutsideChanges_InOrder()
    {
        Assert.IsType<ChangeOutcome.Confirmed>(await Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m)));
        SetBack();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<ChangeOutcome.Confirmed>(await Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.43m)));

        var seen = new TaskCompletionSource<ChangeRecord>();
        using var listening = Services.GetRequiredService<IChangeFeed>().Subscribe(changeEvent =>
        {
            if (changeEvent is ChangeEvent.Recorded { Change: { Kind: ChangeKind.Outside } change })
            {
                seen.TrySetResult(change);
            }
        });
        _dashboard.Host.Character(Mira).Temperature = 0.9m;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((0.43m, 0.9m), await _time.AdvanceUntilAsync(seen.Task) is var outside ? (outside.TemperatureBefore!.Value, outside.TemperatureAfter!.Value) : default);
        var times = (await Services.ChangesAsync()).Select(change => change.At).ToList();
        Assert.Equal(3, times.Count);
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task Read_AfterClockSetBack_IsNotOverwrittenByOlderRecords()
    {
        await Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        SetBack();
        _time.Advance(TimeSpan.FromSeconds(1));
        _dashboard.Host.Character(Mira).Temperature = 0.9m;
        var reading = await Cast.ReadAsync(true, Cancellation);
        var mira = reading.Characters!.Single(character => character.Name == Mira);
        Assert.Equal(0.9m, (await Services.GetRequiredService<ChangeJournal>().ApplyLaterChangesAsync(mira.Id, mira.Settings, reading.AskedAt, Cancellation)).Temperature);
    }

    private void SetBack() => _computer.Offset = TimeSpan.FromHours(-1);

    private int Asked(string endpoint) => _dashboard.Host.Endpoints.Count(asked => asked == endpoint);
}
