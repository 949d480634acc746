using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.History;

/// <summary>What the pages about changes say; <see cref="ChangeText"/> has what is said about one change.</summary>
internal static class HistoryText
{
    // The history.

    public static string Count(int changes, bool isFiltered) => isFiltered ? $"{ChangeText.Count(changes)} with these filters" : $"{ChangeText.Count(changes)} · read-only log";

    public static string Nothing(bool isFiltered) => isFiltered ? "No change matches these filters" : "No changes yet";

    // Reverting one change.

    public const string CharacterIsGone = "Convai no longer has this character.";

    /// <summary>What a later change has set, inside a sentence.</summary>
    /// <param name="plan">What reverting would set: only the same fields are of interest.</param>
    public static string SetTo(ChangeRecord later, SettingsPatch plan, ModelList models) => string.Join(" and ", ChangeText.Values(later.Applied.Within(plan), models).Select(field =>
        $"{(plan.Count == 1 ? "it" : $"the {field.Name}")} to {field.Value}"));

    // Restoring to a point in time.

    public static string Differences(CastSnapshot then) => string.Join(' ', new[]
    {
        then.Characters.Count switch
        {
            0 => "Nothing to restore.",
            1 => "1 character has different settings now.",
            var count => $"{count} characters have different settings now.",
        },
        then.Same == 0 ? null : $"{then.Same} {(then.Same == 1 ? "has" : "have")} the same settings.",
        then.Unknown == 0 ? null : $"{then.Unknown} {(then.Unknown == 1 ? "was" : "were")} first seen later, so the settings at that time are unknown.",
    }.OfType<string>());

    /// <summary>The reason of each change, which people in other zones read too.</summary>
    public static string RestoredTo(DateTimeOffset at, LocalTime local) => $"Restored to {local.DateAndClock(at)} ({local.Offset(at)})";

    /// <summary>The title of the plan.</summary>
    public static string RestoreTo(DateTimeOffset at, LocalTime local) => $"Restore to {local.DateAndClock(at)} ({local.Offset(at)})";
}
