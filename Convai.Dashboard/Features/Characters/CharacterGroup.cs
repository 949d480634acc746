using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Characters;

/// <summary>A label that the team gives to characters, such as "Villagers" or "Act 2". Convai knows nothing of it.</summary>
public sealed class CharacterGroup
{
    public const int MaxNameLength = 40;

    public long Id { get; init; }

    /// <summary>Unique in the team, ignoring case; one line.</summary>
    public required string Name { get; init; }

    /// <summary>The name in capitals, for comparisons.</summary>
    public required string NormalizedName { get; init; }

    internal static string Normalize(string name) => name.ToUpperInvariant();
}

/// <summary>One character in one group. If the character disappears from Convai, the row stays and does no harm.</summary>
public sealed record GroupMember(long GroupId, string CharacterId);

internal sealed class CharacterGroupConfiguration : IEntityTypeConfiguration<CharacterGroup>
{
    public void Configure(EntityTypeBuilder<CharacterGroup> builder)
    {
        builder.ToTable("CharacterGroups");
        builder.Property(group => group.Name).HasMaxLength(CharacterGroup.MaxNameLength);
        builder.Property(group => group.NormalizedName).HasMaxLength(CharacterGroup.MaxNameLength);
        builder.HasIndex(group => group.NormalizedName).IsUnique();
    }
}

internal sealed class GroupMemberConfiguration : IEntityTypeConfiguration<GroupMember>
{
    public void Configure(EntityTypeBuilder<GroupMember> builder)
    {
        builder.ToTable("GroupMembers");
        builder.HasKey(member => new { member.GroupId, member.CharacterId });
        builder.HasOne<CharacterGroup>().WithMany().HasForeignKey(member => member.GroupId).OnDelete(DeleteBehavior.Cascade);
    }
}
