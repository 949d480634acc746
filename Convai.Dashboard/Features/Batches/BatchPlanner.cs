using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Batches;

/// <summary>One character of a requested plan.</summary>
/// <param name="Before">The values that the person saw; if Convai's have changed since, nothing is written.</param>
/// <param name="After">Only the fields to change.</param>
/// <param name="UndoesId">The change to undo.</param>
public sealed record BatchItemRequest(string CharacterId, string CharacterName, CharacterCoreSettings Before, SettingsPatch After, long? UndoesId = null)
{
    public static BatchItemRequest From(Character character, SettingsPatch after, long? undoesId = null) => new(character.Id, character.Name, character.Settings, after, undoesId);
}

/// <param name="Title">What the batch does, in a few words; cut at <see cref="Batch.MaxTitleLength"/>.</param>
public sealed record PlanRequest(
    string Title, ChangeKind Kind, IReadOnlyList<BatchItemRequest> Items, string? Reason = null, AppliedPreset? Preset = null, long? UndoesBatchId = null)
{
    /// <summary>What the values of the items follow from; null if they were given one by one.</summary>
    internal BulkChange? Change { get; init; }

    /// <summary>One change for many characters: the values of each follow from what it has.</summary>
    /// <param name="characters">With the values that the person saw.</param>
    public static PlanRequest From(string title, ChangeKind kind, IReadOnlyList<Character> characters, BulkChange change, string? reason = null, AppliedPreset? preset = null) =>
        new(title, kind, [.. characters.Select(character => BatchItemRequest.From(character, change.For(character.Settings)))], reason, preset) { Change = change };
}

/// <summary>A plan was made; nothing was written to Convai.</summary>
public sealed record CreatedPlan(long BatchId);

/// <summary>Makes plans of changes to many characters: nothing is sent to Convai before someone starts one (<see cref="BatchService"/>).</summary>
public sealed class BatchPlanner(IDbContextFactory<DashboardDbContext> contexts, AccountModels accountModels, CastDirectory cast, ChangeJournal journal, IChangeFeed feed, Access access, TimeProvider time)
{
    public const int MaxItems = 10_000;

    /// <summary>How many unstarted plans a person may have: each may hold ten thousand items.</summary>
    public const int MaxPlansPerPerson = 50;

    /// <summary>The address of a plan, without a redirect by way of its run.</summary>
    public static string GetAddress(long batchId) => $"batches/{batchId}/plan";

    /// <summary>Throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
    public async Task<Result<CreatedPlan>> CreateAsync(ClaimsPrincipal user, PlanRequest request, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await ValidateAsync(request, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        // In the order of the cast, by name: so they are found again, and written in this order.
        var ordered = CharacterSearch.SortByName(request.Items, item => item.CharacterName, item => item.CharacterId);
        var levels = request.Items.Where(item => item.After.Reasoning is not null).ToList();
        var lacking = await LackingLevelAsync(levels, cancellationToken);
        if (levels.Count > 0 && lacking.Count == levels.Count)
        {
            return levels.Count == 1 ? BatchText.LevelNotOffered : BatchText.LevelOfferedByNone;
        }

        var batch = new Batch
        {
            At = time.GetUtcNow(),
            Title = request.Title.Length <= Batch.MaxTitleLength ? request.Title : $"{request.Title[..(Batch.MaxTitleLength - 1)]}…",
            Kind = request.Kind,
            PersonId = person.Id,
            PersonName = person.Name,
            Reason = request.Reason,
            PresetName = request.Preset?.Name,
            PresetId = request.Preset?.Id,
            PresetVersion = request.Preset?.Version,
            Rule = request.Change is { IsRelative: true } change ? change.ToJson() : null,
            UndoesBatchId = request.UndoesBatchId,
        };
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Batch>().CountAsync(other => other.PersonId == person.Id && other.State == BatchState.Planned, cancellationToken) >= MaxPlansPerPerson)
        {
            return BatchText.TooManyPlans(MaxPlansPerPerson);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.Add(batch);
        await db.SaveChangesAsync(cancellationToken);
        var reasoning = await ReadLastReasoningAsync(db, levels, cancellationToken);
        db.AddRange(ordered.Select((item, position) => new BatchItem
        {
            BatchId = batch.Id,
            CharacterId = item.CharacterId,
            Position = position,
            CharacterName = item.CharacterName,
            ModelBefore = item.Before.ModelCode,
            TemperatureBefore = item.Before.Temperature,
            ModelAfter = item.After.ModelCode,
            TemperatureAfter = item.After.Temperature,
            ReasoningBefore = item.After.Reasoning is null ? null : reasoning.GetValueOrDefault(item.CharacterId),
            ReasoningAfter = item.After.Reasoning,
            UndoesId = item.UndoesId,
            Mark = lacking.Contains(item.CharacterId) ? BatchItemMark.Excluded : BatchItemMark.ToWrite,
        }));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed.Publish(new ChangeEvent.BatchUpdated(batch.Id));
        return new CreatedPlan(batch.Id);
    }

    /// <summary>Checks every value from a browser or a file; it is checked once more when it is written.</summary>
    private async Task<string?> ValidateAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Change?.Validate() is { } refusal)
        {
            return refusal;
        }

