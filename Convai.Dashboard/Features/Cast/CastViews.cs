using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Cast;

/// <summary>A column of the cast table that a person may hide; the name is always shown.</summary>
public enum CastColumn
{
    Model,
    Temperature,
    Reasoning,
    Moderation,
    Talked,
    Changed,
}

/// <summary>A saved view as its owner sees it.</summary>
public sealed record CastView(long Id, string Name, CastFilter Filter);

/// <summary>
/// Each person's saved views of the cast and hidden columns. No one can see or change those of
/// someone else. Reading returns null if the person may not see the cast; every method throws the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CastViews(IDbContextFactory<DashboardDbContext> contexts, Access access)
{
    public const int MaxViews = 30;

    /// <summary>Reads the views, sorted by name.</summary>
    public async Task<IReadOnlyList<CastView>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var personId = await IdOfAsync(user, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var views = await db.Set<SavedView>().AsNoTracking().Where(view => view.PersonId == personId).ToListAsync(cancellationToken);
        return [.. views.OrderBy(view => view.Name, StringComparer.CurrentCultureIgnoreCase).Select(view => new CastView(view.Id, view.Name, CastFilter.Parse(view.Query)))];
    }

    /// <summary>Saves a view, replacing one of the same name in any case.</summary>
    public async Task<Result> SaveAsync(ClaimsPrincipal user, string name, CastFilter filter, CancellationToken cancellationToken)
    {
        var personId = await IdOfAsync(user, cancellationToken);
        name = name.Trim();
        var query = filter.ToQuery();
        if (name.Length == 0)
        {
            return CastText.ViewNameMissing;
        }

        if (name.Any(char.IsControl))
        {
            return CastText.ViewNameOnSeveralLines;
        }

        if (name.Length > SavedView.MaxNameLength || query.Length > SavedView.MaxQueryLength)
        {
            return name.Length > SavedView.MaxNameLength ? CastText.ViewNameTooLong : CastText.ViewSearchTooLong;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var views = await db.Set<SavedView>().Where(view => view.PersonId == personId).ToListAsync(cancellationToken);
        if (views.FirstOrDefault(view => string.Equals(view.Name, name, StringComparison.OrdinalIgnoreCase)) is { } same)
        {
            same.Query = query;
        }
        else if (views.Count >= MaxViews)
        {
            return CastText.TooManyViews(MaxViews);
        }
        else
        {
            db.Add(new SavedView { PersonId = personId, Name = name, Query = query });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Result.Done;
    }

    public async Task DeleteAsync(ClaimsPrincipal user, long id, CancellationToken cancellationToken)
    {
        var personId = await IdOfAsync(user, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<SavedView>().Where(view => view.Id == id && view.PersonId == personId).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<IReadOnlySet<CastColumn>> HiddenAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var personId = await IdOfAsync(user, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await db.Set<HiddenColumns>().AsNoTracking().FirstOrDefaultAsync(hidden => hidden.PersonId == personId, cancellationToken);
        // Columns that a later version has dropped are ignored.
        return Enum.GetValues<CastColumn>().Where(column => hidden?.Columns.Split(',').Contains(column.ToString(), StringComparer.Ordinal) == true).ToHashSet();
    }

    public async Task HideAsync(ClaimsPrincipal user, IReadOnlySet<CastColumn> hidden, CancellationToken cancellationToken)
    {
        var personId = await IdOfAsync(user, cancellationToken);
        var columns = string.Join(',', Enum.GetValues<CastColumn>().Where(hidden.Contains));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        if (await db.Set<HiddenColumns>().FirstOrDefaultAsync(row => row.PersonId == personId, cancellationToken) is { } row)
        {
            row.Columns = columns;
        }
        else
        {
            db.Add(new HiddenColumns { PersonId = personId, Columns = columns });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<string> IdOfAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => (await access.RequireAsync(user, Role.Viewer, cancellationToken)).Id;
}
