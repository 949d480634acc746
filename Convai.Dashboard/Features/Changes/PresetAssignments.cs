using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Stores which preset each character has, in the transaction that records why. Each method is one statement for each character, so that no
/// two servers overwrite each other.
/// </summary>
internal static class PresetAssignments
{
    /// <summary>Saves the journal, with the assignments that follow from the changes that end here.</summary>
    public static async Task SaveJournalAsync(this DashboardDbContext db, CancellationToken cancellationToken)
    {
        var done = db.ChangeTracker.Entries<ChangeRecord>()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified && Assigns(entry.Entity))
            .Select(entry => entry.Entity)
            .ToList();
        if (done.Count == 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            return;
        }

        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        await db.SaveChangesAsync(cancellationToken);
        foreach (var change in done)
        {
            await db.UpdateAssignmentAsync(change, cancellationToken);
        }

        if (own is not null)
        {
            await own.CommitAsync(cancellationToken);
        }
    }

    /// <param name="changeId">The change that applied it; null if no value had to be written.</param>
    public static Task AssignPresetAsync(this DashboardDbContext db, string characterId, long presetId, int version, long? changeId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "PresetAssignments" ("CharacterId", "PresetId", "PresetVersion", "ChangeId") VALUES ({characterId}, {presetId}, {version}, {changeId})
            ON CONFLICT ("CharacterId") DO UPDATE SET
                "PreviousPresetId" = "PresetAssignments"."PresetId", "PreviousPresetVersion" = "PresetAssignments"."PresetVersion",
                "PresetId" = excluded."PresetId", "PresetVersion" = excluded."PresetVersion", "ChangeId" = excluded."ChangeId"
            """,
            cancellationToken);

    /// <summary>Returns the preset that a character had before a change, unless it has got another one since.</summary>
    public static async Task ReturnPresetAsync(this DashboardDbContext db, string characterId, long undoneId, CancellationToken cancellationToken)
    {
        var assigned = db.Set<PresetAssignment>().Where(assignment => assignment.CharacterId == characterId && assignment.ChangeId == undoneId);
        await assigned.Where(assignment => assignment.PreviousPresetId == null).ExecuteDeleteAsync(cancellationToken);
        await assigned.ExecuteUpdateAsync(
            set => set
                .SetProperty(assignment => assignment.PresetId, assignment => assignment.PreviousPresetId!.Value)
                .SetProperty(assignment => assignment.PresetVersion, assignment => assignment.PreviousPresetVersion!.Value)
                .SetProperty(assignment => assignment.ChangeId, (long?)null)
                .SetProperty(assignment => assignment.PreviousPresetId, (long?)null)
                .SetProperty(assignment => assignment.PreviousPresetVersion, (int?)null),
            cancellationToken);
    }

    /// <summary>Detaches a preset from all characters that have it, and from what an undo would return.</summary>
    public static async Task DetachPresetAsync(this DashboardDbContext db, long presetId, CancellationToken cancellationToken)
    {
        await db.Set<PresetAssignment>().Where(assignment => assignment.PresetId == presetId).ExecuteDeleteAsync(cancellationToken);
        await db.Set<PresetAssignment>().Where(assignment => assignment.PreviousPresetId == presetId).ExecuteUpdateAsync(
            set => set.SetProperty(assignment => assignment.PreviousPresetId, (long?)null).SetProperty(assignment => assignment.PreviousPresetVersion, (int?)null),
            cancellationToken);
    }

    /// <summary>Whether a change has ended so that its character has the values asked for. A part of a rejected change is not the preset.</summary>
    private static bool Assigns(ChangeRecord change) =>
        (change.IsDone || change.State == ChangeState.NoOp) && change.PartOfId is null && (change.PresetId ?? change.UndoesId) is not null;

    private static async Task UpdateAssignmentAsync(this DashboardDbContext db, ChangeRecord change, CancellationToken cancellationToken)
    {
        if (change is { PresetId: { } presetId, PresetVersion: { } version })
        {
            await db.AssignPresetAsync(change.CharacterId, presetId, version, change.State == ChangeState.NoOp ? null : change.Id, cancellationToken);
        }
        else if (change.UndoesId is { } undoneId)
        {
            await db.ReturnPresetAsync(change.CharacterId, undoneId, cancellationToken);
        }
    }
}
