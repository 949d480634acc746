using System.Linq.Expressions;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Changes;

public enum ChangeKind
{
    /// <summary>Someone edited a character.</summary>
    Edit,

    /// <summary>Restores the values that another change replaced; otherwise an ordinary change.</summary>
    Undo,

    /// <summary>Applies a preset to a character.</summary>
    Preset,

    /// <summary>One item of a batch.</summary>
    Batch,

    /// <summary>One row of a settings file.</summary>
    Import,

    /// <summary>Seen in Convai and not made here: drift. Who made it, and when, is unknown.</summary>
    Outside,

    /// <summary>Convai changed this by itself when a model was set here. It is recorded under the name of the person who set the model.</summary>
    SideEffect,
}

/// <summary>How far a change has come. Only the first three are open; the others are final.</summary>
public enum ChangeState
{
    /// <summary>Recorded; nothing has been sent yet.</summary>
    Asked,

    /// <summary>Sent, or about to be; reading back shows whether it arrived.</summary>
    Sent,

    /// <summary>Sent and not verified yet; or timed out, so it may still arrive.</summary>
    OutcomeUnknown,

    /// <summary>The values were read back and match.</summary>
    Confirmed,

    /// <summary>Convai accepted it but reports other values.</summary>
    NotConfirmed,

    /// <summary>
    /// Convai accepted it, and what its answers carry matches. They do not carry the reasoning effort, so whether Convai kept that is
    /// unknown.
    /// </summary>
    SentNotConfirmed,

    /// <summary>Convai refused it.</summary>
    Rejected,

    /// <summary>Someone changed it first, so nothing was written.</summary>
    Conflict,

    /// <summary>Nothing was changed: Convai could not be reached, or did not accept it.</summary>
    Unchanged,

    /// <summary>Convai already had the values; nothing was written. Stored under its first name, see <see cref="ChangeStateNames"/>.</summary>
    NoOp,

    /// <summary>An outside change that no one has answered yet.</summary>
    Drifted,

    /// <summary>An outside change that someone accepted.</summary>
    Accepted,

    /// <summary>An outside change whose earlier values were restored.</summary>
    Restored,

    /// <summary>An outside change that a later change replaced.</summary>
    Replaced,
}

/// <summary>
/// One entry in the journal: the values asked for, and the outcome. The database refuses to delete it, to alter what was
/// asked for, and to update it at all once its state is final. It never holds text from Convai's answers.
/// </summary>
public sealed class ChangeRecord
{
    public const int MaxReasonLength = 200;

    /// <summary>How long after a timeout Convai may still carry out a write. Not documented; gateways give up sooner.</summary>
    public static readonly TimeSpan MaxWriteDelay = TimeSpan.FromMinutes(2);

    public long Id { get; init; }

