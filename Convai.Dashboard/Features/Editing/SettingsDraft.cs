using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Unsaved edits of one character. A field that is null is not part of the draft.</summary>
/// <param name="Opened">The settings that the person saw when the draft began.</param>
public sealed record SettingsDraft(CharacterCoreSettings Opened, string? ModelCode = null, decimal? Temperature = null, string? Reasoning = null)
{
    public SettingsPatch Change => new(ModelCode, Temperature, Reasoning);

    /// <summary>The edits applied over the opened values.</summary>
    public CharacterCoreSettings Current => Opened.With(Change);

    public SettingsDraft WithModel(string code) =>
        this with { ModelCode = string.Equals(code, Opened.ModelCode, StringComparison.Ordinal) ? null : code };

    public SettingsDraft WithTemperature(decimal? temperature) =>
        this with { Temperature = TemperatureRules.AreSame(temperature, Opened.Temperature) ? null : temperature };

    /// <summary>Whether this change was to save the draft.</summary>
    public bool IsSavedBy(ChangeRecord change) => Change.IntersectFields(change.Asked) == change.Asked && change.Asked.HasEqualFields(change.Before, Opened);

    /// <summary>Makes a draft over Convai's present values; a value that Convai already has is no edit.</summary>
    public static SettingsDraft From(SettingsPatch change, CharacterCoreSettings now)
    {
        var draft = new SettingsDraft(now);
        draft = change.ModelCode is { } code ? draft.WithModel(code) : draft;
        // Whether Convai has a level already is never known.
        draft = draft with { Reasoning = change.Reasoning };
        return change.Temperature is { } temperature ? draft.WithTemperature(temperature) : draft;
    }
}
