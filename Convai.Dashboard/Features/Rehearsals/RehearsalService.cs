using System.Globalization;
using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.WebUtilities;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A candidate of a rehearsal, as an address names it.</summary>
/// <param name="Position">The place on the screen from 0.</param>
public sealed record RehearsalCandidate(long RehearsalId, int Position)
{
    /// <summary>Null if the address names none.</summary>
    public static RehearsalCandidate? Parse(string? rehearsalId, string? position) =>
        long.TryParse(rehearsalId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new RehearsalCandidate(id, at)
            : null;
}

/// <summary>A copy that a person has to look after.</summary>
/// <param name="NewCharacters">The characters that appeared after it had been requested, if its id is not known: one of them may be the copy.</param>
public sealed record LeftoverCopy(CopyRecord Copy, IReadOnlyList<(string Id, string Name)> NewCharacters);

/// <param name="Id">The rehearsal that was started.</param>
public sealed record StartedRehearsal(long Id);

/// <summary>
/// Starts, shows, reveals and ends rehearsals. Nothing here writes to the character itself. Methods throw <see cref="AccessDeniedException"/>, and the
/// exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class RehearsalService(
    RehearsalRepository store,
    RehearsalWorker worker,
    ScriptLibrary scripts,
    CharacterCopies copies,
    CastDirectory cast,
    ConvaiClient convai,
    AccountModels accountModels,
    AccountFingerprint account,
    ChangeJournal journal,
    Access access,
    TimeProvider time)
{
    private const int MaxListed = 100;

    /// <summary>How long after a clone call a new character may be its copy: the cast may be read once in an hour only.</summary>
    private static readonly TimeSpan NewCharacterPeriod = TimeSpan.FromHours(2);

    /// <param name="draft">Becomes candidate 1.</param>
    public static string GetSetupAddress(string characterId, SettingsPatch? draft = null)
    {
        var fields = new Dictionary<string, string?>
        {
            ["model"] = draft?.ModelCode,
            ["temperature"] = draft?.Temperature is { } temperature ? TemperatureRules.Format(temperature) : null,
            ["reasoning"] = draft?.Reasoning,
        };
        return QueryHelpers.AddQueryString($"{CharacterAddress.ForPage(characterId)}/rehearse", fields.Where(field => field.Value is not null));
    }

    public static string GetAddress(long rehearsalId) => $"rehearsals/{rehearsalId}";

    /// <summary>The page with two rehearsals of one character next to each other.</summary>
    public static string GetComparisonAddress(long first, long second) => $"rehearsals/compare?first={first}&second={second}";

    /// <summary>Starts a rehearsal with the character's settings as Convai has them now.</summary>
    public async Task<Result<StartedRehearsal>> StartAsync(ClaimsPrincipal user, RehearsalRequest request, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var lines = ScriptLibrary.Clean(request.Lines);
        // Only a character of the cast: never a copy.
        var reading = await cast.ReadAsync(forceRefresh: false, cancellationToken);
        if (reading.Find(request.CharacterId) is not { } character)
        {
            return reading.Failure is { } notRead ? RehearsalText.CharacterGone(notRead.Sentence) : ConvaiText.UnknownCharacter;
        }

        if (await ValidateAsync(request, lines, character, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var judge = request.Judge is { CharacterId: var judgeId } ? reading.Find(judgeId) : null;
        if (request.Judge is not null && judge is null)
        {
            return RehearsalText.JudgeMissing;
        }

        var source = await convai.GetCharacterAsync(request.CharacterId, null, cancellationToken);
        if (source.Failure is { } failure)
        {
            return RehearsalText.CharacterGone(failure.Sentence);
        }

        var rehearsal = Create(person, request, lines, await scripts.FindByLinesAsync(lines, cancellationToken), judge, source.Value!);
        try
        {
            await store.AddAsync(rehearsal, cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } trouble)
        {
            // The connection may have broken after the database had accepted it.
            try
            {
                if (await store.FindStartedAsync(person.Id, rehearsal.At, cancellationToken) is { } id)
                {
                    worker.Wake();
                    return new StartedRehearsal(id);
                }
            }
            catch (Exception again) when (DatabaseError.Describe(again) is not null)
            {
                return $"{trouble} {RehearsalText.MayHaveStarted}";
            }

            throw;
        }

        worker.Wake();
        return new StartedRehearsal(rehearsal.Id);
    }

    /// <summary>Null if there is none.</summary>
    public async Task<RehearsalView?> ReadAsync(ClaimsPrincipal user, long rehearsalId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.LoadAsync(rehearsalId, cancellationToken) is { } rehearsal ? RehearsalView.From(rehearsal, await copies.ListForRehearsalAsync(rehearsalId, cancellationToken)) : null;
    }

    /// <summary>The last hundred rehearsals, newest first.</summary>
    public async Task<IReadOnlyList<RehearsalSummary>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.ListAsync(MaxListed, cancellationToken);
    }

    /// <summary>Reads the last rehearsals, newest first, without their lines, columns and answers.</summary>
    public async Task<IReadOnlyList<Rehearsal>> ListRecentAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return await store.ListRecentAsync(MaxListed, cancellationToken);
    }

    /// <summary>Sends no further lines; answers that have arrived stay, and the copies are removed.</summary>
    public async Task<Result> StopAsync(ClaimsPrincipal user, long rehearsalId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        var isStopped = await store.EndAsync(rehearsalId, RehearsalStop.Asked, cancellationToken);
        worker.Wake();
        return isStopped ? Result.Success : RehearsalText.HasEnded;
    }

    /// <summary>Reveals the names, for everyone and for good.</summary>
    public async Task<Result> RevealAsync(ClaimsPrincipal user, long rehearsalId, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await store.RevealAsync(rehearsalId, person.Name, cancellationToken) ? Result.Success : RehearsalText.NotHidden;
    }

    /// <summary>Deletes what the characters said. The person who started the rehearsal may do it, and every Admin.</summary>
    public async Task<Result> DeleteAnswersAsync(ClaimsPrincipal user, long rehearsalId, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (await store.LoadAsync(rehearsalId, cancellationToken) is { } rehearsal && rehearsal.PersonId != person.Id)
        {
            await access.RequireAsync(user, Role.Admin, cancellationToken);
        }

        return await store.DeleteAnswersAsync(rehearsalId, cancellationToken) ? Result.Success : RehearsalText.StillRunning;
    }

    /// <summary>The settings of a candidate, for a draft of its character; null if there is no such candidate or its name is hidden.</summary>
    public async Task<SettingsPatch?> FindCandidateAsync(ClaimsPrincipal user, RehearsalCandidate candidate, string characterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        return await store.LoadAsync(candidate.RehearsalId, cancellationToken) is { IsHidden: false } rehearsal && string.Equals(rehearsal.CharacterId, characterId, StringComparison.Ordinal)
            ? rehearsal.Columns.Find(column => column.Position == candidate.Position && column.Number != RehearsalColumn.Now)?.Settings
            : null;
    }

    /// <summary>The copies that could not be removed, or may exist, for Admins.</summary>
    public async Task<IReadOnlyList<LeftoverCopy>> ReadLeftoverCopiesAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        var leftover = new List<LeftoverCopy>();
        foreach (var copy in await copies.ListLeftoversAsync(cancellationToken))
        {
            leftover.Add(new LeftoverCopy(copy, copy.MayExist ? [] : await journal.ListFirstSeenAsync(copy.RequestedAt, copy.RequestedAt + NewCharacterPeriod, cancellationToken)));
        }

        return leftover;
    }

    /// <summary>Tries once more to remove a copy, for Admins.</summary>
    public async Task RemoveCopyAsync(ClaimsPrincipal user, long copyId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        await copies.RetryRemovalAsync(copyId, cancellationToken);
        worker.Wake();
    }

    /// <summary>Takes a copy off the list, for Admins who have dealt with it in Convai.</summary>
    public async Task<Result> DismissCopyAsync(ClaimsPrincipal user, long copyId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        return await copies.DismissAsync(copyId, cancellationToken) ? Result.Success : RehearsalText.BeingRemoved;
    }

    private async Task<string?> ValidateAsync(RehearsalRequest request, List<string> lines, Character character, CancellationToken cancellationToken)
    {
        // Only a made-up request has more than the page offers.
        if (request.Repeats is < 1 or > Rehearsal.MaxRepeats || request.Candidates.Count > Rehearsal.MaxCandidates)
        {
            return RehearsalText.TooMuch;
        }

        if (ScriptLibrary.ValidateLines(lines) is { } linesError)
        {
            return linesError;
        }

        if (request.Candidates.Count == 0)
        {
            return RehearsalText.NoCandidate;
        }

        if (request.Judge is { } judge && (DisplayText.ToOneLine(judge.Rubric).Length switch { 0 => RehearsalText.RubricMissing, > Rehearsal.MaxRubricLength => RehearsalText.RubricTooLong, _ => null }) is { } rubricError)
        {
            return rubricError;
        }

        var models = await accountModels.ReadForCharacterAsync(request.CharacterId, forceRefresh: false, cancellationToken);
        foreach (var (index, candidate) in request.Candidates.Index())
        {
            var error = TemperatureRules.Validate(candidate.Temperature)
                ?? (candidate.ModelCode is { } code ? models.Validate(code) : null)
                ?? (candidate.Reasoning is { } level ? models.ValidateReasoning(candidate.ModelCode ?? character.Settings.ModelCode, level) : null);
            if (error is not null || candidate.IsEmpty)
            {
                return error is null ? RehearsalText.CandidateIncomplete(index + 1) : RehearsalText.CandidateWrong(index + 1, error);
            }
        }

        return null;
    }

    private Rehearsal Create(Person person, RehearsalRequest request, List<string> lines, Script? script, Character? judge, Character source)
    {
        SettingsPatch[] columns = [SettingsPatch.From(source.Settings), .. request.Candidates.Select(candidate => candidate.MergeFields(SettingsPatch.From(source.Settings) with { Reasoning = null }))];
        var positions = Enumerable.Range(0, columns.Length).ToArray();
        if (request.HidesNames)
        {
            Random.Shared.Shuffle(positions);
        }

        return new Rehearsal
        {
            At = time.GetUtcNow(),
            CharacterId = source.Id,
            CharacterName = source.Name,
            PersonId = person.Id,
            PersonName = person.Name,
            Account = account.Create(),
            ScriptId = script?.Id,
            ScriptName = script?.Name,
            JudgeId = judge?.Id,
            JudgeName = judge?.Name,
            Rubric = request.Judge is { } asked ? DisplayText.ToOneLine(asked.Rubric) : null,
            Repeats = request.Repeats,
            IncludesKnowledge = request.IncludesKnowledge,
            HidesNames = request.HidesNames,
            Lines = [.. lines.Index().Select(line => new RehearsalLine { Number = line.Index, Text = line.Item })],
            Columns =
            [
                .. columns.Index().Select(column => new RehearsalColumn
                {
                    Number = column.Index,
                    Position = positions[column.Index],
                    ModelCode = column.Item.ModelCode,
                    Temperature = column.Item.Temperature,
                    Reasoning = column.Item.Reasoning,
                }),
            ],
            Answers =
            [
                .. from column in Enumerable.Range(0, columns.Length)
                   from repeat in Enumerable.Range(0, request.Repeats)
                   from line in Enumerable.Range(0, lines.Count)
                   select new RehearsalAnswer { Column = column, Repeat = repeat, Line = line },
            ],
        };
    }
}
