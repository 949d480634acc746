using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// The team's marks and notes on answers: Viewers read them with the rehearsal, Designers set them. Columns are named by their place on the screen, so
/// that hidden names stay hidden. Methods throw <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class AnswerMarks(IDbContextFactory<DashboardDbContext> contexts, RehearsalRepository store, Access access, TimeProvider time)
{
    /// <summary>Marks the answers of one column to one line, for the whole team.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="kind">Null removes the mark.</param>
    public async Task<Result> MarkAsync(ClaimsPrincipal user, long rehearsalId, int position, int line, MarkKind? kind, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (kind is { } given && !Enum.IsDefined(given))
        {
            return RehearsalText.NoSuchAnswer;
        }

        return await ReplaceAsync<AnswerMark>(
            rehearsalId,
            position,
            answer => answer.Line == line,
            (marks, column) => marks.Where(mark => mark.RehearsalId == rehearsalId && mark.Column == column && mark.Line == line),
            column => kind is { } chosen ? new AnswerMark { RehearsalId = rehearsalId, Column = column, Line = line, Kind = chosen, At = time.GetUtcNow(), PersonName = person.Name } : null,
            cancellationToken);
    }

    /// <summary>Writes the person's own note on one answer.</summary>
    /// <param name="repeat">From 0.</param>
    /// <param name="line">From 0.</param>
    /// <param name="text">At most <see cref="AnswerNote.MaxLength"/> UTF-16 units; empty removes the note.</param>
    public async Task<Result> NoteAsync(ClaimsPrincipal user, long rehearsalId, int position, int repeat, int line, string text, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var clean = DisplayText.ToOneLine(text);
        if (clean.Length > AnswerNote.MaxLength)
        {
            return RehearsalText.NoteTooLong;
        }

        return await ReplaceAsync<AnswerNote>(
            rehearsalId,
            position,
            answer => answer.Line == line && answer.Repeat == repeat,
            (notes, column) => notes.Where(note => note.RehearsalId == rehearsalId && note.Column == column && note.Repeat == repeat && note.Line == line && note.PersonId == person.Id),
            column => clean.Length == 0 ? null : new AnswerNote
            {
                RehearsalId = rehearsalId,
                Column = column,
                Repeat = repeat,
                Line = line,
                PersonId = person.Id,
                PersonName = person.Name,
                At = time.GetUtcNow(),
                Text = clean,
            },
            cancellationToken);
    }

    /// <summary>Only what was answered can be marked, and only as long as the answer is kept.</summary>
    private async Task<Result> ReplaceAsync<T>(
        long rehearsalId,
        int position,
        Func<RehearsalAnswer, bool> isMatch,
        Func<DbSet<T>, int, IQueryable<T>> findExisting,
        Func<int, T?> create,
        CancellationToken cancellationToken)
        where T : class
    {
        var rehearsal = await store.LoadAsync(rehearsalId, cancellationToken);
        if (rehearsal?.Columns.Find(candidate => candidate.Position == position) is not { Number: var column }
            || !rehearsal.Answers.Exists(answer => answer.Column == column && answer.Text is not null && isMatch(answer)))
        {
            return RehearsalText.NoSuchAnswer;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        // Someone may be deleting the answers, and what is said about them, right now.
        if (await db.Set<Rehearsal>().AnyAsync(stored => stored.Id == rehearsalId && stored.AnswersDeletedAt != null, cancellationToken))
        {
            return RehearsalText.NoSuchAnswer;
        }

        await findExisting(db.Set<T>(), column).ExecuteDeleteAsync(cancellationToken);
        if (create(column) is { } replacement)
        {
            db.Add(replacement);
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        store.Publish(rehearsalId);
        return Result.Success;
    }
}
