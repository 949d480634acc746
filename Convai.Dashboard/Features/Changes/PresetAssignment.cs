using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Changes;

/// <summary>The preset that a change or a batch applies, as it was when the person chose it.</summary>
/// <param name="Version">Counts the edits of the preset's values, from 1.</param>
/// <param name="Name">Its name at that time, for the history.</param>
public sealed record AppliedPreset(long Id, int Version, string Name);

/// <summary>The preset of one character: the one last applied to it and not detached since. The preset itself may have been deleted.</summary>
public sealed class PresetAssignment
{
    public required string CharacterId { get; init; }

    public required long PresetId { get; init; }

    /// <summary>The version that was applied; 0 if it was applied before versions were counted, with other values than version 1.</summary>
    public required int PresetVersion { get; init; }

    /// <summary>The change that applied it; null if no value had to be written. Undoing that change returns the previous preset.</summary>
    public long? ChangeId { get; init; }

    /// <summary>The preset before that change; null if there was none.</summary>
    public long? PreviousPresetId { get; init; }

    public int? PreviousPresetVersion { get; init; }
}

internal sealed class PresetAssignmentConfiguration : IEntityTypeConfiguration<PresetAssignment>
{
    public void Configure(EntityTypeBuilder<PresetAssignment> builder)
    {
        builder.ToTable("PresetAssignments");
        builder.HasKey(assignment => assignment.CharacterId);
        // No foreign key: a change must be recorded even if its preset was deleted while it was written.
        builder.HasIndex(assignment => assignment.PresetId);
    }
}
