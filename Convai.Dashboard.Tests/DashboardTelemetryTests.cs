using System.Diagnostics.Metrics;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Convai.Dashboard;

/// <summary>What is measured, over the real client and the real sandbox; that it goes out is for TelemetryTests.</summary>
public sealed class DashboardTelemetryTests : BatchTest
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task Save_Confirmed_IsMeasuredWithItsThreeCalls()
    {
        await using var host = await SandboxHost.StartAsync();
        var character = await JournalTest.OpenAsync(host);
        using var calls = Collect<double>(host, DashboardTelemetry.CallDuration);
        using var saves = Collect<double>(host, DashboardTelemetry.SaveDuration);
        await JournalTest.SaveAsync(host, character, Temperature(0.42m));
        Assert.Equal(
            ["character/get success", "character/update success", "character/get success"],
            calls.GetMeasurementSnapshot().Select(call => $"{call.Tags[DashboardTelemetry.Endpoint]} {call.Tags[DashboardTelemetry.Outcome]}"));
        var save = Assert.Single(saves.GetMeasurementSnapshot());
        Assert.Equal(("edit", "confirmed"), (save.Tags[DashboardTelemetry.Kind], save.Tags[DashboardTelemetry.Outcome]));
        Assert.InRange(save.Value, double.Epsilon, 60);
    }

    [Fact]
    public async Task Save_ConvaiUnreachable_IsMeasuredAsUnchanged()
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        var character = await JournalTest.OpenAsync(host);
        host.Fail("get", SandboxFaultKind.GatewayHtml);
        using var calls = Collect<double>(host, DashboardTelemetry.CallDuration);
        using var saves = Collect<double>(host, DashboardTelemetry.SaveDuration);
        await JournalTest.SaveAsync(host, character, Temperature(0.42m));
        Assert.Equal("unreachable", Assert.Single(calls.GetMeasurementSnapshot()).Tags[DashboardTelemetry.Outcome]);
        Assert.Equal("unchanged", Assert.Single(saves.GetMeasurementSnapshot()).Tags[DashboardTelemetry.Outcome]);
    }

    [Fact]
    public async Task Drift_IsCountedOncePerField()
    {
        await using var host = await SandboxHost.StartAsync();
        await JournalTest.OpenAsync(host);
        using var drift = Collect<long>(host, DashboardTelemetry.DriftLines);
        (host.Character(Mira).ModelCode, host.Character(Mira).Temperature) = ("gpt-4.1", 0.9m);
        await JournalTest.OpenAsync(host);
        await JournalTest.OpenAsync(host);
        var found = await JournalTest.ChangesAsync(host);
        await host.Get<ChangeJournal>().AcceptAsync(TestPeople.As(Data.Role.Designer), found[0].CharacterId, [.. found.Select(change => change.Id)], Cancellation);
        Assert.Equal(2, drift.GetMeasurementSnapshot().EvaluateAsCounter());
    }

    [Fact]
    public async Task Batch_IsActiveWhileRunningAndCountsItemsByOutcome()
    {
        await using var host = await SandboxHost.StartAsync();
        using var rows = Collect<long>(host, DashboardTelemetry.BatchRows);
        using var active = Collect<long>(host, DashboardTelemetry.ActiveBatches);
        var report = await RunAsync(host, Temperature(0.42m));
        await active.WaitForMeasurementsAsync(2, Cancellation);
        Assert.Equal([1, -1], active.GetMeasurementSnapshot().Select(change => change.Value));
        var outcomes = rows.GetMeasurementSnapshot().GroupBy(row => (string)row.Tags[DashboardTelemetry.Outcome]!).ToDictionary(group => group.Key, group => group.Sum(row => row.Value));
        Assert.Equal(report.Count(BatchItemState.Confirmed), outcomes["confirmed"]);
        Assert.Equal(report.Count(BatchItemState.Skipped), outcomes.GetValueOrDefault("already_so"));
    }

    private static MetricCollector<T> Collect<T>(SandboxHost host, string instrument)
        where T : struct => new(host.Get<IMeterFactory>(), DashboardTelemetry.Name, instrument);
}
