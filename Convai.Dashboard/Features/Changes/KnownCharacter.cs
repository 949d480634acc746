using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What the dashboard last knew of a character; what Convai has and this does not was changed outside.</summary>
public sealed class KnownCharacter
{
    public required string CharacterId { get; init; }

    public required string Name { get; set; }

    public string? ModelCode { get; set; }

    public decimal? Temperature { get; set; }

    /// <summary>UTC; what was before is not known.</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>UTC; when these settings were last taken down. A reading that began earlier says nothing new.</summary>
    public required DateTimeOffset ReadAt { get; set; }

    public CharacterCoreSettings Settings => new(ModelCode, Temperature);
}

internal sealed class KnownCharacterConfiguration : IEntityTypeConfiguration<KnownCharacter>
{
    public void Configure(EntityTypeBuilder<KnownCharacter> builder)
    {
        builder.ToTable("KnownCharacters");
        builder.HasKey(character => character.CharacterId);
    }
}
