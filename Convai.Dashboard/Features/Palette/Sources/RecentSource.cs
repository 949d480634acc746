using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The characters that the person opened last, apart from the one whose page is shown.</summary>
internal sealed class RecentSource(RecentCharacters recent, AccountModels accountModels) : IPaletteSource
{
    private const int MaxShown = 5;

    public string Heading => "Recent characters";

    public PaletteVisibility Visibility => PaletteVisibility.BeforeTyping;

    public bool UsesCast => true;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var ids = context.User.PersonId() is { } personId ? recent.For(personId) : [];
        return Task.FromResult<IReadOnlyList<PaletteEntry>>([.. ids
            .Where(id => !string.Equals(CharacterAddress.ForPage(id), context.CurrentPath, StringComparison.Ordinal))
            .Select(context.Cast.Find).OfType<Domain.Character>()
            .Take(MaxShown)
            .Select(character => CharacterSource.Entry(character, accountModels.Last))]);
    }
}
