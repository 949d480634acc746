using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Changes;

/// <summary>A requested change.</summary>
/// <param name="Opened">The settings that the person saw; if Convai's have changed since, the change is a conflict.</param>
/// <param name="Change">Only the fields to write.</param>
/// <param name="Reason">The reason that the person gave; optional, at most <see cref="ChangeRecord.MaxReasonLength"/> characters.</param>
/// <param name="UndoesId">The change to undo; the kind of the new change is then undo.</param>
public sealed record ChangeRequest(Character Character, CharacterCoreSettings Opened, SettingsPatch Change, string? Reason = null, long? UndoesId = null)
{
    public ChangeKind Kind { get; init; } = UndoesId is null ? ChangeKind.Edit : ChangeKind.Undo;

    /// <summary>The batch that it belongs to.</summary>
    public long? BatchId { get; init; }

    /// <summary>The preset that is applied; it becomes the character's once the values are confirmed.</summary>
    public AppliedPreset? Preset { get; init; }

    /// <summary>The rehearsal whose candidate it applies.</summary>
    public long? RehearsalId { get; init; }

    /// <summary>Whether the person saw <see cref="Opened"/> when their own save was confirmed, and not when they opened the character. A conflict says so.</summary>
    public bool IsSinceSave { get; init; }
}

/// <summary>The step of a change in progress, shown to the person who waits.</summary>
public enum ChangeStep
{
    /// <summary>Waits for other writers of the same character, or for a rate-limit permit.</summary>
    Waiting,
    Comparing,
    Writing,
    Verifying,
}

