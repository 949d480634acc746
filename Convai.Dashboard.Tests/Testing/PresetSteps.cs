using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Presets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Testing;

/// <summary>What designers do with presets before a test looks.</summary>
internal static class PresetSteps
{
    public static async Task<Preset> CreatePresetAsync(this IServiceProvider services, string name, string? model, decimal? temperature, string? note = null) =>
        Assert.IsType<PresetOutcome.Saved>(await services.GetRequiredService<PresetLibrary>().SaveAsync(
            TestPeople.As(Role.Designer), null, new PresetValues(name, note, model, temperature), Cancellation)).Preset;

    /// <summary>A designer gives a preset another temperature.</summary>
    public static async Task<Preset> EditPresetAsync(this IServiceProvider services, Preset preset, decimal temperature, string? name = null)
    {
        var now = (await services.GetRequiredService<PresetLibrary>().ReadAsync(TestPeople.As(Role.Designer), Cancellation)).Single(candidate => candidate.Id == preset.Id);
        return Assert.IsType<PresetOutcome.Saved>(await services.GetRequiredService<PresetLibrary>().SaveAsync(
            TestPeople.As(Role.Designer), now, new PresetValues(name ?? now.Name, now.Note, now.ModelCode, temperature), Cancellation)).Preset;
    }

    /// <summary>A designer applies a preset to one character, as a batch item does.</summary>
    public static async Task<ChangeOutcome> ApplyPresetAsync(this IServiceProvider services, Preset preset, string character)
    {
        var found = (await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation)).Characters!.Single(candidate => candidate.Name == character);
        return await services.GetRequiredService<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer), new ChangeRequest(found, found.Settings, preset.Settings) { Kind = ChangeKind.Preset, Preset = preset.Applied }, null, Cancellation);
    }

    /// <summary>Each stored plan with its rows in order, oldest first.</summary>
    public static async Task<IReadOnlyList<(Batch Batch, IReadOnlyList<BatchItem> Rows)>> PlansAsync(this IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var rows = (await db.Set<BatchItem>().AsNoTracking().OrderBy(row => row.Position).ToListAsync(Cancellation)).ToLookup(row => row.BatchId);
        return [.. (await db.Set<Batch>().AsNoTracking().OrderBy(batch => batch.Id).ToListAsync(Cancellation)).Select(batch => (batch, (IReadOnlyList<BatchItem>)[.. rows[batch.Id]]))];
    }
}
