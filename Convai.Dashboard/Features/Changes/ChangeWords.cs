using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Changes and their outcomes in the designer's language; the same words on every page.</summary>
public static class ChangeWords
{
    public const string Outside = "Outside the dashboard";

    /// <summary>Convai has a value that this dashboard cannot read.</summary>
    public const string NotUnderstood = "not understood";

    public static string Who(Change change) => change.PersonName ?? Outside;

    public static string CharacterName(string name) => ForeignText.IsVisible(name) ? ForeignText.Shown(name) : "Unnamed character";

    /// <summary>Who is meant: three of them, and how many more.</summary>
    public static string Names(IReadOnlyList<Character> characters)
    {
        const int Named = 3;
        var names = string.Join(", ", characters.Take(Named).Select(character => CharacterName(character.Name)));
        return characters.Count > Named ? $"{names} and {characters.Count - Named} more" : names;
    }

    public static string Count(int changes) => changes == 1 ? "1 change" : $"{changes} changes";

    /// <summary>Old → new, field by field.</summary>
    public static IReadOnlyList<FieldChange> Fields(CharacterCoreSettings before, SettingsPatch change)
    {
        var fields = new List<FieldChange>();
        if (change.ModelCode is { } code)
        {
            fields.Add(new FieldChange("Model", Model(before), Code(code), IsCode: true));
        }

        if (change.Temperature is { } temperature)
        {
            fields.Add(new FieldChange("Temperature", TemperatureOf(before), TemperatureRules.Format(temperature)));
        }

        return fields;
    }

    public static string Model(CharacterCoreSettings settings) => settings.IsModelUnreadable ? NotUnderstood : Code(settings.ModelCode);

    public static string TemperatureOf(CharacterCoreSettings settings) => settings.IsTemperatureUnreadable ? NotUnderstood : Number(settings.Temperature);

    public static string Code(string? code) => code is null ? "not set" : ForeignText.Shown(code);

    public static string Number(decimal? temperature) => temperature is { } value ? TemperatureRules.Format(value) : "not set";

    public static string Kind(ChangeKind kind) => kind switch
    {
        ChangeKind.Edit => "Edit",
        ChangeKind.Undo => "Undo",
        ChangeKind.Preset => "Preset",
        ChangeKind.Batch => "Batch",
        ChangeKind.Import => "Import",
        ChangeKind.SideEffect => "Side effect",
        _ => "Outside",
    };

    /// <summary>What kind of change it was, before its time; null where that goes without saying.</summary>
    public static string? When(Change change) => change switch
    {
        { Kind: ChangeKind.Edit } => null,
        { Kind: ChangeKind.Outside } => "first seen",
        { Kind: ChangeKind.SideEffect } => "changed by Convai along with the model ·",
        { Kind: ChangeKind.Preset, PresetName: { } name } => $"preset “{name}” ·",
        _ => $"{Kind(change.Kind).ToLowerInvariant()} ·",
    };

    public static string State(Change change) => change.IsBeingVerified ? "Being verified" : State(change.State);

    public static string State(ChangeState state) => state switch
    {
        ChangeState.Asked or ChangeState.Sent => "Under way",
        ChangeState.OutcomeUnknown => "Outcome unknown",
        ChangeState.Confirmed => "Confirmed",
        ChangeState.NotConfirmed => "Not confirmed",
        ChangeState.Rejected => "Rejected",
        ChangeState.Conflict => "Conflict",
        ChangeState.Unchanged => "Nothing changed",
        ChangeState.AlreadySo => "Already so",
        ChangeState.Drifted => "Drift",
        ChangeState.Accepted => "Drift, accepted",
        ChangeState.Restored => "Drift, put back",
        _ => "Drift, replaced",
    };

    public static BadgeTone Tone(ChangeState state) => state switch
    {
        ChangeState.Confirmed => BadgeTone.Good,
        ChangeState.NotConfirmed or ChangeState.Rejected => BadgeTone.Danger,
        ChangeState.OutcomeUnknown or ChangeState.Drifted or ChangeState.Conflict => BadgeTone.Warning,
        _ => BadgeTone.Neutral,
    };

    /// <summary>What there is to say beside <see cref="State(ChangeState)"/>, as a sentence; null for nothing.</summary>
    public static string? Note(Change change) => change.State switch
    {
        ChangeState.OutcomeUnknown when change.IsBeingVerified => "Convai accepted it; no reading has shown it yet.",
        ChangeState.OutcomeUnknown or ChangeState.Sent => "Convai is read again until it is known whether this arrived.",
        ChangeState.NotConfirmed => $"Convai reports {Reported(change.Asked, change.Reported)}.",
        ChangeState.Rejected => $"{Failure(change.Failure)}{Reference(change.Reference)}",
        ChangeState.Conflict => "Convai's values had moved; nothing was written.",
        ChangeState.Unchanged when change.Failure is null => "It was not sent, or did not arrive.",
        ChangeState.Unchanged => $"{Failure(change.Failure)}{Reference(change.Reference)}",
        ChangeState.AlreadySo => "Convai had these values already.",
        ChangeState.Accepted => $"Accepted by {change.SettledBy}.",
        ChangeState.Restored => $"Put back {By(change.SettledBy)}.",
        ChangeState.Replaced => $"Replaced {By(change.SettledBy)}.",
        _ => null,
    };

    /// <summary>Names exactly the fields that disagree.</summary>
    public static string Reported(SettingsPatch asked, CharacterCoreSettings reported) => string.Join(" and ", asked.Without(reported).Fields.Select(field =>
        field.ModelCode is { } code
            ? $"{(reported.ModelCode is null && !reported.IsModelUnreadable ? "no model" : Model(reported))} instead of {Code(code)}"
            : $"{(reported.Temperature is null && !reported.IsTemperatureUnreadable ? "no temperature" : TemperatureOf(reported))} instead of {TemperatureRules.Format(field.Temperature!.Value)}"));

    public static string Reference(string? reference) => reference is null ? "" : $" Convai's reference: {reference}.";

    private static string By(string? person) => person is null ? "outside the dashboard" : $"by {person}";

    private static string Failure(ConvaiFailureKind? kind) => kind switch
    {
        ConvaiFailureKind.KeyMissing => "No Convai API key was set on the server.",
        ConvaiFailureKind.KeyRejected => "Convai rejected the API key.",
        ConvaiFailureKind.PlanDoesNotAllowWrites => "The Convai plan of the account does not allow changes.",
        ConvaiFailureKind.UnknownCharacter => "Convai does not know this character.",
        ConvaiFailureKind.ValueRejected => "Convai refused the value.",
        ConvaiFailureKind.RateLimited => "Convai's rate limit was reached.",
        ConvaiFailureKind.QuotaUsedUp => "The usage limit of the Convai plan was used up.",
        ConvaiFailureKind.TimedOut => "Convai did not answer in time.",
        ConvaiFailureKind.ErrorAnswer => "Convai answered with an error.",
        ConvaiFailureKind.NotUnderstood => "Convai's answer could not be understood.",
        _ => "Convai could not be reached, or had a fault of its own.",
    };
}
