using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Batches;

public enum BatchState
{
    /// <summary>A plan; nothing has been sent.</summary>
    Planned,

    /// <summary>Runs until every item has ended, across restarts of the server too.</summary>
    Running,

    /// <summary>Waits for a person to resume it.</summary>
    Paused,

    /// <summary>A person ended it: items not written by then are not written.</summary>
    Stopped,

    /// <summary>Every item has ended, successfully or not.</summary>
    Done,
}

/// <summary>Why a batch is paused.</summary>
public enum BatchPauseReason
{
    /// <summary>A person asked for it.</summary>
    Asked,

    /// <summary>The person who started it may no longer change characters.</summary>
    Role,

    /// <summary>Convai refuses every write because of the key or the account's plan.</summary>
    Refused,

    /// <summary>The quota of the account's plan is used up.</summary>
    Quota,

    /// <summary>Convai could not be read, or failed to answer several writes in a row properly.</summary>
    Unreachable,
}

/// <summary>One change to many characters: a plan until someone starts it. The journal has the outcome of each item (<see cref="ChangeRecord.BatchId"/>).</summary>
public sealed class Batch
{
    public const int MaxTitleLength = 120;

    public long Id { get; init; }

    /// <summary>When the plan was made, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the batch does, in a few words.</summary>
    public required string Title { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>The person who made the plan.</summary>
    public required string PersonId { get; init; }

    public required string PersonName { get; init; }

    /// <summary>The reason that the person gave; optional, at most <see cref="ChangeRecord.MaxReasonLength"/> characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of the preset that it applies, when the plan was made.</summary>
    public string? PresetName { get; init; }

    public long? PresetId { get; init; }

    public int? PresetVersion { get; init; }

    /// <summary>What the values of the items follow from, as <see cref="BulkChange.ToJson"/> writes it; null if they do not depend on what a character has.</summary>
    public string? Rule { get; init; }

    /// <summary>The batch that this one undoes.</summary>
    public long? UndoesBatchId { get; init; }

    public BatchState State { get; set; }

    /// <summary>Set while <see cref="BatchState.Paused"/>.</summary>
    public BatchPauseReason? PausedFor { get; set; }

    /// <summary>In UTC; null for a plan.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>The person in whose name the changes are made.</summary>
    public string? StartedById { get; set; }

    public string? StartedByName { get; set; }

    /// <summary>When the last item ended or a person stopped the batch, in UTC.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The preset that it applies; null for none.</summary>
    public AppliedPreset? Preset => this is { PresetId: { } id, PresetVersion: { } version, PresetName: { } name } ? new AppliedPreset(id, version, name) : null;
}

/// <param name="Undo">The last batch made to undo it; null if there is none.</param>
public sealed record BatchWithUndo(Batch Batch, Batch? Undo)
{
    /// <summary>Whether it was undone or is being undone; a stopped undo can be started again.</summary>
    public bool IsUndone => Undo is { State: BatchState.Running or BatchState.Paused or BatchState.Done };
}

/// <summary>What to do with an item; the journal has what was done.</summary>
public enum BatchItemMark
{
    ToWrite,

    /// <summary>A person excluded it from the plan. Stored under its first name, see <see cref="BatchItemMarkNames"/>.</summary>
    Excluded,

    /// <summary>Convai already had the values when the batch started, or the item is irreversible.</summary>
    Skipped,
}

/// <summary>One character of a batch.</summary>
public sealed class BatchItem
{
    public required long BatchId { get; init; }

    public required string CharacterId { get; init; }

    /// <summary>The position in the plan, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>The character's name when the plan was made.</summary>
    public required string CharacterName { get; init; }

    /// <summary>Convai's value when the plan was reviewed; if it has changed since, nothing is written.</summary>
    public string? ModelBefore { get; set; }

    public decimal? TemperatureBefore { get; set; }

    /// <summary>Null leaves it unchanged.</summary>
    public string? ModelAfter { get; set; }

    /// <summary>Null leaves it unchanged.</summary>
    public decimal? TemperatureAfter { get; set; }

    /// <summary>The level last sent from here when the plan was reviewed; null if none is known.</summary>
    public string? ReasoningBefore { get; set; }

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null leaves it unchanged.</summary>
    public string? ReasoningAfter { get; init; }

    /// <summary>The change that this item undoes.</summary>
    public long? UndoesId { get; init; }

    public BatchItemMark Mark { get; set; }

    /// <summary>The last failed change of this item that a person asked to retry: only later changes count.</summary>
    public long? RetriedId { get; set; }

    public CharacterCoreSettings Before => new(ModelBefore, TemperatureBefore) { Reasoning = ReasoningBefore };

    public SettingsPatch Asked => new(ModelAfter, TemperatureAfter, ReasoningAfter);

    /// <summary>
    /// No value is known to undo the change to: nothing was set in Convai before it, and Convai has no way to unset a value, or no reasoning effort
    /// had been sent from here before.
    /// </summary>
    public bool IsIrreversible => UndoesId is not null && Asked.IsEmpty;
}

internal sealed class BatchConfiguration : IEntityTypeConfiguration<Batch>
{
    public void Configure(EntityTypeBuilder<Batch> builder)
    {
        builder.ToTable("Batches");
        builder.Property(batch => batch.Title).HasMaxLength(Batch.MaxTitleLength);
        builder.Property(batch => batch.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.PausedFor).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.PersonId).HasMaxLength(64);
        builder.Property(batch => batch.PersonName).HasMaxLength(100);
        builder.Property(batch => batch.StartedById).HasMaxLength(64);
        builder.Property(batch => batch.StartedByName).HasMaxLength(100);
        builder.Property(batch => batch.Reason).HasMaxLength(ChangeRecord.MaxReasonLength);
        builder.Property(batch => batch.PresetName).HasMaxLength(100);
        builder.HasIndex(batch => batch.State);
    }
}

internal sealed class BatchItemConfiguration : IEntityTypeConfiguration<BatchItem>
{
    public void Configure(EntityTypeBuilder<BatchItem> builder)
    {
        builder.ToTable("BatchRows");
        builder.HasKey(item => new { item.BatchId, item.CharacterId });
        builder.Property(item => item.Mark).HasConversion<BatchItemMarkNames>().HasMaxLength(20);
        builder.Property(item => item.ReasoningBefore).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(item => item.ReasoningAfter).HasMaxLength(ReasoningEffort.MaxLength);
        builder.HasOne<Batch>().WithMany().HasForeignKey(item => item.BatchId).OnDelete(DeleteBehavior.Cascade);
    }
}
