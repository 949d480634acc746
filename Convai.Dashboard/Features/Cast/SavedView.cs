using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Cast;

/// <summary>A view of the cast that one person has named: search, filters and order, as encoded in the address.</summary>
public sealed class SavedView
{
    public const int MaxNameLength = 60;
    public const int MaxQueryLength = 1000;

    public long Id { get; init; }

    public required string PersonId { get; init; }

    public required string Name { get; init; }

    /// <summary>The query of the address, with its question mark.</summary>
    public required string Query { get; set; }
}

/// <summary>The columns of the cast table that one person has hidden.</summary>
public sealed class HiddenColumns
{
    public required string PersonId { get; init; }

    /// <summary>Names of columns, separated by commas.</summary>
    public required string Columns { get; set; }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("SavedViews");
        builder.Property(view => view.PersonId).HasMaxLength(64);
        builder.Property(view => view.Name).HasMaxLength(SavedView.MaxNameLength);
        builder.Property(view => view.Query).HasMaxLength(SavedView.MaxQueryLength);
        builder.HasIndex(view => new { view.PersonId, view.Name }).IsUnique();
    }
}

internal sealed class HiddenColumnsConfiguration : IEntityTypeConfiguration<HiddenColumns>
{
    public void Configure(EntityTypeBuilder<HiddenColumns> builder)
    {
        builder.ToTable("HiddenColumns");
        builder.HasKey(hidden => hidden.PersonId);
        builder.Property(hidden => hidden.PersonId).HasMaxLength(64);
        builder.Property(hidden => hidden.Columns).HasMaxLength(400);
    }
}
