using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Models;

/// <summary>
/// Each person's favourite models. People see and change only their own. Each method throws
/// <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class FavouriteModels(IDbContextFactory<DashboardDbContext> contexts, Access access)
{
    public const int MaxFavourites = 50;

    /// <summary>Reads their codes, including those that are no longer in any list.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var personId = await GetPersonIdAsync(user, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ForPerson(db, personId).AsNoTracking().Select(favourite => favourite.ModelCode).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
    }

    /// <param name="models">The available models: only their codes can become favourites.</param>
    public async Task<Result> SetAsync(ClaimsPrincipal user, string code, bool isFavourite, ModelList models, CancellationToken cancellationToken)
    {
        var personId = await GetPersonIdAsync(user, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!isFavourite)
        {
            await ForPerson(db, personId).Where(favourite => favourite.ModelCode == code).ExecuteDeleteAsync(cancellationToken);
            return Result.Success;
        }

        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var codes = await ForPerson(db, personId).Select(favourite => favourite.ModelCode).ToListAsync(cancellationToken);
        if (codes.Contains(code, StringComparer.Ordinal))
        {
            return Result.Success;
        }

        if (!models.Knows(code))
        {
            return ModelText.OnlyAvailableFavourites;
        }

        if (codes.Count >= MaxFavourites)
        {
            return ModelText.TooManyFavourites(MaxFavourites);
        }

        db.Add(new FavouriteModel { PersonId = personId, ModelCode = code });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Result.Success;
    }

    private static IQueryable<FavouriteModel> ForPerson(DashboardDbContext db, string personId) => db.Set<FavouriteModel>().Where(favourite => favourite.PersonId == personId);

    private async Task<string> GetPersonIdAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => (await access.RequireAsync(user, Role.Viewer, cancellationToken)).Id;
}
