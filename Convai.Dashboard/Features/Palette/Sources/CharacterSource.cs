using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>All characters of the cast, each with its model and temperature; found by id as well.</summary>
internal sealed class CharacterSource(AccountModels accountModels) : IPaletteSource
{
    public string Heading => "Characters";

    public bool UsesCast => true;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var models = accountModels.Last;
        return Task.FromResult<IReadOnlyList<PaletteEntry>>([.. (context.Cast.Characters ?? [])
            .OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(character => character.Id, StringComparer.Ordinal)
            .Select(character => Entry(character, models))]);
    }

    internal static PaletteEntry Entry(Character character, ModelList models)
    {
        var settings = character.Settings;
        var model = settings is { IsModelUnreadable: false, ModelCode: { } code } ? models.Describe(code).Name : DisplayText.Capitalize(ChangeText.Model(settings));
        return new PaletteEntry(
            ChangeText.CharacterName(character.Name),
            $"{model} · {ChangeText.Temperature(settings)}",
            CharacterAddress.ForPage(character.Id),
            character.Id);
    }
}
