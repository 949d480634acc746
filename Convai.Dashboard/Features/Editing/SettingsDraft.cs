using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Unsaved edits of one character. A field that is null, or equal to what was opened, is not part of the draft.</summary>
/// <param name="Opened">The settings the person had before their eyes when the draft began.</param>
public sealed record SettingsDraft(CharacterCoreSettings Opened, string? ModelCode = null, decimal? Temperature = null)
{
    public SettingsChange Change => new(ModelCode, Temperature);

    /// <summary>What is shown: the edits laid over what was opened.</summary>
    public CharacterCoreSettings Current => Opened.With(Change);

    public SettingsDraft WithModel(string code) =>
        this with { ModelCode = string.Equals(code, Opened.ModelCode, StringComparison.Ordinal) ? null : code };

    public SettingsDraft WithTemperature(decimal? temperature) =>
        this with { Temperature = temperature == Opened.Temperature ? null : temperature };

    /// <summary>The same edits over what Convai has now; one that Convai has already is no edit any more.</summary>
    public SettingsDraft Rebase(CharacterCoreSettings now)
    {
        var rebased = new SettingsDraft(now);
        rebased = ModelCode is null ? rebased : rebased.WithModel(ModelCode);
        return Temperature is null ? rebased : rebased.WithTemperature(Temperature);
    }
}
