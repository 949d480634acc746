using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Batches;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The last batches, newest first; a plan leads to its plan.</summary>
internal sealed class BatchSource(BatchService batches, TimeProvider time) : IPaletteSource
{
    public string Heading => "Batches";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return [.. (await batches.ListRecentAsync(context.User, cancellationToken)).Select(batch => new PaletteEntry(
            batch.Title,
            $"{(batch.State == BatchState.Planned ? "planned" : "started")} by {batch.StartedByName ?? batch.PersonName}, {TimeText.Ago(batch.StartedAt ?? batch.At, now)}",
            BatchService.GetAddress(batch),
            $"{batch.PersonName}\n{batch.StartedByName}\n{batch.Reason}"))];
    }
}
