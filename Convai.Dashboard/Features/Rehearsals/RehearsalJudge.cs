using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// Has a copy of the chosen character judge one conversation of each column, in random order. Nothing is asked twice: after a restart, columns without a
/// verdict stay without one.
/// </summary>
internal sealed class RehearsalJudge(RehearsalRun run, Rehearsal rehearsal)
{
    private readonly RehearsalServices _services = run.Services;

    /// <param name="wasBegun">Whether the judge's copy was made before a restart.</param>
    public async Task RunAsync(bool wasBegun)
    {
        var columns = rehearsal.Columns.Where(column => column is { State: ColumnState.Ended, Verdict: null } && FindSessionId(column) is not null).ToArray();
        Random.Shared.Shuffle(columns);
        if (columns.Length == 0)
        {
            return;
        }

        var (judge, failure) = wasBegun ? (null, RehearsalText.JudgeInterrupted) : await PrepareAsync();
        foreach (var column in columns)
        {
            if (judge is null)
            {
                await run.StoreAsync(() => _services.Store.SetVerdictAsync(column, null, RehearsalText.NotJudged(failure!), CancellationToken.None));
                continue;
            }

            var verdict = await _services.Client.JudgeAsync(judge.Copy, FindSessionId(column)!, rehearsal.Rubric!, await run.AcquirePermitAsync(run.Ending), CancellationToken.None);
            await run.StoreOutcomeAsync(() => verdict.Value is { } given
                ? _services.Store.SetVerdictAsync(column, given.Score, given.Reason, CancellationToken.None)
                : _services.Store.SetVerdictAsync(column, null, RehearsalText.NotJudged(verdict.Failure!.Reason), CancellationToken.None));
            run.End(verdict.Failure);
        }
    }

    private async Task<(PreparedColumn? Judge, string? Failure)> PrepareAsync()
    {
        var source = await _services.Convai.GetCharacterAsync(rehearsal.JudgeId!, await run.AcquirePermitAsync(run.Ending), run.Ending);
        if (source.Failure is { } notRead)
        {
            run.End(notRead);
            return (null, notRead.Reason);
        }

        var settings = source.Value!.Settings;
        var column = new RehearsalColumn { RehearsalId = run.RehearsalId, Number = RehearsalColumn.Judge, Position = rehearsal.Columns.Count, ModelCode = settings.ModelCode, Temperature = settings.Temperature };
        // Without knowledge: it judges by the rubric alone.
        return (await new ColumnSetup(run, new CopySource(source.Value.Id, source.Value.Name, IncludesKnowledge: false), column).PrepareAsync(null), column.Failure);
    }

    /// <summary>The session of the column's first conversation with an answer.</summary>
    private string? FindSessionId(RehearsalColumn column) =>
        rehearsal.Answers.Where(answer => answer.Column == column.Number).Select(answer => answer.SessionId).FirstOrDefault(session => session is not null);
}
