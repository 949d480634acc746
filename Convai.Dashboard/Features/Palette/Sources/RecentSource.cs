using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>The characters that the person opened last, apart from the one whose page is shown.</summary>
internal sealed class RecentSource(RecentCharacters recent, AccountModels accountModels) : IPaletteSource
{
    private const int MaxShown = 5;

    public string Heading => "Recent characters";

    public PaletteMoment Moment => PaletteMoment.BeforeTyping;

    public bool UsesCast => true;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteVisitor visitor, CancellationToken cancellationToken)
    {
        var ids = visitor.User.PersonId() is { } personId ? recent.For(personId) : [];
        return Task.FromResult<IReadOnlyList<PaletteEntry>>([.. ids
            .Where(id => !string.Equals(CharacterAddress.ForPage(id), visitor.Here, StringComparison.Ordinal))
            .Select(visitor.Cast.Find).OfType<Domain.Character>()
            .Take(MaxShown)
            .Select(character => CharacterSource.Entry(character, accountModels.Last))]);
    }
}
