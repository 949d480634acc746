using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Changes;

/// <summary>A change somebody asks for.</summary>
/// <param name="Opened">The settings that the person had before their eyes; if Convai's have moved since, the change is a conflict.</param>
/// <param name="Change">Only the fields to write.</param>
/// <param name="Reason">In the person's own words; optional, at most <see cref="Changes.Change.LongestReason"/> characters.</param>
/// <param name="UndoesId">The change whose values are put back; its kind is then undo.</param>
public sealed record ChangeRequest(Character Character, CharacterCoreSettings Opened, SettingsPatch Change, string? Reason = null, long? UndoesId = null)
{
    public ChangeKind Kind { get; init; } = UndoesId is null ? ChangeKind.Edit : ChangeKind.Undo;

    /// <summary>The batch that it is a row of.</summary>
    public long? BatchId { get; init; }

    /// <summary>The preset that is put on.</summary>
    public string? PresetName { get; init; }
}

/// <summary>The step of a change that is under way, for the person who waits.</summary>
public enum ChangeStep
{
    /// <summary>For others who are at the same character, or for a place under the rate limit.</summary>
    Waiting,
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

    /// <summary>Where it then stands in the journal.</summary>
    public ChangeState State => this switch
    {
        Confirmed { WasWritten: true } => ChangeState.Confirmed,
        Confirmed => ChangeState.AlreadySo,
        NotConfirmed => ChangeState.NotConfirmed,
        Conflict => ChangeState.Conflict,
        Rejected => ChangeState.Rejected,
        // Timed out, and not there yet: a later reading tells.
        Unreachable { MayYetArrive: true } => ChangeState.OutcomeUnknown,
        Unreachable => ChangeState.Unchanged,
        _ => ChangeState.OutcomeUnknown,
    };

    /// <summary>Convai could not be asked, did not take the write, or was read to have the old values after it.</summary>
    internal static ChangeOutcome NotWritten(long changeId, ConvaiFailure failure) => failure.Kind switch
    {
        ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.ErrorAnswer or ConvaiFailureKind.NotUnderstood => new Unreachable(changeId, failure),
        _ => new Rejected(failure.Sentence, failure.Reference),
    };

    /// <summary>Convai has the new values: they were read back.</summary>
    /// <param name="Before">What Convai had just before the write; where nothing was written, what the person had opened.</param>
    /// <param name="ChangeId">Its line in the journal.</param>
    /// <param name="After">The character with the settings that were read back.</param>
    /// <param name="WasWritten">False where Convai had the values already.</param>
    public sealed record Confirmed(long ChangeId, CharacterCoreSettings Before, Character After, SettingsPatch Change, bool WasWritten) : ChangeOutcome
    {
        /// <summary>The temperature that Convai set by itself along with the model; empty where it did not.</summary>
        public SettingsPatch SideEffect => WasWritten && Change is { ModelCode: not null, Temperature: null }
            ? new SettingsPatch(null, SettingsPatch.Of(After.Settings).Without(Before).Temperature)
            : new SettingsPatch(null, null);
    }

    /// <summary>Convai answered SUCCESS and does not show the new values yet. It is read again, with growing pauses, for a quarter of a minute.</summary>
    /// <param name="Reported">The character as it was read last.</param>
    /// <param name="Verdict">Never fails: confirmed with the reading that shows the values, not confirmed after the last one; null where the server stops or the database is away.</param>
    public sealed record Verifying(long ChangeId, SettingsPatch Change, Character Reported, Task<ChangeOutcome?> Verdict) : ChangeOutcome;

    /// <summary>The write was sent, and Convai reports something else. Its values may still appear while the line in the journal is open.</summary>
    /// <param name="WriteFailure">How the write was answered; null where Convai answered SUCCESS.</param>
    public sealed record NotConfirmed(long ChangeId, SettingsPatch Change, Character Reported, ConvaiFailure? WriteFailure) : ChangeOutcome;

    /// <summary>Convai's values moved since the page was opened; nothing was written.</summary>
    /// <param name="ModelBy">Who has changed the model last, in words; null where it is not known.</param>
    /// <param name="TemperatureBy">The same for the temperature.</param>
    public sealed record Conflict(CharacterCoreSettings Opened, Character Now, SettingsPatch Change, string? ModelBy = null, string? TemperatureBy = null) : ChangeOutcome
    {
        /// <summary>What the person had before their eyes was their own save, about to be undone.</summary>
        public bool IsSinceSave { get; init; }

        public bool IsContested => IsModelContested || IsTemperatureContested;

        /// <summary>The part of the change that nobody else has touched.</summary>
        public SettingsPatch Uncontested => new(IsModelContested ? null : Change.ModelCode, IsTemperatureContested ? null : Change.Temperature);

        public bool IsModelContested =>
            Missing.ModelCode is not null && (!string.Equals(Opened.ModelCode, Now.Settings.ModelCode, StringComparison.Ordinal) || Opened.IsModelUnreadable != Now.Settings.IsModelUnreadable);

        public bool IsTemperatureContested =>
            Missing.Temperature is not null && (!TemperatureRules.AreSame(Opened.Temperature, Now.Settings.Temperature) || Opened.IsTemperatureUnreadable != Now.Settings.IsTemperatureUnreadable);

        // Over a value that both want there is nothing to ask.
        private SettingsPatch Missing => Change.Without(Now.Settings);
    }

    /// <summary>The change was refused, by the dashboard or by Convai; nothing was changed.</summary>
    public sealed record Rejected(string Sentence, string? Reference = null) : ChangeOutcome;

    /// <summary>Convai could not be asked or did not take the write; nothing was changed, though a write that timed out may yet arrive.</summary>
    public sealed record Unreachable(long ChangeId, ConvaiFailure Failure) : ChangeOutcome
    {
        public bool MayYetArrive => Failure is { Kind: ConvaiFailureKind.TimedOut or ConvaiFailureKind.Unreachable or ConvaiFailureKind.NotUnderstood, MayHaveBeenApplied: true };
    }

    /// <summary>The write was sent, and reading back failed.</summary>
    /// <param name="WriteFailure">How the write was answered; null where Convai answered SUCCESS.</param>
    public sealed record OutcomeUnknown(long ChangeId, ConvaiFailure? WriteFailure, ConvaiFailure ReadFailure) : ChangeOutcome;
}
