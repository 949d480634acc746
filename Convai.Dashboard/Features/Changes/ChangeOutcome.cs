using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Changes;

/// <summary>A change somebody asks for.</summary>
/// <param name="Opened">The settings that the person had before their eyes; if Convai's have moved since, the change is a conflict.</param>
/// <param name="Change">Only the fields to write.</param>
public sealed record ChangeRequest(Character Character, CharacterCoreSettings Opened, SettingsChange Change);

/// <summary>The step of a change that is under way, for the person who waits.</summary>
public enum ChangeStep
{
    Comparing,
    Writing,
    ReadingBack,
}

/// <summary>How a change ended. Switch over the cases; a change never ends in an exception because of Convai.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>Convai has the new values: they were read back.</summary>
    /// <param name="Before">What Convai had just before the write.</param>
    /// <param name="After">What was read back, with everything else that Convai says of the character.</param>
    public sealed record Confirmed(CharacterCoreSettings Before, Character After, SettingsChange Change) : ChangeOutcome;

    /// <summary>Convai answered SUCCESS, and reports something else.</summary>
    public sealed record NotConfirmed(SettingsChange Change, Character Reported) : ChangeOutcome;

    /// <summary>Convai's values moved since the page was opened; nothing was written.</summary>
    public sealed record Conflict(CharacterCoreSettings Opened, Character Now, SettingsChange Change) : ChangeOutcome
    {
        public bool IsModelContested => Change.ModelCode is not null && !string.Equals(Opened.ModelCode, Now.Settings.ModelCode, StringComparison.Ordinal);

        public bool IsTemperatureContested => Change.Temperature is not null && !Temperature.AreSame(Opened.Temperature, Now.Settings.Temperature);
    }

    /// <summary>The change was refused, by the dashboard or by Convai; nothing was changed.</summary>
    public sealed record Rejected(string Sentence, string? Reference = null) : ChangeOutcome;

    /// <summary>Convai could not be asked or did not take the write; nothing was changed.</summary>
    public sealed record Unreachable(ConvaiFailure Failure) : ChangeOutcome;

    /// <summary>The write may or may not have been applied, and reading back failed too.</summary>
    public sealed record OutcomeUnknown(ConvaiFailure Failure) : ChangeOutcome;
}
