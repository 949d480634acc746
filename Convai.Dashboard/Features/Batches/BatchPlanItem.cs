using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Batches;

/// <summary>A plan item next to Convai's present values.</summary>
/// <param name="Now">Null if the cast does not have the character.</param>
/// <param name="Missing">The fields that would be written.</param>
/// <param name="IsMoved">Convai's values have changed since the plan was made, so it would not be written.</param>
/// <param name="LacksLevel">The account's list says that the model does not offer the reasoning level.</param>
public sealed record BatchPlanItem(BatchItem Item, CharacterCoreSettings? Now, SettingsPatch Missing, bool HasChangedSince, bool LacksLevel)
{
    public bool IsExcluded => Item.Mark == BatchItemMark.Excluded;

    /// <summary>The present values; for a character that has left the cast, those of the plan.</summary>
    public CharacterCoreSettings Shown => Now ?? Item.Before;

    public bool IsWritten => !IsExcluded && !HasChangedSince && Now is not null && !Missing.IsEmpty;

    public static BatchPlanItem From(BatchItem item, CastReading cast, ModelList models)
    {
        var now = cast.Find(item.CharacterId)?.Settings.WithLastReasoning(item.ReasoningBefore);
        var missing = now is null ? item.Asked : item.Asked.MissingFrom(now);
        return new BatchPlanItem(
            item,
            now,
            missing,
            now is not null && !missing.HasEqualFields(item.Before, now),
            item.ReasoningAfter is { } level && models.IsAccountListKnown && !models.OffersLevel(item.ModelAfter ?? now?.ModelCode, level));
    }
}
