using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Rehearsals;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The last rehearsals, newest first, by character and script. What they try is not shown, because names may be hidden.</summary>
internal sealed class RehearsalSource(RehearsalService rehearsals, TimeProvider time) : IPaletteSource
{
    public string Heading => "Rehearsals";

    public async Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return [.. (await rehearsals.ListRecentAsync(context.User, cancellationToken)).Select(rehearsal => new PaletteEntry(
            ChangeText.CharacterName(rehearsal.CharacterName),
            $"{(rehearsal.ScriptName is { } script ? $"“{DisplayText.Sanitize(script)}”, " : "")}by {rehearsal.PersonName}, {TimeText.Ago(rehearsal.At, now)}",
            RehearsalService.GetAddress(rehearsal.Id),
            $"{rehearsal.ScriptName}\n{rehearsal.PersonName}"))];
    }
}