    /// <summary>When it was asked for, in UTC; for an outside change, when it was first seen.</summary>
    public required DateTimeOffset At { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>Null for an outside change.</summary>
    public string? PersonId { get; init; }

    /// <summary>The person's name at that time.</summary>
    public string? PersonName { get; init; }

    public required string CharacterId { get; init; }

    /// <summary>The character's name at that time.</summary>
    public required string CharacterName { get; init; }

    public string? ModelBefore { get; init; }

    /// <summary>Null if the model is not part of this change.</summary>
    public string? ModelAfter { get; set; }

    /// <summary>Null if it was not set in Convai.</summary>
    public decimal? TemperatureBefore { get; init; }

    /// <summary>Null if the temperature is not part of this change.</summary>
    public decimal? TemperatureAfter { get; set; }

    /// <summary>The level last sent from here, or reported by Convai; null if neither is known.</summary>
    public string? ReasoningBefore { get; init; }

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null if reasoning is not part of this change.</summary>
    public string? ReasoningAfter { get; set; }

    /// <summary>The reason that the person gave; optional.</summary>
    public string? Reason { get; init; }

    /// <summary>The change whose earlier values this one restores.</summary>
    public long? UndoesId { get; init; }

    /// <summary>The batch that this change belongs to.</summary>
    public long? BatchId { get; init; }

    /// <summary>The rejected change of which this is the part that Convai carried out nevertheless.</summary>
    public long? PartOfId { get; init; }

    /// <summary>The name at that time of the preset that was applied.</summary>
    public string? PresetName { get; init; }

    /// <summary>That preset; null for a part of a rejected change, and for changes made before assignments were stored.</summary>
    public long? PresetId { get; init; }

    /// <summary>The version of the preset that was applied.</summary>
    public int? PresetVersion { get; init; }

    /// <summary>The rehearsal whose candidate was applied.</summary>
    public long? RehearsalId { get; init; }

    public ChangeState State { get; set; }

    /// <summary>When it was about to be sent, in UTC.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When <see cref="State"/> became known, in UTC.</summary>
    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>Who accepted, restored or replaced the outside change.</summary>
    public string? SettledBy { get; set; }

    /// <summary>The value read back afterwards; null if Convai was not read.</summary>
    public string? ModelReported { get; set; }

    public decimal? TemperatureReported { get; set; }

    /// <summary>Null if Convai's answer did not carry it: no documented answer does.</summary>
    public string? ReasoningReported { get; set; }

    /// <summary>The kind of failure of the call; never Convai's own text.</summary>
    public ConvaiFailureKind? Failure { get; set; }

    /// <summary>Convai's own reference for the failure, if it gave one.</summary>
    public string? Reference { get; set; }

    public bool IsOpen => State is ChangeState.Asked or ChangeState.Sent or ChangeState.OutcomeUnknown;

    /// <summary>Whether an outside change was answered after it was first seen, so that its values are not new.</summary>
    public bool IsAnsweredLater => State is ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced && SettledAt != At;

    /// <summary>Convai answered SUCCESS, and no reading has shown the new values yet.</summary>
    public bool IsBeingVerified => this is { State: ChangeState.OutcomeUnknown, Failure: null };

    /// <summary>Whether it was carried out, as far as Convai's answers show.</summary>
    public bool IsDone => State is ChangeState.Confirmed or ChangeState.SentNotConfirmed;

    public SettingsPatch Asked => new(ModelAfter, TemperatureAfter, ReasoningAfter);

    public CharacterCoreSettings Before => new(ModelBefore, TemperatureBefore) { Reasoning = ReasoningBefore };

    public CharacterCoreSettings Reported => new(ModelReported, TemperatureReported) { Reasoning = ReasoningReported, IsReasoningReported = ReasoningReported is not null };

    /// <summary>The part that was applied: nothing of a failed change, and possibly one field of an unconfirmed one.</summary>
    public SettingsPatch Applied => State switch
    {
        ChangeState.Confirmed or ChangeState.SentNotConfirmed or ChangeState.Drifted or ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced => Asked,
        ChangeState.NotConfirmed => new SettingsPatch(
            string.Equals(ModelAfter, ModelReported, StringComparison.Ordinal) ? ModelAfter : null,
            TemperatureRules.AreSame(TemperatureAfter, TemperatureReported) ? TemperatureAfter : null,
            string.Equals(ReasoningAfter, ReasoningReported, StringComparison.Ordinal) ? ReasoningAfter : null),
        _ => new SettingsPatch(null, null),
    };

    /// <summary>
    /// The fields that Convai changed although it rejected the change: a reasoning effort may be refused after the model of the same call was
    /// written. Which of the two it judges first is not documented.
    /// </summary>
    public SettingsPatch CarriedOut => this is { State: ChangeState.Rejected, SentAt: not null, ReasoningAfter: not null, Failure: ConvaiFailureKind.ValueRejected }
        ? Asked.Fields.Where(one => one.Reasoning is null && one.IsSatisfiedBy(Reported) && !one.IsSatisfiedBy(Before)).Aggregate(new SettingsPatch(null, null), (all, one) => all.MergeFields(one))
        : new SettingsPatch(null, null);

    /// <summary>The patch that would undo this change; empty if it failed, or if nothing was set before.</summary>
    public SettingsPatch Inverse => SettingsPatch.From(Before).IntersectFields(Applied);

    /// <summary>The database's equivalent of <see cref="Applied"/>: at least one field was applied.</summary>
    internal static readonly Expression<Func<ChangeRecord, bool>> WasApplied =
        change => change.State == ChangeState.Confirmed || change.State == ChangeState.SentNotConfirmed || change.Kind == ChangeKind.Outside
            || (change.State == ChangeState.NotConfirmed
                && ((change.ModelAfter != null && change.ModelAfter == change.ModelReported) || (change.TemperatureAfter != null && change.TemperatureAfter == change.TemperatureReported)
                    || (change.ReasoningAfter != null && change.ReasoningAfter == change.ReasoningReported)));

    internal static readonly Expression<Func<ChangeRecord, bool>> Open =
        change => change.State == ChangeState.Asked || change.State == ChangeState.Sent || change.State == ChangeState.OutcomeUnknown;

    internal static readonly Expression<Func<ChangeRecord, bool>> OpenOrDrifted =
        change => change.State == ChangeState.Asked || change.State == ChangeState.Sent || change.State == ChangeState.OutcomeUnknown || change.State == ChangeState.Drifted;

    /// <param name="live">The values read from Convai; null if it was not read.</param>
    /// <param name="at">In UTC.</param>
    internal void Settle(ChangeState state, CharacterCoreSettings? live, ConvaiFailure? failure, DateTimeOffset at)
    {
        (State, SettledAt) = (state, at);
        (ModelReported, TemperatureReported) = (live?.ModelCode, live?.Temperature);
        ReasoningReported = live?.IsReasoningReported == true ? live.Reasoning : null;
        (Failure, Reference) = (failure?.Kind, failure?.Reference);
    }
}

internal sealed class ChangeRecordConfiguration : IEntityTypeConfiguration<ChangeRecord>
{
    public void Configure(EntityTypeBuilder<ChangeRecord> builder)
    {
        builder.ToTable("Changes");
        builder.Property(change => change.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(change => change.State).HasConversion<ChangeStateNames>().HasMaxLength(20);
        builder.Property(change => change.Failure).HasConversion<string>().HasMaxLength(40);
        builder.Property(change => change.ReasoningBefore).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(change => change.ReasoningAfter).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(change => change.ReasoningReported).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(change => change.PersonId).HasMaxLength(64);
        builder.Property(change => change.PersonName).HasMaxLength(100);
        builder.Property(change => change.SettledBy).HasMaxLength(100);
        builder.Property(change => change.Reason).HasMaxLength(ChangeRecord.MaxReasonLength);
        builder.Property(change => change.PresetName).HasMaxLength(100);
        builder.HasIndex(change => new { change.CharacterId, change.State });
        builder.HasIndex(change => change.BatchId);
        builder.HasIndex(change => change.PartOfId);
        builder.HasIndex(change => change.State);
        // Few changes come from a rehearsal.
        builder.HasIndex(change => change.RehearsalId).HasFilter("\"RehearsalId\" IS NOT NULL");
        builder.HasIndex(change => change.At);
    }
}
