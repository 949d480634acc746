using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Models;

/// <summary>
/// What the team wrote about a model at one time ("good at French, slow in the evening"). Notes are never altered: the newest of a
/// model counts, and the earlier ones record who wrote what and when.
/// </summary>
public sealed class ModelNote
{
    public const int MaxLength = 300;

    public long Id { get; init; }

    /// <summary>Compared ordinally and case-sensitively, as everywhere.</summary>
    public required string ModelCode { get; init; }

    /// <summary>One or two sentences; empty if the note was removed.</summary>
    public required string Text { get; init; }

    /// <summary>In UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public required string PersonId { get; init; }

    /// <summary>The person's name at that time.</summary>
    public required string PersonName { get; init; }
}

internal sealed class ModelNoteConfiguration : IEntityTypeConfiguration<ModelNote>
{
    public void Configure(EntityTypeBuilder<ModelNote> builder)
    {
        builder.ToTable("ModelNotes");
        builder.Property(note => note.Text).HasMaxLength(ModelNote.MaxLength);
        builder.Property(note => note.PersonId).HasMaxLength(64);
        builder.Property(note => note.PersonName).HasMaxLength(100);
        builder.HasIndex(note => note.ModelCode);
    }
}
