using System.Linq.Expressions;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Changes;

public enum ChangeKind
{
    /// <summary>Somebody edited a character.</summary>
    Edit,

    /// <summary>Puts back what another change replaced; an ordinary change in everything else.</summary>
    Undo,

    /// <summary>Puts a preset on a character.</summary>
    Preset,

    /// <summary>One row of a batch.</summary>
    Batch,

    /// <summary>One row of a settings file.</summary>
    Import,

    /// <summary>Seen at Convai and not made here: drift. Who made it is unknown, and when as well.</summary>
    Outside,

    /// <summary>What Convai changed by itself along with a model that was set here. It bears the name of the person who set the model.</summary>
    SideEffect,
}

/// <summary>How far a change has come. Only the first three are open; the others are for ever.</summary>
public enum ChangeState
{
    /// <summary>Taken down; nothing was sent yet.</summary>
    Asked,

    /// <summary>Sent, or about to be: whether it arrived is found out by reading back.</summary>
    Sent,

    /// <summary>Sent, and not read back yet; or timed out, so that it may yet arrive.</summary>
    OutcomeUnknown,

    /// <summary>Convai was read to have the new values.</summary>
    Confirmed,

    /// <summary>Convai took it and reports something else.</summary>
    NotConfirmed,

    /// <summary>Convai refused it.</summary>
    Rejected,

    /// <summary>Convai's values had moved; nothing was written.</summary>
    Conflict,

    /// <summary>Nothing was changed: Convai could not be asked, or did not take it.</summary>
    Unchanged,

    /// <summary>Convai had the values already; nothing was written.</summary>
    AlreadySo,

    /// <summary>Of kind outside: nobody has said anything about it yet.</summary>
    Drifted,

    /// <summary>Of kind outside: somebody has said that it may stay.</summary>
    Accepted,

    /// <summary>Of kind outside: the earlier values were put back.</summary>
    Restored,

    /// <summary>Of kind outside: a later change replaced it.</summary>
    Replaced,
}

/// <summary>
/// One line of the journal: what was asked for, and what became of it. The database refuses to delete it, to alter what was
/// asked, and to touch it at all once its state is for ever. It never holds words of Convai's answers.
/// </summary>
public sealed class Change
{
    public const int LongestReason = 200;

    /// <summary>How long a write that we stopped waiting for may still be carried out. Not documented; gateways give up sooner.</summary>
    public static readonly TimeSpan ArrivesWithin = TimeSpan.FromMinutes(2);

    public long Id { get; init; }

