using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>
/// Decides who may do what. Every service that does something for a person asks here at each call, so a page that was
/// opened before a role was taken away, or an event that a browser made up, is refused.
/// </summary>
public sealed class Access(IDbContextFactory<DashboardDbContext> contexts, ProviderRoles roles, TimeProvider time)
{
    /// <summary>
    /// The person as the database has them now. Null when no one is signed in, the account is disabled, the sign-in has
    /// expired or was ended, the role is lower than <paramref name="atLeast"/>, or the organisation's provider gave it and has
    /// not confirmed it lately.
    /// </summary>
    public async Task<Person?> FindAsync(ClaimsPrincipal principal, Role atLeast, CancellationToken cancellationToken)
    {
        if (principal.Identity?.IsAuthenticated != true || principal.PersonId() is not { } id || principal.SessionId() is not { } session)
        {
            return null;
        }

        var (hash, now) = (RandomSecret.Hash(session), time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var person = await db.Users.AsNoTracking().FirstOrDefaultAsync(
            person => person.Id == id && db.Set<SignInSession>().Any(stored =>
                stored.IdHash == hash && stored.PersonId == id && stored.Stamp == person.SecurityStamp && stored.ExpiresAt > now),
            cancellationToken);
        return person is { IsDisabled: false } && person.Role >= atLeast && await roles.IsRoleValidAsync(db, person, cancellationToken) ? person : null;
    }

    /// <summary>The same, for a service that requires the person.</summary>
    /// <exception cref="AccessDeniedException">There is no such person; its message says what they can do.</exception>
    public async Task<Person> RequireAsync(ClaimsPrincipal principal, Role atLeast, CancellationToken cancellationToken) =>
        await FindAsync(principal, atLeast, cancellationToken)
        ?? throw (atLeast > Role.Viewer && await FindAsync(principal, Role.Viewer, cancellationToken) is not null
            ? AccessDeniedException.Needs(atLeast)
            : AccessDeniedException.SignedOut());

    /// <summary>The same for work that continues after the person has closed the browser: the account and its role count, not a sign-in.</summary>
    public async Task<Person?> FindAsync(string personId, Role atLeast, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var person = await db.Users.AsNoTracking().FirstOrDefaultAsync(person => person.Id == personId, cancellationToken);
        return person is { IsDisabled: false, LocalSignInDisabledAt: null } && person.Role >= atLeast ? person : null;
    }
}
