using Convai.Dashboard.ConvaiApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Characters;

public enum CopyState
{
    /// <summary>Recorded before the call; if the server dies now, a copy may exist.</summary>
    Requested,

    /// <summary>Convai made no copy.</summary>
    NotMade,

    /// <summary>It is not known whether Convai made a copy, nor its id: a person has to look.</summary>
    Unknown,

    /// <summary>
    /// Convai returned the id of a character that existed before (<see cref="CopyRecord.Failure"/> names it). It is not a copy and is never written to or
    /// deleted; whether a copy exists as well, a person has to look.
    /// </summary>
    NotACopy,

    /// <summary>The copy exists in Convai and has to be removed.</summary>
    Exists,

    /// <summary>Convai is being asked to delete it; if the server dies now, the copy may exist or not.</summary>
    Removing,

    /// <summary>Convai no longer lists it.</summary>
    Removed,

    /// <summary>A person has dealt with it in Convai, or decided to keep it.</summary>
    Dismissed,
}

/// <summary>A temporary copy of a character, recorded before Convai is asked for it, so that no copy is ever forgotten.</summary>
public sealed class CopyRecord
{
    /// <summary>Stands in <see cref="RehearsalId"/> for a copy that suggests lines and belongs to no rehearsal.</summary>
    public const long ForSuggestions = 0;

    public const int MaxFailureLength = 600;

    public long Id { get; init; }

    /// <summary>The rehearsal that it was made for, or <see cref="ForSuggestions"/>.</summary>
    public required long RehearsalId { get; init; }

    /// <summary>The column of the rehearsal that speaks on it.</summary>
    public required int Column { get; init; }

    public required string SourceId { get; init; }

    public required string SourceName { get; init; }

    /// <summary>The copy's own id; null until Convai has returned it.</summary>
    public string? CharacterId { get; set; }

    /// <summary>The account that it was made in (<see cref="AccountFingerprint"/>); it is removed only there.</summary>
    public required string Account { get; init; }

    public CopyState State { get; set; }

    /// <summary>In UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When its removal was last tried, in UTC.</summary>
    public DateTimeOffset? RemovalTriedAt { get; set; }

    /// <summary>How often its removal failed.</summary>
    public int FailedRemovals { get; set; }

    /// <summary>Why it was not made, or not removed, as a sentence.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether its id is known, and Convai may still have it.</summary>
    public bool MayExist => State is CopyState.Exists or CopyState.Removing;
}

internal sealed class CopyRecordConfiguration : IEntityTypeConfiguration<CopyRecord>
{
    public void Configure(EntityTypeBuilder<CopyRecord> builder)
    {
        builder.ToTable("CharacterCopies");
        builder.Property(copy => copy.SourceId).HasMaxLength(200);
        builder.Property(copy => copy.CharacterId).HasMaxLength(200);
        builder.Property(copy => copy.Account).HasMaxLength(AccountFingerprint.Length);
        builder.Property(copy => copy.State).HasConversion<string>().HasMaxLength(20);
        builder.Ignore(copy => copy.MayExist);
        builder.Property(copy => copy.Failure).HasMaxLength(CopyRecord.MaxFailureLength);
        builder.HasIndex(copy => copy.CharacterId).IsUnique();
        builder.HasIndex(copy => copy.RehearsalId);
        builder.HasIndex(copy => copy.State);
    }
}
