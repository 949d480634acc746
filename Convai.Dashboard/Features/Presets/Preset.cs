using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
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

    /// <summary>Counts the edits of the values, from 1; a new name or note makes no new version.</summary>
    public int Version { get; set; } = 1;

    /// <summary>When it was last changed, in UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    public required string ChangedByName { get; set; }

    public SettingsPatch Settings => new(ModelCode, Temperature, Reasoning);

    public AppliedPreset Applied => new(Id, Version, Name);
}

/// <summary>The values of one version of a preset, so that a character on an earlier version is told from one that was changed since.</summary>
public sealed class PresetVersion
{
    public required long PresetId { get; init; }

    public required int Version { get; init; }

    public string? ModelCode { get; init; }

    public decimal? Temperature { get; init; }

    public string? Reasoning { get; init; }

    public SettingsPatch Settings => new(ModelCode, Temperature, Reasoning);

    public static PresetVersion From(Preset preset) => new()
    {
        PresetId = preset.Id,
        Version = preset.Version,
        ModelCode = preset.ModelCode,
        Temperature = preset.Temperature,
        Reasoning = preset.Reasoning,
    };
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

internal sealed class PresetVersionConfiguration : IEntityTypeConfiguration<PresetVersion>
{
    public void Configure(EntityTypeBuilder<PresetVersion> builder)
    {
        builder.ToTable("PresetVersions");
        builder.HasKey(version => new { version.PresetId, version.Version });
        builder.Property(version => version.Reasoning).HasMaxLength(ReasoningEffort.MaxLength);
        builder.HasOne<Preset>().WithMany().HasForeignKey(version => version.PresetId).OnDelete(DeleteBehavior.Cascade);
    }
}
