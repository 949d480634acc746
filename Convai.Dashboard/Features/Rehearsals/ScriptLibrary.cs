using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Rehearsals;

/// <param name="Uses">How many rehearsals spoke it.</param>
public sealed record ScriptInUse(Script Script, int Uses);

/// <summary>
/// The scripts that the team shares: Viewers read them, Designers write them. Methods throw <see cref="AccessDeniedException"/>, and the exceptions that
/// <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class ScriptLibrary(IDbContextFactory<DashboardDbContext> contexts, Access access, IChangeFeed feed, TimeProvider time)
{
    /// <summary>Reads the scripts, sorted by name.</summary>
    public async Task<IReadOnlyList<ScriptInUse>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Script>().AsNoTracking().OrderBy(script => script.NormalizedName)
            .Select(script => new ScriptInUse(script, db.Set<Rehearsal>().Count(rehearsal => rehearsal.ScriptId == script.Id))).ToListAsync(cancellationToken);
    }

    /// <param name="opened">The script that the person has edited; null for a new one. If it has changed since, nothing is saved.</param>
    /// <param name="name">At most <see cref="Script.MaxNameLength"/> characters.</param>
    /// <param name="lines">Blank ones are left out.</param>
    public async Task<Result<Script>> SaveAsync(ClaimsPrincipal user, Script? opened, string name, IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var (clean, spoken) = (DisplayText.ToOneLine(name), Clean(lines));
        if (Validate(clean, spoken) is { } refusal)
        {
            return refusal;
        }

        var (now, id) = (time.GetUtcNow(), opened?.Id ?? 0);
        var script = new Script
        {
            Id = id,
            Name = clean,
            NormalizedName = clean.ToUpperInvariant(),
            Lines = spoken,
            PersonId = opened?.PersonId ?? person.Id,
            // Always later than the version that it replaces, even if the clock is not: it distinguishes the versions.
            ChangedAt = opened is not null && now <= opened.ChangedAt ? opened.ChangedAt.AddMicroseconds(1) : now,
            ChangedByName = person.Name,
        };
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            if (opened is null)
            {
                db.Add(script);
                await db.SaveChangesAsync(cancellationToken);
            }
            else if (await db.Set<Script>().Where(stored => stored.Id == id && stored.ChangedAt == opened.ChangedAt).ExecuteUpdateAsync(
                stored => stored.SetProperty(s => s.Name, script.Name).SetProperty(s => s.NormalizedName, script.NormalizedName).SetProperty(s => s.Lines, script.Lines)
                    .SetProperty(s => s.ChangedAt, script.ChangedAt).SetProperty(s => s.ChangedByName, script.ChangedByName),
                cancellationToken) == 0)
            {
                return RehearsalText.ScriptChanged;
            }
        }
        catch (Exception exception) when (DatabaseError.IsUniqueViolation(exception))
        {
            return RehearsalText.ScriptNameTaken(clean);
        }

        feed.Publish(new ChangeEvent.ScriptsUpdated());
        return script;
    }

    /// <summary>Deletes a script. The person who created it may do it, and every Admin; past rehearsals keep its lines.</summary>
    public async Task DeleteAsync(ClaimsPrincipal user, Script script, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<Script>().AnyAsync(stored => stored.Id == script.Id && stored.PersonId != person.Id, cancellationToken))
        {
            await access.RequireAsync(user, Role.Admin, cancellationToken);
        }

        await db.Set<Script>().Where(stored => stored.Id == script.Id).ExecuteDeleteAsync(cancellationToken);
        feed.Publish(new ChangeEvent.ScriptsUpdated());
    }

    /// <summary>The script whose lines these are; null if they are no script's.</summary>
    public async Task<Script?> FindByLinesAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.Set<Script>().AsNoTracking().OrderBy(script => script.Id).ToListAsync(cancellationToken)).Find(script => script.Lines.SequenceEqual(lines, StringComparer.Ordinal));
    }

    /// <summary>Lines as they are spoken, without blank ones.</summary>
    internal static List<string> Clean(IReadOnlyList<string> lines) => [.. lines.Select(DisplayText.ToOneLine).Where(line => line.Length > 0)];

    private static string? Validate(string name, List<string> lines) => name.Length switch
    {
        0 => RehearsalText.ScriptNameMissing,
        > Script.MaxNameLength => RehearsalText.ScriptNameTooLong,
        _ => ValidateLines(lines),
    };

    /// <summary>Why lines cannot be spoken; null if they can.</summary>
    internal static string? ValidateLines(List<string> lines) => lines switch
    {
        [] => RehearsalText.NoLines,
        { Count: > Rehearsal.MaxLines } => RehearsalText.TooManyLines,
        _ when lines.FindIndex(line => line.Length > Rehearsal.MaxLineLength) is >= 0 and var tooLong => RehearsalText.LineTooLong(tooLong + 1),
        _ => null,
    };
}
