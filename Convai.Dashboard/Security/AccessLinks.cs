using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>
/// Creates and finds the links that let someone in once. The secret follows the # of the address, which browsers do not
/// send, so it reaches no proxy and no log.
/// </summary>
public sealed class AccessLinks(IDbContextFactory<DashboardDbContext> contexts, TimeProvider time)
{
    /// <summary>The path of a link; the secret follows as the fragment.</summary>
    public const string Path = "/account/join";

    public static readonly TimeSpan SetUpLinkLifetime = TimeSpan.FromHours(24);
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);
    public static readonly TimeSpan ResetLinkLifetime = TimeSpan.FromHours(24);

    /// <summary>The address to give to the person.</summary>
    /// <param name="baseAddress">Where the dashboard is reached.</param>
    public static string GetAddress(string baseAddress, string secret) => $"{baseAddress.TrimEnd('/')}{Path}#{secret}";

    /// <summary>Creates a link, which the caller stores, and its secret, which is kept nowhere else. Storing it ends earlier links for the same purpose.</summary>
    public (AccessLink Link, string Secret) Create(AccessLinkKind kind, Role role = Role.Viewer, string? email = null, string? personId = null, Person? createdBy = null)
    {
        var secret = RandomSecret.Create();
        var now = time.GetUtcNow();
        var link = new AccessLink
        {
            Kind = kind,
            SecretHash = RandomSecret.Hash(secret),
            Role = role,
            Email = email,
            PersonId = personId,
            CreatedById = createdBy?.Id,
            CreatedByName = createdBy?.Name,
            CreatedAt = now,
            ExpiresAt = now + GetLifetime(kind),
        };
        return (link, secret);
    }

    /// <summary>Null for an unknown secret, and for a link that was used, revoked or has expired, or whose creator is no longer an Admin.</summary>
    public async Task<AccessLink?> FindAsync(string? secret, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(secret) || secret.Length > 100)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (hash, now) = (RandomSecret.Hash(secret), time.GetUtcNow());
        var link = await db.Set<AccessLink>().AsNoTracking().FirstOrDefaultAsync(link => link.SecretHash == hash && link.EndedAt == null && link.ExpiresAt > now, cancellationToken);
        var isInvalid = link switch
        {
            null => true,
            { Kind: AccessLinkKind.SetUp } => await db.Users.AnyAsync(cancellationToken),
            // An Admin may have been demoted at the moment when they created it.
            _ => !await db.Users.AnyAsync(person => person.Id == link.CreatedById && person.Role == Role.Admin && !person.IsDisabled, cancellationToken),
        };
        return isInvalid ? null : link;
    }

    /// <summary>Returns false if the link is invalid. If two people use it at once, only one gets true: call it inside the transaction that lets the person in.</summary>
    internal async Task<bool> TryUseAsync(DashboardDbContext db, AccessLink link, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.Set<AccessLink>()
            .Where(stored => stored.Id == link.Id && stored.EndedAt == null && stored.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.EndedAt, now), cancellationToken) == 1;
    }

    private static TimeSpan GetLifetime(AccessLinkKind kind) => kind switch
    {
        AccessLinkKind.SetUp => SetUpLinkLifetime,
        AccessLinkKind.Invitation => InvitationLifetime,
        _ => ResetLinkLifetime,
    };
}
