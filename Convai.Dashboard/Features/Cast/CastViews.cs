using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Cast;

/// <summary>A column of the cast table that a person may hide; the name is always shown.</summary>
public enum CastColumn
{
    Model,
    Temperature,
    Reasoning,
    Preset,
    Moderation,
    Groups,
    Talked,
    Changed,
}

/// <summary>A saved view of the person, or one that a colleague shares.</summary>
/// <param name="Hidden">The columns that it hides; null if it keeps none.</param>
/// <param name="SharedBy">The name of its owner if it is shared with the team.</param>
/// <param name="MayDelete">Whether it is the person's own, or shared and the person is an Admin.</param>
public sealed record CastView(long Id, string Name, CastFilter Filter, IReadOnlySet<CastColumn>? Hidden, string? SharedBy, bool IsMine, bool MayDelete);

/// <summary>
/// Each person's saved views of the cast, hidden columns and open charts. No one can see those of someone else, except views shared with
/// the team. Every method throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CastViews(IDbContextFactory<DashboardDbContext> contexts, Access access)
{
    public const int MaxViews = 30;

    private const string HiddenParameter = "hide";

    /// <summary>The columns that are hidden until a person chooses theirs: they matter to few, and the table would be too wide for a name.</summary>
    public static readonly IReadOnlySet<CastColumn> HiddenByDefault = new HashSet<CastColumn> { CastColumn.Reasoning, CastColumn.Moderation };

    /// <summary>Reads the person's own views and those of the team, sorted by name.</summary>
    public async Task<IReadOnlyList<CastView>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var views = await db.Set<SavedView>().AsNoTracking().Where(view => view.PersonId == person.Id || view.SharedBy != null).ToListAsync(cancellationToken);
        return [.. views.OrderBy(view => view.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(view => view.Id).Select(view => new CastView(
            view.Id, view.Name, CastFilter.Parse(view.Query), view.HiddenColumns is { } columns ? ParseColumns(columns) : null, view.SharedBy,
            IsMine: view.PersonId == person.Id, MayDelete: view.PersonId == person.Id || person.Role >= Role.Admin))];
    }

    /// <summary>Saves a view, replacing the person's own one of the same name in any case.</summary>
    /// <param name="isShared">Shows it to the whole team; only Designers may.</param>
    public async Task<Result> SaveAsync(ClaimsPrincipal user, string name, CastFilter filter, IReadOnlySet<CastColumn> hidden, bool isShared, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, isShared ? Role.Designer : Role.Viewer, cancellationToken);
        name = name.Trim();
        var query = filter.ToQuery();
        if (name.Length == 0)
        {
            return CastText.ViewNameMissing;
        }

        if (name.Any(char.IsControl))
        {
            return FieldText.NameOnSeveralLines;
        }

        if (name.Length > SavedView.MaxNameLength || query.Length > SavedView.MaxQueryLength)
        {
            return name.Length > SavedView.MaxNameLength ? CastText.ViewNameTooLong : CastText.ViewSearchTooLong;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var views = await db.Set<SavedView>().Where(view => view.PersonId == person.Id).ToListAsync(cancellationToken);
        if (views.FirstOrDefault(view => string.Equals(view.Name, name, StringComparison.OrdinalIgnoreCase)) is { } same)
        {
            (same.Query, same.HiddenColumns, same.SharedBy) = (query, FormatColumns(hidden), isShared ? person.Name : null);
        }
        else if (views.Count >= MaxViews)
        {
            return CastText.TooManyViews(MaxViews);
        }
        else
        {
            db.Add(new SavedView { PersonId = person.Id, Name = name, Query = query, HiddenColumns = FormatColumns(hidden), SharedBy = isShared ? person.Name : null });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Result.Success;
    }

    /// <summary>
    /// Makes one of the person's own views keep another search, filters, order and columns; it stays shared or not, as it is. A shared one
    /// only while the person is a Designer.
    /// </summary>
    public async Task<Result> UpdateAsync(ClaimsPrincipal user, long id, CastFilter filter, IReadOnlySet<CastColumn> hidden, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Viewer, cancellationToken);
        var (query, columns) = (filter.ToQuery(), FormatColumns(hidden));
        if (query.Length > SavedView.MaxQueryLength)
        {
            return CastText.ViewSearchTooLong;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var mayChangeShared = person.Role >= Role.Designer;
        var updated = await db.Set<SavedView>().Where(view => view.Id == id && view.PersonId == person.Id && (mayChangeShared || view.SharedBy == null))
            .ExecuteUpdateAsync(set => set.SetProperty(view => view.Query, query).SetProperty(view => view.HiddenColumns, columns), cancellationToken);
        return updated > 0 ? Result.Success : CastText.ViewGone;
    }

    /// <summary>Shares one of the person's own views with the team, which only Designers may, or stops that.</summary>
    public async Task ShareAsync(ClaimsPrincipal user, long id, bool isShared, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, isShared ? Role.Designer : Role.Viewer, cancellationToken);
        var sharedBy = isShared ? person.Name : null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<SavedView>().Where(view => view.Id == id && view.PersonId == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(view => view.SharedBy, sharedBy), cancellationToken);
    }

    /// <summary>Deletes one of the person's own views; an Admin may delete any that is shared.</summary>
    public async Task DeleteAsync(ClaimsPrincipal user, long id, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Viewer, cancellationToken);
        var isAdmin = person.Role >= Role.Admin;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<SavedView>().Where(view => view.Id == id && (view.PersonId == person.Id || (isAdmin && view.SharedBy != null))).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Reads which columns the person has hidden, and whether the charts are open.</summary>
    public async Task<(IReadOnlySet<CastColumn> Hidden, bool IsChartsOpen)> ReadLayoutAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var layout = await db.Set<CastLayout>().AsNoTracking().FirstOrDefaultAsync(layout => layout.PersonId == person.Id, cancellationToken);
        return (layout is null ? HiddenByDefault : ParseColumns(layout.HiddenColumns), layout?.IsChartsOpen == true);
    }

    public Task SaveHiddenColumnsAsync(ClaimsPrincipal user, IReadOnlySet<CastColumn> hidden, CancellationToken cancellationToken) =>
        ChangeLayoutAsync(user, layout => layout.HiddenColumns = FormatColumns(hidden), cancellationToken);

    public Task SaveChartsOpenAsync(ClaimsPrincipal user, bool isOpen, CancellationToken cancellationToken) =>
        ChangeLayoutAsync(user, layout => layout.IsChartsOpen = isOpen, cancellationToken);

    private async Task ChangeLayoutAsync(ClaimsPrincipal user, Action<CastLayout> change, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var layout = await db.Set<CastLayout>().FirstOrDefaultAsync(layout => layout.PersonId == person.Id, cancellationToken);
        if (layout is null)
        {
            db.Add(layout = new CastLayout { PersonId = person.Id, HiddenColumns = FormatColumns(HiddenByDefault) });
        }

        change(layout);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The query of an address that also brings the columns: those of the person who opens it may differ.</summary>
    public static string LinkTo(CastFilter filter, IReadOnlySet<CastColumn> hidden) =>
        QueryHelpers.AddQueryString(filter.ToQuery(), HiddenParameter, FormatColumns(hidden));

    /// <summary>The columns that such an address hides; null if it brings none.</summary>
    public static IReadOnlySet<CastColumn>? ParseHiddenColumns(string query) =>
        QueryHelpers.ParseQuery(query).TryGetValue(HiddenParameter, out var columns) ? ParseColumns(columns.ToString()) : null;

    private static string FormatColumns(IReadOnlySet<CastColumn> columns) => string.Join(',', Enum.GetValues<CastColumn>().Where(columns.Contains));

    // Columns that a later version has dropped are ignored.
    private static HashSet<CastColumn> ParseColumns(string names) =>
        Enum.GetValues<CastColumn>().Where(column => names.Split(',').Contains(column.ToString(), StringComparer.Ordinal)).ToHashSet();
}