    /// <summary>When it was asked for, UTC; of kind outside, when it was first seen.</summary>
    public required DateTimeOffset At { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>Null for what was changed outside.</summary>
    public string? PersonId { get; init; }

    /// <summary>As they were called then.</summary>
    public string? PersonName { get; init; }

    public required string CharacterId { get; init; }

    /// <summary>As it was called then.</summary>
    public required string CharacterName { get; init; }

    public string? ModelBefore { get; init; }

    /// <summary>Null: the model is not part of this change.</summary>
    public string? ModelAfter { get; set; }

    /// <summary>Null where it was not set at Convai.</summary>
    public decimal? TemperatureBefore { get; init; }

    /// <summary>Null: the temperature is not part of this change.</summary>
    public decimal? TemperatureAfter { get; set; }

    /// <summary>In the person's own words; optional.</summary>
    public string? Reason { get; init; }

    /// <summary>The change whose values this one puts back.</summary>
    public long? UndoesId { get; init; }

    /// <summary>The batch that this change is a row of.</summary>
    public long? BatchId { get; init; }

    /// <summary>The preset that was put on, as it was called then.</summary>
    public string? PresetName { get; init; }

    public ChangeState State { get; set; }

    /// <summary>UTC; just before it was sent.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>UTC; when <see cref="State"/> was found out.</summary>
    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>Who accepted, restored or replaced what was changed outside.</summary>
    public string? SettledBy { get; set; }

    /// <summary>What Convai was read to have afterwards; null where it was not read.</summary>
    public string? ModelReported { get; set; }

    public decimal? TemperatureReported { get; set; }

    /// <summary>How the call failed, as a kind: never in Convai's words.</summary>
    public ConvaiFailureKind? Failure { get; set; }

    /// <summary>Convai's own reference of the failure, where it gave one.</summary>
    public string? Reference { get; set; }

    public bool IsOpen => State is ChangeState.Asked or ChangeState.Sent or ChangeState.OutcomeUnknown;

    /// <summary>Of kind outside: it was answered after it was first seen, so that its values are nothing new.</summary>
    public bool IsAnsweredLater => State is ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced && SettledAt != At;

    /// <summary>Convai answered SUCCESS, and no reading has shown the new values yet.</summary>
    public bool IsBeingVerified => this is { State: ChangeState.OutcomeUnknown, Failure: null };

    public SettingsPatch Asked => new(ModelAfter, TemperatureAfter);

    public CharacterCoreSettings Before => new(ModelBefore, TemperatureBefore);

    public CharacterCoreSettings Reported => new(ModelReported, TemperatureReported);

    /// <summary>The part that came about: nothing of a change that failed, and of one that was not confirmed perhaps one field.</summary>
    public SettingsPatch Applied => State switch
    {
        ChangeState.Confirmed or ChangeState.Drifted or ChangeState.Accepted or ChangeState.Restored or ChangeState.Replaced => Asked,
        ChangeState.NotConfirmed => new SettingsPatch(
            string.Equals(ModelAfter, ModelReported, StringComparison.Ordinal) ? ModelAfter : null,
            TemperatureRules.AreSame(TemperatureAfter, TemperatureReported) ? TemperatureAfter : null),
        _ => new SettingsPatch(null, null),
    };

    /// <summary>What would put back what this change replaced; empty where it came to nothing, or nothing was set before.</summary>
    public SettingsPatch Inverse => SettingsPatch.Of(Before).Within(Applied);

    /// <summary>For the database what <see cref="Applied"/> is for one change: something of it came about.</summary>
    internal static readonly Expression<Func<Change, bool>> CameAbout =
        change => change.State == ChangeState.Confirmed || change.Kind == ChangeKind.Outside
            || (change.State == ChangeState.NotConfirmed
                && ((change.ModelAfter != null && change.ModelAfter == change.ModelReported) || (change.TemperatureAfter != null && change.TemperatureAfter == change.TemperatureReported)));

    internal static readonly Expression<Func<Change, bool>> Open =
        change => change.State == ChangeState.Asked || change.State == ChangeState.Sent || change.State == ChangeState.OutcomeUnknown;

    internal static readonly Expression<Func<Change, bool>> OpenOrDrifted =
        change => change.State == ChangeState.Asked || change.State == ChangeState.Sent || change.State == ChangeState.OutcomeUnknown || change.State == ChangeState.Drifted;

    /// <param name="live">What Convai was read to have; null where it was not read.</param>
    /// <param name="at">UTC.</param>
    internal void Settle(ChangeState state, CharacterCoreSettings? live, ConvaiFailure? failure, DateTimeOffset at)
    {
        (State, SettledAt) = (state, at);
        (ModelReported, TemperatureReported) = (live?.ModelCode, live?.Temperature);
        (Failure, Reference) = (failure?.Kind, failure?.Reference);
    }
}

internal sealed class ChangeConfiguration : IEntityTypeConfiguration<Change>
{
    public void Configure(EntityTypeBuilder<Change> builder)
    {
        builder.ToTable("Changes");
        builder.Property(change => change.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(change => change.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(change => change.Failure).HasConversion<string>().HasMaxLength(40);
        builder.Property(change => change.PersonId).HasMaxLength(64);
        builder.Property(change => change.PersonName).HasMaxLength(100);
        builder.Property(change => change.SettledBy).HasMaxLength(100);
        builder.Property(change => change.Reason).HasMaxLength(Change.LongestReason);
        builder.Property(change => change.PresetName).HasMaxLength(100);
        builder.HasIndex(change => new { change.CharacterId, change.State });
        builder.HasIndex(change => change.BatchId);
        builder.HasIndex(change => change.State);
        builder.HasIndex(change => change.At);
    }
}
