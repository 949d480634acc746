using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.About;

/// <summary>
/// Plans how the cast of the sandbox returns to the settings it was invented with. It is a plan like any other: someone reviews and starts it, the history names that person, and
/// it can be undone. Nothing appears as changed in Convai.
/// </summary>
public sealed class SandboxStartOver(SandboxCast sandbox, ConvaiClient convai, CastDirectory cast, AccountModels accountModels, ChangeHistory history, BatchPlanner plans, Access access)
{
    /// <summary>For Designers. Throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
    public async Task<Result<CreatedPlan>> PlanAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (!convai.IsSandbox)
        {
            return AboutText.NoSandbox;
        }

        var now = await cast.ReadAsync(forceRefresh: true, cancellationToken);
        if (now is not { Characters: [var any, ..] characters, Failure: null })
        {
            return AboutText.NoCast(now.Failure?.Sentence);
        }

        var first = sandbox.ReadFirstSettings();
        var models = (await accountModels.ReadForCastAsync((now.AccountListCharacter ?? any).Id, cancellationToken)).Models;
        var reasoning = await history.ReadLastReasoningAsync(user, cancellationToken);
        var rows = characters.Where(character => first.ContainsKey(character.Id))
            .Select(character => BatchItemRequest.From(character, DifferencesFrom(first[character.Id], character.Settings, reasoning.GetValueOrDefault(character.Id)?.Value, models)))
            .Where(row => !row.After.IsEmpty)
            .ToList();
        return rows.Count == 0 ? AboutText.IsAtItsStart : await plans.CreateAsync(user, new PlanRequest(AboutText.StartOver, ChangeKind.Batch, rows), cancellationToken);
    }

    /// <summary>No character was invented with a reasoning effort.</summary>
    private static SettingsPatch DifferencesFrom(CharacterCoreSettings first, CharacterCoreSettings now, string? lastReasoning, ModelList models) =>
        SettingsPatch.From(first).DifferencesFrom(now) with
        {
            Reasoning = lastReasoning is { Length: > 0 } && models.OffersLevel(first.ModelCode, ReasoningEffort.ModelDefault) ? ReasoningEffort.ModelDefault : null,
        };
}
