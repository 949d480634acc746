using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Convai.Dashboard;

/// <summary>
/// What the dashboard tells of its own work to whoever listens: metrics and spans under <see cref="Name"/>. Every room may use it, and it knows
/// none. Metrics carry kinds and outcomes, spans also ids: never a name, a value, the key or words of Convai's.
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

    // From a quick answer to three attempts of a read with their pauses, or a wait for a place under the rate limit.
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
        _calls = meter.CreateHistogram(CallDuration, "s", "How long calls to Convai take, with waiting for a place and repeated attempts.", advice: Seconds);
        _saves = meter.CreateHistogram(SaveDuration, "s", "How long a person's saves take, from asking to having been read back.", advice: Seconds);
        _driftLines = meter.CreateCounter<long>(DriftLines, "{line}", "Fields seen at Convai with a value that nobody here has set.");
        _batchRows = meter.CreateCounter<long>(BatchRows, "{row}", "Rows of batches of which it is known what became of them.");
        _activeBatches = meter.CreateUpDownCounter<long>(ActiveBatches, "{batch}", "Batches that this server is carrying out.");
    }

    /// <summary>One call to Convai. Dispose what it gives when the call has ended.</summary>
    /// <param name="endpoint">Such as <c>character/get</c>.</param>
    internal Followed FollowCall(string endpoint)
    {
        var call = new Followed(_spans, $"convai {endpoint}", ActivityKind.Client, (outcome, seconds) => _calls.Record(seconds, new(Endpoint, endpoint), new(Outcome, outcome)));
        call.Tag(Endpoint, endpoint);
        return call;
    }

    /// <summary>One save of a person, from asking to its end.</summary>
    internal Followed FollowSave(Enum kind, string characterId)
    {
        var word = Word(kind);
        var save = new Followed(_spans, "save", ActivityKind.Internal, (outcome, seconds) => _saves.Record(seconds, new(Kind, word), new(Outcome, outcome)));
        save.Tag(Kind, word);
        save.Tag(CharacterId, characterId);
        return save;
    }

    /// <summary>One batch for as long as this server carries it out.</summary>
    internal Followed FollowBatch(long batchId)
    {
        _activeBatches.Add(1);
        var batch = new Followed(_spans, "batch", ActivityKind.Internal, (_, _) => _activeBatches.Add(-1));
        batch.Tag(BatchId, batchId);
        return batch;
    }

    /// <summary>A step that shows within a longer job and is not counted on its own.</summary>
    internal Followed FollowStep(string name) => new(_spans, name, ActivityKind.Internal, null);

    internal void CountDrift() => _driftLines.Add(1);

    internal void CountRows(Enum outcome, int count = 1) => _batchRows.Add(count, new KeyValuePair<string, object?>(Outcome, Word(outcome)));

    public void Dispose() => _spans.Dispose();

    /// <summary>As the conventions of OpenTelemetry write values: <c>not_confirmed</c>.</summary>
    internal static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
