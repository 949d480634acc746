using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Presets;

/// <summary>A named model and/or temperature that the team shares.</summary>
public sealed class Preset
{
    public const int MaxNameLength = 60;
    public const int MaxNoteLength = 400;

    public long Id { get; init; }

    /// <summary>Unique in the team, ignoring case.</summary>
    public required string Name { get; set; }

    /// <summary>The name in capitals, for comparisons.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>The purpose of the preset; optional.</summary>
    public string? Note { get; set; }

    /// <summary>Null leaves the model unchanged.</summary>
    public string? ModelCode { get; set; }

    /// <summary>0 to 1; null leaves the temperature unchanged.</summary>
    public decimal? Temperature { get; set; }

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null leaves reasoning unchanged.</summary>
    public string? Reasoning { get; set; }

    /// <summary>When it was last changed, in UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    public required string ChangedByName { get; set; }

    public SettingsPatch Settings => new(ModelCode, Temperature, Reasoning);
}

internal sealed class PresetConfiguration : IEntityTypeConfiguration<Preset>
{
    public void Configure(EntityTypeBuilder<Preset> builder)
    {
        builder.ToTable("Presets");
        builder.Property(preset => preset.Name).HasMaxLength(Preset.MaxNameLength);
        builder.Property(preset => preset.Note).HasMaxLength(Preset.MaxNoteLength);
        builder.Property(preset => preset.Reasoning).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(preset => preset.ChangedByName).HasMaxLength(100);
        builder.Property(preset => preset.NormalizedName).HasMaxLength(Preset.MaxNameLength);
        builder.HasIndex(preset => preset.NormalizedName).IsUnique();
    }
}
