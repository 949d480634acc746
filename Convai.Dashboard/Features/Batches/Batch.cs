using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Batches;

public enum BatchState
{
    /// <summary>A plan: nothing was sent.</summary>
    Planned,

    /// <summary>Goes on until every row has ended, over restarts of the server too.</summary>
    Running,

    /// <summary>Waits for a person to let it go on.</summary>
    Paused,

    /// <summary>A person has ended it: what was not written by then is not written.</summary>
    Stopped,

    /// <summary>Every row has ended, rightly or not.</summary>
    Done,
}

/// <summary>Why a batch is paused.</summary>
public enum BatchPause
{
    /// <summary>A person asked for it.</summary>
    Asked,

    /// <summary>Whoever started it may not change characters any more.</summary>
    Role,

    /// <summary>Convai refuses every write: the key or the plan of the account.</summary>
    Refused,

    /// <summary>The quota of the account's plan is used up.</summary>
    Quota,

    /// <summary>Convai could not be read, or did not answer several writes in a row as it should.</summary>
    Unreachable,
}

/// <summary>One change to many characters: a plan until somebody starts it. What became of each row stands in the journal (<see cref="Change.BatchId"/>).</summary>
public sealed class Batch
{
    public const int LongestTitle = 120;

    public long Id { get; init; }

    /// <summary>When the plan was made, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it does, in a few words.</summary>
    public required string Title { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>Who made the plan.</summary>
    public required string PersonId { get; init; }

    public required string PersonName { get; init; }

    /// <summary>In the person's own words; optional, at most <see cref="Change.LongestReason"/> characters.</summary>
    public string? Reason { get; init; }

    public string? PresetName { get; init; }

    /// <summary>The batch that this one takes back.</summary>
    public long? UndoesBatchId { get; init; }

    public BatchState State { get; set; }

    /// <summary>Set while <see cref="BatchState.Paused"/>.</summary>
    public BatchPause? PausedFor { get; set; }

    /// <summary>UTC; null for a plan.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Under whose name the changes are made.</summary>
    public string? StartedById { get; set; }

    public string? StartedByName { get; set; }

    /// <summary>UTC; when the last row ended, or a person stopped it.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What is to be done with a row; what was done stands in the journal.</summary>
public enum BatchRowMark
{
    ToWrite,

    /// <summary>A person took it out of the plan.</summary>
    LeftOut,

    /// <summary>Convai had the values already when the batch started, or the character had moved away from the plan.</summary>
    Skipped,
}

/// <summary>One character of a batch.</summary>
public sealed class BatchRow
{
    public required long BatchId { get; init; }

    public required string CharacterId { get; init; }

    /// <summary>The order of the plan, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>As it was called when the plan was made.</summary>
    public required string CharacterName { get; init; }

    /// <summary>What Convai had when the plan was looked at: had it moved since, nothing is written.</summary>
    public string? ModelBefore { get; set; }

    public decimal? TemperatureBefore { get; set; }

    /// <summary>Null: leave unchanged.</summary>
    public string? ModelAfter { get; init; }

    /// <summary>Null: leave unchanged.</summary>
    public decimal? TemperatureAfter { get; init; }

    /// <summary>The change whose values this row puts back.</summary>
    public long? UndoesId { get; init; }

    public BatchRowMark Mark { get; set; }

    /// <summary>The last failed change of this row that a person has asked to try again: only later ones count.</summary>
    public long? RetriedId { get; set; }

    public CharacterCoreSettings Before => new(ModelBefore, TemperatureBefore);

    public SettingsPatch Asked => new(ModelAfter, TemperatureAfter);

    /// <summary>Nothing was set at Convai before the change that it was to take back, and Convai knows no way to unset a value.</summary>
    public bool HasNoWayBack => UndoesId is not null && Asked.IsEmpty;
}

internal sealed class BatchConfiguration : IEntityTypeConfiguration<Batch>
{
    public void Configure(EntityTypeBuilder<Batch> builder)
    {
        builder.ToTable("Batches");
        builder.Property(batch => batch.Title).HasMaxLength(Batch.LongestTitle);
        builder.Property(batch => batch.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.PausedFor).HasConversion<string>().HasMaxLength(20);
        builder.Property(batch => batch.PersonId).HasMaxLength(64);
        builder.Property(batch => batch.PersonName).HasMaxLength(100);
        builder.Property(batch => batch.StartedById).HasMaxLength(64);
        builder.Property(batch => batch.StartedByName).HasMaxLength(100);
        builder.Property(batch => batch.Reason).HasMaxLength(Change.LongestReason);
        builder.Property(batch => batch.PresetName).HasMaxLength(100);
        builder.HasIndex(batch => batch.State);
    }
}

internal sealed class BatchRowConfiguration : IEntityTypeConfiguration<BatchRow>
{
    public void Configure(EntityTypeBuilder<BatchRow> builder)
    {
        builder.ToTable("BatchRows");
        builder.HasKey(row => new { row.BatchId, row.CharacterId });
        builder.Property(row => row.Mark).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Batch>().WithMany().HasForeignKey(row => row.BatchId).OnDelete(DeleteBehavior.Cascade);
    }
}
