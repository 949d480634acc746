using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Lines under a name, which the team shares. Changing one does not change past rehearsals, which keep the lines that they spoke.</summary>
public sealed class Script
{
    public const int MaxNameLength = 60;

    public long Id { get; init; }

    /// <summary>Unique in the team, ignoring case.</summary>
    public required string Name { get; set; }

    /// <summary>The name in capitals, for comparisons.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>One to <see cref="Rehearsal.MaxLines"/> lines, each at most <see cref="Rehearsal.MaxLineLength"/> characters long.</summary>
    public required List<string> Lines { get; set; }

    /// <summary>The person who created it, and may delete it.</summary>
    public required string PersonId { get; init; }

    /// <summary>When it was last changed, in UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    public required string ChangedByName { get; set; }
}

internal sealed class ScriptConfiguration : IEntityTypeConfiguration<Script>
{
    public void Configure(EntityTypeBuilder<Script> builder)
    {
        builder.ToTable("Scripts");
        builder.Property(script => script.Name).HasMaxLength(Script.MaxNameLength);
        builder.Property(script => script.NormalizedName).HasMaxLength(Script.MaxNameLength);
        builder.Property(script => script.PersonId).HasMaxLength(64);
        builder.Property(script => script.ChangedByName).HasMaxLength(100);
        builder.HasIndex(script => script.NormalizedName).IsUnique();
    }
}
