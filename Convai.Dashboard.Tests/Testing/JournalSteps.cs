using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Testing;

/// <summary>What others do to the journal while a test looks at a page.</summary>
internal static class JournalSteps
{
    /// <summary>Reads the cast and reconciles the journal: the first time it makes the baseline, later it finds drift.</summary>
    public static async Task ObserveAsync(this IServiceProvider services)
    {
        var reading = await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var reconciler = services.GetRequiredService<JournalReconciler>();
        await reconciler.ObserveAsync(reading.Characters!, reading.AskedAt, Cancellation);
        // Characters that the dashboard itself was recording at that moment were left out. Wait for it, and observe them again.
        await using var db = await OpenAsync(services);
        // PostgreSQL stores whole microseconds.
        var asked = reading.AskedAt.AddMilliseconds(-1);
        var observed = await db.Set<KnownCharacter>().Where(known => known.ReadAt >= asked).Select(known => known.CharacterId).ToHashSetAsync(Cancellation);
        var missing = reading.Characters!.Where(character => !observed.Contains(character.Id)).ToList();
        foreach (var character in missing)
        {
            await using var characterLock = await services.GetRequiredService<CharacterLocks>().AcquireAsync(character.Id, Cancellation);
        }

        if (missing.Count > 0)
        {
            await reconciler.ObserveAsync(reading.Characters!, reading.AskedAt, Cancellation);
        }
    }

    /// <summary>Someone saves, from the values that Convai had when the cast was last read.</summary>
    public static async Task<ChangeOutcome> SaveAsync(this IServiceProvider services, Role role, SettingsPatch change, string character = "Mira the Innkeeper", string? reason = null, long? rehearsalId = null)
    {
        var cast = await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var found = cast.Characters!.Single(candidate => candidate.Name == character);
        return await services.GetRequiredService<ChangeWriter>().WriteAsync(TestPeople.As(role), new ChangeRequest(found, found.Settings, change, reason) { RehearsalId = rehearsalId }, null, Cancellation);
    }

    /// <summary>Every record, oldest first.</summary>
    public static async Task<IReadOnlyList<ChangeRecord>> ChangesAsync(this IServiceProvider services)
    {
        await using var db = await OpenAsync(services);
        return await db.Set<ChangeRecord>().AsNoTracking().OrderBy(change => change.Id).ToListAsync(Cancellation);
    }

    /// <summary>Adds records of an earlier day.</summary>
    public static async Task AddChangesAsync(this IServiceProvider services, params ChangeRecord[] changes)
    {
        await using var db = await OpenAsync(services);
        db.AddRange(changes);
        await db.SaveChangesAsync(Cancellation);
    }

    /// <summary>The history cannot be read until <see cref="RestoreHistoryAsync"/>; the people can.</summary>
    public static Task HideHistoryAsync(this IServiceProvider services) => services.HideTableAsync("Changes");

    public static Task RestoreHistoryAsync(this IServiceProvider services) => services.RestoreTableAsync("Changes");

    public static Task HideTableAsync(this IServiceProvider services, string table) => RunAsync(services, $"""ALTER TABLE "{table}" RENAME TO "Gone" """);

    public static Task RestoreTableAsync(this IServiceProvider services, string table) => RunAsync(services, $"""ALTER TABLE "Gone" RENAME TO "{table}" """);

    private static async Task RunAsync(IServiceProvider services, string sql)
    {
        await using var db = await OpenAsync(services);
        await db.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }

    private static Task<DashboardDbContext> OpenAsync(IServiceProvider services) =>
        services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