/// <summary>How a change ended. Switch over the cases; a failure of Convai never becomes an exception.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>The resulting state in the journal.</summary>
    public ChangeState State => this switch
    {
        Confirmed { WasWritten: false } => ChangeState.NoOp,
        Confirmed { Unconfirmed.IsEmpty: false } => ChangeState.SentNotConfirmed,
        Confirmed => ChangeState.Confirmed,
        PartlyRejected => ChangeState.Rejected,
        NotConfirmed => ChangeState.NotConfirmed,
        Conflict => ChangeState.Conflict,
        Rejected => ChangeState.Rejected,
        // Timed out, and not there yet: a later reading settles it.
        Unreachable { MayYetArrive: true } => ChangeState.OutcomeUnknown,
        Unreachable => ChangeState.Unchanged,
        _ => ChangeState.OutcomeUnknown,
    };

    /// <summary>The character as Convai was last read to have it, also if only a part of the change was written; null if it was not read.</summary>
    public Character? LastRead => this switch
    {
        Confirmed confirmed => confirmed.After,
        Verifying verifying => verifying.Reported,
        NotConfirmed notConfirmed => notConfirmed.Reported,
        PartlyRejected partly => partly.Reported,
        Conflict conflict => conflict.Now,
        _ => null,
    };

    /// <summary>Convai could not be reached, did not accept the write, or still had the old values after it.</summary>
    internal static ChangeOutcome NotWritten(long changeId, ConvaiFailure failure) => failure.Kind switch
    {
        ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.ErrorAnswer or ConvaiFailureKind.NotUnderstood => new Unreachable(changeId, failure),
        _ => new Rejected(failure.Sentence, failure.Reference),
    };

    /// <summary>Convai has the new values: they were read back, except those of <see cref="Unconfirmed"/>.</summary>
    /// <param name="Before">Convai's values just before the write; if nothing was written, those that the person opened.</param>
    /// <param name="ChangeId">Its entry in the journal.</param>
    /// <param name="After">The character with the settings that were read back.</param>
    /// <param name="WasWritten">False if Convai already had the values.</param>
    public sealed record Confirmed(long ChangeId, CharacterCoreSettings Before, Character After, SettingsPatch Change, bool WasWritten) : ChangeOutcome
    {
        /// <param name="read">The character as it was read back; it may not carry the reasoning effort.</param>
        internal static Confirmed From(long changeId, CharacterCoreSettings before, Character read, SettingsPatch change) =>
            new(changeId, before, read with { Settings = read.Settings.WithLastReasoning(change.Reasoning ?? before.Reasoning) }, change, WasWritten: true);

        /// <summary>The temperature that Convai set by itself along with the model; empty if it did not.</summary>
        public SettingsPatch SideEffect => WasWritten && Change is { ModelCode: not null, Temperature: null }
            ? new SettingsPatch(null, SettingsPatch.From(After.Settings).MissingFrom(Before).Temperature)
            : new SettingsPatch(null, null);

        /// <summary>The reasoning effort that was sent and cannot be read back; empty if none was sent or Convai reported it.</summary>
        public SettingsPatch Unconfirmed => WasWritten && !After.Settings.IsReasoningReported ? new SettingsPatch(null, null, Change.Reasoning) : new SettingsPatch(null, null);
    }

    /// <summary>Convai rejected one value, and had written others of the same call.</summary>
    /// <param name="Before">Convai's values just before the write.</param>
    /// <param name="Reported">The character with the settings that were read back.</param>
    /// <param name="Written">What Convai wrote nevertheless.</param>
    /// <param name="Failed">What it did not write.</param>
    public sealed record PartlyRejected(long ChangeId, CharacterCoreSettings Before, Character Reported, SettingsPatch Written, SettingsPatch Failed, ConvaiFailure Failure) : ChangeOutcome;

    /// <summary>Convai answered SUCCESS and does not show the new values yet. It is read again, with growing pauses, for 15 seconds.</summary>
    /// <param name="Reported">The character as last read.</param>
    /// <param name="Verdict">Never fails: confirmed once a reading shows the values, not confirmed after the last one; null if the server stops or the database is unavailable.</param>
    public sealed record Verifying(long ChangeId, SettingsPatch Change, Character Reported, Task<ChangeOutcome?> Verdict) : ChangeOutcome
    {
        /// <summary>Waits for the verdict and shows it, if there is one and someone still looks at this outcome.</summary>
        /// <param name="isShown">Whether the page still shows this outcome, and not that of a later change.</param>
        /// <param name="closing">Cancelled when the page is left.</param>
        public async Task ShowVerdictAsync(Func<bool> isShown, Func<ChangeOutcome, Task> showAsync, CancellationToken closing)
        {
            if (await Verdict is { } verdict && !closing.IsCancellationRequested && isShown())
            {
                await showAsync(verdict);
            }
        }
    }

    /// <summary>The write was sent, but Convai reports other values. The new ones may still appear while the journal entry is open.</summary>
    /// <param name="WriteFailure">The failure of the write; null if Convai answered SUCCESS.</param>
    public sealed record NotConfirmed(long ChangeId, SettingsPatch Change, Character Reported, ConvaiFailure? WriteFailure) : ChangeOutcome;

    /// <summary>Convai's values changed after the page was opened; nothing was written.</summary>
    /// <param name="ModelBy">Who last changed the model, as text; null if unknown.</param>
    /// <param name="TemperatureBy">Who last changed the temperature.</param>
    /// <param name="ReasoningBy">Who last sent a reasoning effort.</param>
    public sealed record Conflict(CharacterCoreSettings Opened, Character Now, SettingsPatch Change, string? ModelBy = null, string? TemperatureBy = null, string? ReasoningBy = null) : ChangeOutcome
    {
        /// <inheritdoc cref="ChangeRequest.IsSinceSave"/>
        public bool IsSinceSave { get; init; }

        public bool IsContested => IsModelContested || IsTemperatureContested || IsReasoningContested;

        /// <summary>The part of the change that no one else has edited.</summary>
        public SettingsPatch Uncontested => new(
            IsModelContested ? null : Change.ModelCode, IsTemperatureContested ? null : Change.Temperature, IsReasoningContested ? null : Change.Reasoning);

        public bool IsModelContested =>
            Missing.ModelCode is not null && (!string.Equals(Opened.ModelCode, Now.Settings.ModelCode, StringComparison.Ordinal) || Opened.IsModelUnreadable != Now.Settings.IsModelUnreadable);

        public bool IsTemperatureContested =>
            Missing.Temperature is not null && (!TemperatureRules.AreSame(Opened.Temperature, Now.Settings.Temperature) || Opened.IsTemperatureUnreadable != Now.Settings.IsTemperatureUnreadable);

        // A level that was never known does not differ from any.
        public bool IsReasoningContested =>
            Change.Reasoning is { } wanted && Opened.Reasoning is { } opened && Now.Settings.Reasoning is { } now
            && !string.Equals(opened, now, StringComparison.Ordinal) && !string.Equals(wanted, now, StringComparison.Ordinal);

        // If both want the same value, there is nothing to ask.
        private SettingsPatch Missing => Change.MissingFrom(Now.Settings);
    }

    /// <summary>The change was refused, by the dashboard or by Convai; nothing was changed.</summary>
    public sealed record Rejected(string Sentence, string? Reference = null) : ChangeOutcome;

    /// <summary>Convai could not be reached or did not accept the write; nothing was changed, though a write that timed out may still arrive.</summary>
    public sealed record Unreachable(long ChangeId, ConvaiFailure Failure) : ChangeOutcome
    {
        public bool MayYetArrive => Failure is { Kind: ConvaiFailureKind.TimedOut or ConvaiFailureKind.Unreachable or ConvaiFailureKind.NotUnderstood, MayHaveBeenApplied: true };
    }

    /// <summary>The write was sent, but reading it back failed.</summary>
    /// <param name="WriteFailure">The failure of the write; null if Convai answered SUCCESS.</param>
    public sealed record OutcomeUnknown(long ChangeId, ConvaiFailure? WriteFailure, ConvaiFailure ReadFailure) : ChangeOutcome;
}