        if (request.Items.Count == 0 || request.Items.All(item => item.After.IsEmpty))
        {
            return BatchText.NothingToChange;
        }

        if (request.Items.Count > MaxItems)
        {
            return BatchText.TooManyCharacters(MaxItems, request.Items.Count);
        }

        if (request.Reason?.Length > ChangeRecord.MaxReasonLength)
        {
            return ChangeText.ReasonTooLong;
        }

        if (request.Items.GroupBy(item => item.CharacterId, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            return BatchText.TwiceInPlan(ChangeText.CharacterName(twice.First().CharacterName));
        }

        if (request.Items.Select(item => TemperatureRules.Validate(item.After.Temperature)).FirstOrDefault(refusal => refusal is not null) is { } outOfRange)
        {
            return outOfRange;
        }

        if (request.Items.Any(item => item.After.Reasoning?.Length > ReasoningEffort.MaxLength))
        {
            return ModelText.LevelTooLong;
        }

        return await ValidateModelsAsync(request, cancellationToken);
    }

    /// <summary>
    /// The characters whose model is known not to offer the level that they would get: they are excluded from the plan. A level that no
    /// model of the plan offers is a mistake.
    /// </summary>
    private async Task<HashSet<string>> LackingLevelAsync(List<BatchItemRequest> levels, CancellationToken cancellationToken)
    {
        if (levels.Count == 0)
        {
            return [];
        }

        var models = (await accountModels.ReadForCastAsync(cast.Last.AccountListCharacter?.Id ?? levels[0].CharacterId, cancellationToken)).Models;
        return !models.IsAccountListKnown ? []
            : levels.Where(item => !models.OffersLevel(item.After.ModelCode ?? item.Before.ModelCode, item.After.Reasoning!)).Select(item => item.CharacterId).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The reasoning efforts last sent to these characters, for an undo of the batch.</summary>
    private static async Task<Dictionary<string, string?>> ReadLastReasoningAsync(DashboardDbContext db, List<BatchItemRequest> levels, CancellationToken cancellationToken) =>
        levels.Count == 0 ? []
            : await db.Set<KnownCharacter>().Where(character => character.Reasoning != null)
                .ToDictionaryAsync(character => character.CharacterId, character => character.Reasoning, StringComparer.Ordinal, cancellationToken);

    private async Task<string?> ValidateModelsAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var unknown = request.Items.Where(item => item.After.ModelCode is { } code && !accountModels.Catalogue.Knows(code)).ToList();
        if (unknown.Count == 0)
        {
            return null;
        }

        var reading = await accountModels.ReadForCastAsync(cast.Last.AccountListCharacter?.Id ?? unknown[0].CharacterId, cancellationToken);
        foreach (var item in unknown.Where(item => !reading.Models.Knows(item.After.ModelCode!)))
        {
            // A character may return to a model it once used, whatever the lists say now.
            if (!await journal.HasUsedModelAsync(item.CharacterId, item.After.ModelCode!, cancellationToken))
            {
                return reading.Validate(item.After.ModelCode!);
            }
        }

        return null;
    }
}
