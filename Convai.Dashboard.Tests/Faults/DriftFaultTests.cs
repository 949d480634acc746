using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>A place of the matrix: the background readings, which find what was changed outside.</summary>
[Trait("Speed", "Slow")]
public sealed class DriftFaultTests(FaultyDashboard dashboard) : JournalTest, IClassFixture<FaultyDashboard>
{
    public static TheoryData<string> Reads => FaultTable.OfReads;

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task DriftRead_AnyFault_IsHandled(string name)
    {
        dashboard.Faults.Clear();
        await dashboard.Host.Services.ObserveAsync();
        var drifted = dashboard.Take();
        drifted.Temperature = 0.9m;
        var (fault, before) = (dashboard.Inject(name, "list"), (await ChangesAsync(dashboard.Host)).Count);
        dashboard.Time.Advance(TimeSpan.FromSeconds(1));
        var reading = await dashboard.WaitAsync(() => dashboard.Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation));
        Assert.Equal(fault.List, reading.Failure?.Sentence);
        dashboard.AssertHarmless(reading.Failure!.Sentence);
        // What is known is still shown, and says how old it is.
        Assert.Equal((FaultyDashboard.Characters, FaultyDashboard.Old), (reading.Characters!.Count, reading.Find(drifted.Id)!.Settings.Temperature));
        await dashboard.Host.Get<JournalReconciler>().ObserveAsync(reading.Characters, reading.AskedAt, Cancellation);
        Assert.Equal(before, (await ChangesAsync(dashboard.Host)).Count);

        dashboard.Recover();
        await dashboard.Host.Services.ObserveAsync();
        var drift = Assert.Single(await dashboard.ChangesAsync(drifted.Id));
        Assert.Equal((ChangeState.Drifted, FaultyDashboard.Old, 0.9m, before + 1), (drift.State, drift.TemperatureBefore, drift.TemperatureAfter, (await ChangesAsync(dashboard.Host)).Count));
    }
}
