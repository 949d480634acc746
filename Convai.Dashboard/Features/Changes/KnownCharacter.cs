using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The last known settings of a character; where Convai's differ, they were changed outside.</summary>
public sealed class KnownCharacter
{
    public required string CharacterId { get; init; }

    public required string Name { get; set; }

    public string? ModelCode { get; set; }

    public decimal? Temperature { get; set; }

    /// <summary>The reasoning effort last sent from here, or last reported by Convai; null if neither ever happened.</summary>
    public string? Reasoning { get; set; }

    /// <summary>The model for which it was sent: another model may have fallen back to a level of its own.</summary>
    public string? ReasoningModelCode { get; set; }

    /// <summary>When it was sent, in UTC.</summary>
    public DateTimeOffset? ReasoningSetAt { get; set; }

    /// <summary>The name of the person who set it, at that time.</summary>
    public string? ReasoningSetBy { get; set; }

    /// <summary>In UTC; nothing earlier is known.</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When these settings were last recorded, in UTC. A reading that began earlier says nothing new.</summary>
    public required DateTimeOffset ReadAt { get; set; }

    public CharacterCoreSettings Settings => new(ModelCode, Temperature) { Reasoning = Reasoning };
}

internal sealed class KnownCharacterConfiguration : IEntityTypeConfiguration<KnownCharacter>
{
    public void Configure(EntityTypeBuilder<KnownCharacter> builder)
    {
        builder.ToTable("KnownCharacters");
        builder.HasKey(character => character.CharacterId);
        builder.Property(character => character.Reasoning).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(character => character.ReasoningSetBy).HasMaxLength(100);
    }
}
