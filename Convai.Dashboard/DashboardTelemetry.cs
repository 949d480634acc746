using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Convai.Dashboard;

/// <summary>
/// The dashboard's own metrics and spans, under <see cref="Name"/>. Every area may use it, and it depends on
/// none. Metrics carry kinds and outcomes, spans also ids; neither carries a name, a value, the key or Convai's text.
/// </summary>
public sealed class DashboardTelemetry : IDisposable
{
    public const string Name = "Convai.Dashboard";
    public const string CallDuration = "convai.dashboard.call.duration";
    public const string SaveDuration = "convai.dashboard.save.duration";
    public const string DriftLines = "convai.dashboard.drift.lines";
    public const string BatchRows = "convai.dashboard.batch.rows";
    public const string ActiveBatches = "convai.dashboard.batch.active";

    internal const string Endpoint = "convai.endpoint";
    internal const string Kind = "convai.change.kind";
    internal const string Outcome = "convai.outcome";
    internal const string CharacterId = "convai.character.id";
    internal const string ChangeId = "convai.change.id";
    internal const string BatchId = "convai.batch.id";

    // From a quick answer to three attempts of a read with their pauses, or a wait for a permit under the rate limit.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80] };

    private readonly ActivitySource _spans = new(Name);
    private readonly Histogram<double> _calls;
    private readonly Histogram<double> _saves;
    private readonly Counter<long> _driftLines;
    private readonly Counter<long> _batchRows;
    private readonly UpDownCounter<long> _activeBatches;

    public DashboardTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _calls = meter.CreateHistogram(CallDuration, "s", "How long calls to Convai take, including waiting for a permit and repeated attempts.", advice: Seconds);
        _saves = meter.CreateHistogram(SaveDuration, "s", "How long a person's saves take, from the request until they are verified.", advice: Seconds);
        _driftLines = meter.CreateCounter<long>(DriftLines, "{line}", "Fields found in Convai with a value that no one set here.");
        _batchRows = meter.CreateCounter<long>(BatchRows, "{row}", "Batch items whose outcome is known.");
        _activeBatches = meter.CreateUpDownCounter<long>(ActiveBatches, "{batch}", "Batches that this server is running.");
    }

    /// <summary>Tracks one call to Convai. Dispose the result when the call has ended.</summary>
    /// <param name="endpoint">Such as <c>character/get</c>.</param>
    internal TrackedOperation StartCall(string endpoint)
    {
        var call = new TrackedOperation(_spans, $"convai {endpoint}", ActivityKind.Client, (outcome, seconds) => _calls.Record(seconds, new(Endpoint, endpoint), new(Outcome, outcome)));
        call.Tag(Endpoint, endpoint);
        return call;
    }

    /// <summary>Tracks one save of a person, from the request to its end.</summary>
    internal TrackedOperation StartSave(Enum kind, string characterId)
    {
        var kindName = ToSnakeCase(kind.ToString());
        var save = new TrackedOperation(_spans, "save", ActivityKind.Internal, (outcome, seconds) => _saves.Record(seconds, new(Kind, kindName), new(Outcome, outcome)));
        save.Tag(Kind, kindName);
        save.Tag(CharacterId, characterId);
        return save;
    }

    /// <summary>Tracks one batch for as long as this server runs it.</summary>
    internal TrackedOperation StartBatch(long batchId)
    {
        _activeBatches.Add(1);
        var batch = new TrackedOperation(_spans, "batch", ActivityKind.Internal, (_, _) => _activeBatches.Add(-1));
        batch.Tag(BatchId, batchId);
        return batch;
    }

    /// <summary>Tracks a step within a longer job, which is not counted on its own.</summary>
    internal TrackedOperation StartStep(string name) => new(_spans, name, ActivityKind.Internal, null);

    internal void CountDrift() => _driftLines.Add(1);

    internal void CountBatchItems(string outcome, int count = 1) => _batchRows.Add(count, new KeyValuePair<string, object?>(Outcome, ToSnakeCase(outcome)));

    public void Dispose() => _spans.Dispose();

    /// <summary>Formats a value by OpenTelemetry's conventions: <c>not_confirmed</c>.</summary>
    internal static string ToSnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
