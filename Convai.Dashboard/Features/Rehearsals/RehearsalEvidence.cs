using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// What the team's rehearsals of the last thirty days tell about models. Rehearsals whose names are still hidden do not count: they would give their
/// columns away. Methods throw <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class RehearsalEvidence : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(30);

    /// <summary>After it, the oldest answers no longer count.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly IDbContextFactory<DashboardDbContext> _contexts;
    private readonly Access _access;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;
    private volatile Reading? _last;
    private int _changes;

    public RehearsalEvidence(IDbContextFactory<DashboardDbContext> contexts, Access access, IChangeFeed feed, TimeProvider time)
    {
        (_contexts, _access, _time) = (contexts, access, time);
        _subscription = feed.Subscribe(changeEvent =>
        {
            if (changeEvent is ChangeEvent.RehearsalUpdated or ChangeEvent.Resynchronized)
            {
                Interlocked.Increment(ref _changes);
            }
        });
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>How long each model took to answer, by its code; a model that was not rehearsed is not in it. Asks the database only after a rehearsal has gone on.</summary>
    public async Task<IReadOnlyDictionary<string, RehearsedTimes>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await _access.RequireAsync(user, Role.Viewer, cancellationToken);
        var (at, since, changes) = (_time.GetTimestamp(), _time.GetUtcNow() - Period, Volatile.Read(ref _changes));
        if (_last is { } last && last.Changes == changes && _time.GetElapsedTime(last.At) < MaxAge)
        {
            return last.Times;
        }

        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var answers = await (
            from rehearsal in db.Set<Rehearsal>()
            where rehearsal.At > since && (!rehearsal.HidesNames || rehearsal.RevealedAt != null)
            from column in rehearsal.Columns
            where column.ModelCode != null
            join answer in db.Set<RehearsalAnswer>() on new { column.RehearsalId, Column = column.Number } equals new { answer.RehearsalId, answer.Column }
            where answer.State == AnswerState.Answered && answer.Milliseconds != null
            select new { column.ModelCode, answer.Milliseconds }).ToListAsync(cancellationToken);
        var times = answers.GroupBy(answer => answer.ModelCode!, answer => answer.Milliseconds!.Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new RehearsedTimes(group.Order().ElementAt((group.Count() - 1) / 2), group.Count()), StringComparer.Ordinal);
        _last = new Reading(at, changes, times);
        return times;
    }

    private sealed record Reading(long At, int Changes, IReadOnlyDictionary<string, RehearsedTimes> Times);
}
