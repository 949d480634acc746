using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Describes changes and their outcomes in the designer's language, the same on every page.</summary>
public static class ChangeText
{
    // Why a change is refused.

    public const string NothingToSave = "There is nothing to save.";
    public const string NothingChosen = "Choose a model, a temperature or a reasoning level.";
    public const string RoleHasChanged = "Your role no longer lets you change characters. Ask an Admin.";
    public const string Restarting = "The dashboard is being restarted, so this was not sent to Convai. Save again when it is back.";

    public const string ReasonLabel = "Reason (optional)";

    public static string ReasonTooLong => FieldText.TooLong("The reason", ChangeRecord.MaxReasonLength);

    /// <param name="error">Why the database cannot be used, as a sentence.</param>
    public static string NotRecorded(string error) => $"{error} The change could not be recorded, so it was not sent to Convai. Tell an Admin, then try again.";

    // A change: who made it, to which character, which fields.

    public const string Outside = "Changed in Convai";

    public const string ReasoningNotReported = "Convai accepted it, but doesn't report the reasoning level back.";

    /// <summary>Convai has a value that this dashboard cannot read.</summary>
    public const string NotUnderstood = "not understood";

    public static string Who(ChangeRecord change) => change.PersonName ?? Outside;

    /// <summary>"the change by Ana Keller", inside a sentence.</summary>
    public static string Described(ChangeRecord change) => change.PersonName is { } name ? $"the change by {name}" : "the change in Convai";

    public static string CharacterName(string name) => DisplayText.IsVisible(name) ? DisplayText.Sanitize(name) : "Unnamed character";

    /// <summary>Names three of the characters and says how many more there are.</summary>
    public static string Names(IReadOnlyList<Character> characters)
    {
        const int Named = 3;
        var names = string.Join(", ", characters.Take(Named).Select(character => CharacterName(character.Name)));
        return characters.Count > Named ? $"{names} and {characters.Count - Named} more" : names;
    }

    public static string Count(int changes) => changes == 1 ? "1 change" : $"{changes} changes";

    /// <summary>How many settings a draft would change; saving them is one change.</summary>
    public static string SettingsChanged(SettingsPatch draft) => draft.Count == 1 ? "1 setting changed" : $"{draft.Count} settings changed";

    /// <summary>The old and new value of each field.</summary>
    public static IReadOnlyList<FieldChange> Fields(CharacterCoreSettings before, SettingsPatch change)
    {
        var fields = new List<FieldChange>();
        if (change.ModelCode is { } code)
        {
            fields.Add(new FieldChange("Model", Model(before), Code(code), IsCode: true));
        }

        if (change.Temperature is { } temperature)
        {
            fields.Add(new FieldChange("Temperature", Temperature(before), TemperatureRules.Format(temperature)));
        }

        if (change.Reasoning is { } level)
        {
            fields.Add(new FieldChange("Reasoning", Reasoning(before.Reasoning), Reasoning(level)));
        }

        return fields;
    }

    public static string Model(CharacterCoreSettings settings) => settings.IsModelUnreadable ? NotUnderstood : Code(settings.ModelCode);

    /// <summary>The model by name and code, inside a sentence.</summary>
    public static string Model(CharacterCoreSettings settings, ModelList models) =>
        settings is { IsModelUnreadable: false, ModelCode: { } code } ? models.Describe(code).NameAndCode : Model(settings);

    public static string Temperature(CharacterCoreSettings settings) => settings.IsTemperatureUnreadable ? NotUnderstood : Number(settings.Temperature);

    /// <summary>Null is a level that is not known: Convai does not report it, and none was sent from here.</summary>
    public static string Reasoning(string? value) => value is null ? "unknown" : DisplayText.Sanitize(ReasoningEffort.Format(value));

    public static string Code(string? code) => code is null ? "not set" : DisplayText.Sanitize(code);

    public static string Number(decimal? temperature) => temperature is { } value ? TemperatureRules.Format(value) : "not set";

    public static string Kind(ChangeKind kind) => kind switch
    {
        ChangeKind.Edit => "Edit",
        ChangeKind.Undo => "Undo",
        ChangeKind.Preset => "Preset",
        ChangeKind.Batch => "Batch",
        ChangeKind.Import => "Import",
        ChangeKind.SideEffect => "Side effect",
        _ => Outside,
    };

    /// <summary>The kind of change, shown before its time; null if it needs no mention.</summary>
    public static string? When(ChangeRecord change) => change switch
    {
        { Kind: ChangeKind.Edit } => null,
        { Kind: ChangeKind.Outside } => "first seen",
        { Kind: ChangeKind.SideEffect } => "changed by Convai along with the model ·",
        { Kind: ChangeKind.Preset, PresetName: { } name } => $"preset “{name}” ·",
        _ => $"{Kind(change.Kind).ToLowerInvariant()} ·",
    };

    /// <summary>The kind of change where the row has its time in a column of its own; null if it needs no mention.</summary>
    public static string? Origin(ChangeRecord change) => change switch
    {
        { Kind: ChangeKind.Edit or ChangeKind.Outside } => null,
        { Kind: ChangeKind.SideEffect } => "Changed by Convai along with the model",
        { Kind: ChangeKind.Preset, PresetName: { } name } => $"Preset “{name}”",
        _ => Kind(change.Kind),
    };

