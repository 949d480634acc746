using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The pages that the person's role opens; each checks the role again.</summary>
internal sealed class PageSource : IPaletteSource
{
    private static readonly PaletteEntry[] Pages =
    [
        Page("Cast", "All characters", "./"),
        Page("History", "Who changed what, and when", "history"),
        Page("Restore to a point in time", "The cast as it was at an earlier time", "history/as-it-was"),
        Page("Presets", "The team's named settings", "presets"),
        Page("Batches", "Changes to many characters", "batches"),
        Page("Rehearsals", "Characters heard with other settings; scripts", "rehearsals"),
        Page("Import settings", "From a CSV or JSON file", "cast/import"),
        Page("Team", "People and their roles", "team"),
        Page("Your account", "Password, second step, sign-ins", "account"),
    ];

    private static readonly PaletteEntry[] AdminPages =
    [
        Page("Security log", "Sign-ins, roles, accounts", "team/log"),
        Page("Plan and usage", "The account's limits, interactions, API calls", "usage"),
        Page("About this server", "Version, database, Convai, rate limit", "about"),
    ];

    public string Heading => "Pages";

    public PaletteVisibility Visibility => PaletteVisibility.Always;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PaletteEntry>>(context.Role >= Role.Admin ? [.. Pages, .. AdminPages] : Pages);

    private static PaletteEntry Page(string name, string detail, string address) => new(name, detail, address, text: detail);
}
