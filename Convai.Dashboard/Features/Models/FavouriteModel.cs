using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Models;

/// <summary>A model that one person has marked as a favourite.</summary>
public sealed class FavouriteModel
{
    public required string PersonId { get; init; }

    /// <summary>Compared ordinally and case-sensitively, as everywhere.</summary>
    public required string ModelCode { get; init; }
}

internal sealed class FavouriteModelConfiguration : IEntityTypeConfiguration<FavouriteModel>
{
    public void Configure(EntityTypeBuilder<FavouriteModel> builder)
    {
        builder.ToTable("FavouriteModels");
        builder.HasKey(favourite => new { favourite.PersonId, favourite.ModelCode });
        builder.Property(favourite => favourite.PersonId).HasMaxLength(64);
    }
}