    public static string State(ChangeRecord change) => change.IsBeingVerified ? "Verifying" : change.PartOfId is not null ? "Partly saved" : State(change.State);

    public static BadgeTone Tone(ChangeRecord change) => change.PartOfId is null ? Tone(change.State) : BadgeTone.Warning;

    public static string State(ChangeState state) => state switch
    {
        ChangeState.Asked or ChangeState.Sent => "In progress",
        ChangeState.OutcomeUnknown => "Outcome unknown",
        ChangeState.Confirmed => "Confirmed",
        ChangeState.NotConfirmed => "Not confirmed",
        ChangeState.SentNotConfirmed => "Sent, not confirmed",
        ChangeState.Rejected => "Rejected",
        ChangeState.Conflict => "Conflict",
        ChangeState.Unchanged => "Nothing changed",
        ChangeState.NoOp => "No change needed",
        ChangeState.Drifted => "Unreviewed",
        ChangeState.Accepted => "Kept",
        ChangeState.Restored => "Restored",
        _ => "Replaced",
    };

    public static BadgeTone Tone(ChangeState state) => state switch
    {
        ChangeState.Confirmed => BadgeTone.Good,
        ChangeState.NotConfirmed or ChangeState.Rejected => BadgeTone.Danger,
        ChangeState.OutcomeUnknown or ChangeState.Drifted or ChangeState.Conflict => BadgeTone.Warning,
        _ => BadgeTone.Neutral,
    };

    /// <summary>A sentence to show beside <see cref="State(ChangeState)"/>; null if there is none.</summary>
    public static string? Note(ChangeRecord change, ModelList models) => change.State switch
    {
        _ when change.PartOfId is not null => "Convai rejected the reasoning level of the same change.",
        ChangeState.OutcomeUnknown when change.IsBeingVerified => "Convai accepted it but doesn't show it yet.",
        ChangeState.OutcomeUnknown or ChangeState.Sent => "The dashboard keeps checking whether Convai received this.",
        ChangeState.NotConfirmed => $"Convai reports {Reported(change.Asked, change.Reported, models)}.",
        ChangeState.SentNotConfirmed => ReasoningNotReported,
        ChangeState.Rejected => $"{ConvaiText.WhatHappened(change.Failure)}{Reference(change.Reference)}",
        ChangeState.Conflict => "Someone changed it first, so nothing was saved.",
        ChangeState.Unchanged when change.Failure is null => "It was not sent, or Convai didn't receive it.",
        ChangeState.Unchanged => $"{ConvaiText.WhatHappened(change.Failure)}{Reference(change.Reference)}",
        ChangeState.NoOp => "Convai already had these values.",
        ChangeState.Accepted => $"{change.SettledBy} kept Convai's value.",
        ChangeState.Restored => $"Restored {By(change.SettledBy)}.",
        ChangeState.Replaced => $"Replaced {By(change.SettledBy)}.",
        _ => null,
    };

    /// <summary>Why a change cannot be undone, inside a sentence.</summary>
    /// <param name="settings">How many settings were not set before.</param>
    public static string HadNoValue(int settings) => settings == 1 ? "it had no value before, and Convai can't unset it" : "they had no value before, and Convai can't unset them";

    /// <summary>Names exactly the fields that disagree.</summary>
    public static string Reported(SettingsPatch asked, CharacterCoreSettings reported, ModelList models) => string.Join(" and ", asked.VerifiableBy(reported).MissingFrom(reported).Fields.Select(field =>
        field.Reasoning is { } level ? $"reasoning {Reasoning(reported.Reasoning)} instead of {Reasoning(level)}"
        : field.ModelCode is { } code
            ? $"{(reported.ModelCode is null && !reported.IsModelUnreadable ? "no model" : reported.IsModelUnreadable ? "a model that is not understood" : Model(reported, models))} instead of {models.Describe(code).NameAndCode}"
            : $"{(reported.Temperature is null && !reported.IsTemperatureUnreadable ? "no temperature" : reported.IsTemperatureUnreadable ? "a temperature that is not understood" : Temperature(reported))} instead of {TemperatureRules.Format(field.Temperature!.Value)}"));

    /// <summary>Each field of a change with its name and its value, for a sentence: "temperature", "0.42".</summary>
    public static IEnumerable<(string Name, string Value)> Values(SettingsPatch change, ModelList models) => change.Fields.Select(field => field switch
    {
        { ModelCode: { } code } => ("model", models.Describe(code).NameAndCode),
        { Temperature: { } temperature } => ("temperature", TemperatureRules.Format(temperature)),
        _ => ("reasoning level", Reasoning(field.Reasoning)),
    });

    /// <summary>What Convai wrote of a change that it rejected.</summary>
    public static string WrittenAnyway(ChangeRecord part, ModelList models) =>
        $"Convai still changed {string.Join(" and ", Values(part.Applied, models).Select(field => $"the {field.Name}"))}.";

    public static string Reference(string? reference) => reference is null ? "" : $" Convai's reference: {reference}.";

    private static string By(string? person) => person is null ? "in Convai" : $"by {person}";
}
