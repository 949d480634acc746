using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>All models, each leading to the characters that use it.</summary>
internal sealed class ModelSource(AccountModels accountModels) : IPaletteSource
{
    public string Heading => "Models";

    public bool UsesCast => true;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken)
    {
        var (models, characters) = (accountModels.Last, context.Cast.Characters);
        var users = (characters ?? []).Where(character => character.Settings.ModelCode is not null)
            .GroupBy(character => character.Settings.ModelCode!, StringComparer.Ordinal)
            .ToDictionary(use => use.Key, use => use.Count(), StringComparer.Ordinal);
        var others = users.Keys.Where(code => !models.Knows(code)).Order(StringComparer.Ordinal).Select(models.Describe);
        return Task.FromResult<IReadOnlyList<PaletteEntry>>([.. models.Models.Concat(others).Select(model => new PaletteEntry(
            model.Name,
            characters is null ? model.ShownCode : $"{model.ShownCode} · {(users.GetValueOrDefault(model.Code) is > 0 and var count ? CharacterText.Count(count) : "no characters")}",
            $"./{new CastFilter { ModelCode = model.Code }.ToQuery()}",
            $"{model.Code}\n{model.Provider.Name}"))]);
    }
}
