using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Cast;

/// <summary>A view of the cast that one person has named: search, filters, order and columns.</summary>
public sealed class SavedView
{
    public const int MaxNameLength = 60;
    public const int MaxQueryLength = 1000;
    public const int MaxOwnerLength = 256;

    public long Id { get; init; }

    public required string PersonId { get; init; }

    public required string Name { get; init; }

    /// <summary>The query of the address, with its question mark.</summary>
    public required string Query { get; set; }

    /// <summary>The hidden columns, as in <see cref="CastLayout.HiddenColumns"/>; null if it was saved before views kept them.</summary>
    public string? HiddenColumns { get; set; }

    /// <summary>The name of its owner if it is shared with the team, otherwise null.</summary>
    public string? SharedBy { get; set; }
}

/// <summary>How one person has left the page of the cast.</summary>
public sealed class CastLayout
{
    public required string PersonId { get; init; }

    /// <summary>Names of columns, separated by commas.</summary>
    public required string HiddenColumns { get; set; }

    public bool IsChartsOpen { get; set; }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("SavedViews");
        builder.Property(view => view.PersonId).HasMaxLength(64);
        builder.Property(view => view.Name).HasMaxLength(SavedView.MaxNameLength);
        builder.Property(view => view.Query).HasMaxLength(SavedView.MaxQueryLength);
        builder.Property(view => view.HiddenColumns).HasMaxLength(400);
        builder.Property(view => view.SharedBy).HasMaxLength(SavedView.MaxOwnerLength);
        builder.HasIndex(view => new { view.PersonId, view.Name }).IsUnique();
    }
}

internal sealed class CastLayoutConfiguration : IEntityTypeConfiguration<CastLayout>
{
    public void Configure(EntityTypeBuilder<CastLayout> builder)
    {
        builder.ToTable("HiddenColumns");
        builder.HasKey(layout => layout.PersonId);
        builder.Property(layout => layout.PersonId).HasMaxLength(64);
        builder.Property(layout => layout.HiddenColumns).HasColumnName("Columns").HasMaxLength(400);
    }
}
