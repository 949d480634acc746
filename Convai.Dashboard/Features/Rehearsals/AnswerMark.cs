using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What the team thinks of the answers of one column to one line.</summary>
public enum MarkKind
{
    InCharacter,
    TooLong,

    /// <summary>The character showed that it is a computer's.</summary>
    BrokeFourthWall,
}

/// <summary>The team's mark on the answers of one column to one line; the last person to mark them counts.</summary>
public sealed class AnswerMark
{
    public required long RehearsalId { get; init; }

    public required int Column { get; init; }

    /// <summary>From 0.</summary>
    public required int Line { get; init; }

    public required MarkKind Kind { get; init; }

    /// <summary>In UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public required string PersonName { get; init; }
}

/// <summary>One person's note on one answer. It may quote the answer, so it is deleted with it.</summary>
public sealed class AnswerNote
{
    public const int MaxLength = 300;

    public required long RehearsalId { get; init; }

    public required int Column { get; init; }

    /// <summary>From 0.</summary>
    public required int Repeat { get; init; }

    /// <summary>From 0.</summary>
    public required int Line { get; init; }

    public required string PersonId { get; init; }

    public required string PersonName { get; init; }

    /// <summary>In UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Text { get; init; }
}

internal sealed class AnswerMarkConfiguration : IEntityTypeConfiguration<AnswerMark>
{
    public void Configure(EntityTypeBuilder<AnswerMark> builder)
    {
        builder.ToTable("RehearsalMarks");
        builder.HasKey(mark => new { mark.RehearsalId, mark.Column, mark.Line });
        builder.Property(mark => mark.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(mark => mark.PersonName).HasMaxLength(100);
    }
}

internal sealed class AnswerNoteConfiguration : IEntityTypeConfiguration<AnswerNote>
{
    public void Configure(EntityTypeBuilder<AnswerNote> builder)
    {
        builder.ToTable("RehearsalNotes");
        builder.HasKey(note => new { note.RehearsalId, note.Column, note.Repeat, note.Line, note.PersonId });
        builder.Property(note => note.PersonId).HasMaxLength(64);
        builder.Property(note => note.PersonName).HasMaxLength(100);
        builder.Property(note => note.Text).HasMaxLength(AnswerNote.MaxLength);
    }
}
