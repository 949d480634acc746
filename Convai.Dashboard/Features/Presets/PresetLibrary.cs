using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Presets;

/// <summary>The presets that the team shares. Each method throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
public sealed class PresetLibrary(
    IDbContextFactory<DashboardDbContext> contexts, Access access, AccountModels accountModels, CastDirectory cast, ChangeHistory history, CharacterPresets characters, IChangeFeed feed, TimeProvider time)
{
    private static readonly PresetOutcome Gone = new PresetOutcome.Refused(PresetText.Deleted);

    /// <summary>Reads the presets, sorted by name.</summary>
    public async Task<IReadOnlyList<Preset>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Preset>().AsNoTracking().OrderBy(preset => preset.NormalizedName).ToListAsync(cancellationToken);
    }

    /// <summary>Reads the presets with the characters that have each of them, as the cast was last read, without a call to Convai.</summary>
    public async Task<IReadOnlyList<PresetInUse>> ReadUsesAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var assigned = await characters.ReadAsync(user, cancellationToken);
        if (cast.Last is not { Characters: { } all })
        {
            return [.. assigned.Presets.Select(preset => new PresetInUse(preset, null))];
        }

        var reasoning = await history.ReadLastReasoningAsync(user, cancellationToken);
        var uses = all
            .Select(character => (Character: character, Preset: assigned.For(character, reasoning.GetValueOrDefault(character.Id)?.Value)))
            .Where(use => use.Preset is not null)
            .ToLookup(use => use.Preset!.Preset.Id, use => new PresetUse(use.Character, use.Preset!.Missing, use.Preset.Match));
        return [.. assigned.Presets.Select(preset => new PresetInUse(preset, [.. uses[preset.Id]
            .OrderBy(use => use.Match switch { PresetMatch.Differs => 0, PresetMatch.EarlierVersion => 1, _ => 2 })
            .ThenBy(use => use.Character.Name, StringComparer.CurrentCultureIgnoreCase)
            .ThenBy(use => use.Character.Id, StringComparer.Ordinal)]))];
    }

    /// <param name="opened">The preset that the person has edited; null for a new one. If it has changed since, nothing is saved.</param>
    public async Task<PresetOutcome> SaveAsync(ClaimsPrincipal user, Preset? opened, PresetValues values, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var asked = values.Trim();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = opened is null ? null : await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(preset => preset.Id == opened.Id, cancellationToken);
        if (opened is not null && now is null)
        {
            return Gone;
        }

        if ((asked.ValidationError ?? await ValidateModelAsync(asked.ModelCode, now, cancellationToken) ?? await ValidateReasoningAsync(asked, now, cancellationToken)) is { } refusal)
        {
            return new PresetOutcome.Refused(refusal);
        }

        var (normalized, id) = (Normalize(asked.Name), opened?.Id ?? 0);
        if (await db.Set<Preset>().AnyAsync(preset => preset.NormalizedName == normalized && preset.Id != id, cancellationToken))
        {
            return Taken(asked.Name);
        }

        try
        {
            return await StoreAsync(db, opened, asked, person.Name, cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.IsUniqueViolation(exception))
        {
            // Someone else was a moment faster.
            return Taken(asked.Name);
        }
    }

    /// <param name="opened">The preset as the person saw it; if it has changed since, it is not deleted.</param>
    public async Task<PresetOutcome> DeleteAsync(ClaimsPrincipal user, Preset opened, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Set<Preset>().Where(preset => preset.Id == opened.Id && preset.ChangedAt == opened.ChangedAt).ExecuteDeleteAsync(cancellationToken) == 0
            && await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(preset => preset.Id == opened.Id, cancellationToken) is { } moved)
        {
            return new PresetOutcome.Conflict(moved);
        }

        await db.DetachPresetAsync(opened.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed.Publish(new ChangeEvent.PresetsUpdated());
        return new PresetOutcome.Deleted();
    }

    private async Task<PresetOutcome> StoreAsync(DashboardDbContext db, Preset? opened, PresetValues asked, string person, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var preset = new Preset
        {
            Id = opened?.Id ?? 0,
            Name = asked.Name,
            NormalizedName = Normalize(asked.Name),
            Note = asked.Note,
            ModelCode = asked.ModelCode,
            Temperature = asked.Temperature,
            Reasoning = asked.Reasoning,
            Version = opened is null ? 1 : opened.Version + (opened.Settings == asked.Settings ? 0 : 1),
            // Always later than the version that it replaces, even if the clock is not: it distinguishes the versions.
            ChangedAt = opened is not null && at <= opened.ChangedAt ? opened.ChangedAt.AddMicroseconds(1) : at,
            ChangedByName = person,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (opened is null)
        {
            db.Add(preset);
            await db.SaveChangesAsync(cancellationToken);
        }
        else if (await ReplaceAsync(db, opened, preset, cancellationToken) == 0)
        {
            // Compared and set in one statement: the faster save wins.
            var moved = await db.Set<Preset>().AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Id == opened.Id, cancellationToken);
            return moved is null ? Gone : new PresetOutcome.Conflict(moved);
        }

        if (preset.Version != opened?.Version)
        {
            db.Add(PresetVersion.From(preset));
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        feed.Publish(new ChangeEvent.PresetsUpdated());
        return new PresetOutcome.Saved(preset);
    }

    private static Task<int> ReplaceAsync(DashboardDbContext db, Preset opened, Preset replacement, CancellationToken cancellationToken) =>
        db.Set<Preset>().Where(preset => preset.Id == opened.Id && preset.ChangedAt == opened.ChangedAt).ExecuteUpdateAsync(
            set => set
                .SetProperty(preset => preset.Name, replacement.Name)
                .SetProperty(preset => preset.NormalizedName, replacement.NormalizedName)
                .SetProperty(preset => preset.Note, replacement.Note)
                .SetProperty(preset => preset.ModelCode, replacement.ModelCode)
                .SetProperty(preset => preset.Temperature, replacement.Temperature)
                .SetProperty(preset => preset.Reasoning, replacement.Reasoning)
                .SetProperty(preset => preset.Version, replacement.Version)
                .SetProperty(preset => preset.ChangedAt, replacement.ChangedAt)
                .SetProperty(preset => preset.ChangedByName, replacement.ChangedByName),
            cancellationToken);

    private async Task<string?> ValidateModelAsync(string? code, Preset? now, CancellationToken cancellationToken)
    {
        if (code is null || string.Equals(code, now?.ModelCode, StringComparison.Ordinal) || accountModels.Catalogue.Knows(code))
        {
            return null;
        }

        return cast.Last.AccountListCharacter is { } asked
            ? (await accountModels.ReadForCastAsync(asked.Id, cancellationToken)).Validate(code)
            : ModelText.NotChecked(accountModels.Last.Describe(code).NameAndCode);
    }

    /// <summary>A preset with a model takes a level of that model; one without a model takes any name, since it depends on the character.</summary>
    private async Task<string?> ValidateReasoningAsync(PresetValues asked, Preset? now, CancellationToken cancellationToken)
    {
        var isKept = string.Equals(asked.Reasoning, now?.Reasoning, StringComparison.Ordinal) && string.Equals(asked.ModelCode, now?.ModelCode, StringComparison.Ordinal);
        if (asked is not { Reasoning: { } level, ModelCode: { } code } || isKept || cast.Last.AccountListCharacter is not { } character)
        {
            return null;
        }

        return (await accountModels.ReadForCastAsync(character.Id, cancellationToken)).ValidateReasoning(code, level);
    }

    private static PresetOutcome.Refused Taken(string name) => new(PresetText.NameTaken(name));

    private static string Normalize(string name) => name.ToUpperInvariant();
}
