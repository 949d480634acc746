using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>
/// Starts, extends and ends sign-ins. <see cref="Access"/> checks them at each request and each action, so an ended one counts at once on every
/// server; open pages of this server are notified, those of others notice within <see cref="CircuitPerson.CheckInterval"/>.
/// </summary>
public sealed partial class SignInSessions(IDbContextFactory<DashboardDbContext> contexts, AccessChangeNotifier changes, TimeProvider time, ILogger<SignInSessions> logger)
{
    /// <summary>No sign-in lasts longer, however much it is used.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    /// <summary>How long a sign-in lasts without use.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(12);

    /// <summary>The same with "Stay signed in".</summary>
    public static readonly TimeSpan StayIdleTimeout = TimeSpan.FromDays(14);

    /// <summary>How long someone who has proved who they are may change how they sign in.</summary>
    public static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Use within this time of the last recorded use is not recorded again.</summary>
    public static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(5);

    /// <summary>The id for the cookie, which is stored nowhere else, and when the session ends at the latest (UTC).</summary>
    /// <param name="isConfirmed">True: the person has just proved who they are.</param>
    /// <param name="endsAt">Earlier than <see cref="MaxLifetime"/> allows; null for that.</param>
    internal async Task<(string Id, DateTimeOffset EndsAt)> StartAsync(Person person, bool isStaying, bool isConfirmed, DateTimeOffset? endsAt, string? device, CancellationToken cancellationToken)
    {
        var (id, now) = (RandomSecret.Create(), time.GetUtcNow());
        var end = endsAt < now + MaxLifetime ? endsAt.Value : now + MaxLifetime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Add(new SignInSession
        {
            IdHash = RandomSecret.Hash(id),
            PersonId = person.Id,
            Stamp = person.SecurityStamp!,
            IsStaying = isStaying,
            Device = device,
            StartedAt = now,
            ConfirmedAt = isConfirmed ? now : null,
            LastUsedAt = now,
            ExpiresAt = Expiry(now, isStaying, end),
            EndsAt = end,
        });
        await db.SaveChangesAsync(cancellationToken);
        // Rows that no longer sign anyone in.
        await db.Set<SignInSession>()
            .Where(session => session.ExpiresAt <= now || !db.Users.Any(owner => owner.Id == session.PersonId && owner.SecurityStamp == session.Stamp))
            .ExecuteDeleteAsync(cancellationToken);
        return (id, end);
    }

    /// <summary>Extends a session in use, up to its end. One that has ended stays ended. A database that cannot be written to does not interrupt anyone's work.</summary>
    internal async Task TouchAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.SessionId() is not { } id)
        {
            return;
        }

        try
        {
            var (hash, now) = (RandomSecret.Hash(id), time.GetUtcNow());
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var session = await db.Set<SignInSession>().FirstOrDefaultAsync(session => session.IdHash == hash, cancellationToken);
            if (session is null || session.ExpiresAt <= now || now - session.LastUsedAt < TouchInterval)
            {
                return;
            }

            var expiresAt = Expiry(now, session.IsStaying, session.EndsAt);
            await db.Set<SignInSession>().Where(stored => stored.IdHash == hash && stored.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.LastUsedAt, now).SetProperty(stored => stored.ExpiresAt, expiresAt), cancellationToken);
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            LogNotExtended(error);
        }
    }

    /// <summary>Ends the session on every server and in every copy of the cookie.</summary>
    internal async Task EndAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.SessionId() is { } id && principal.PersonId() is { } personId)
        {
            await EndAsync(personId, RandomSecret.Hash(id), cancellationToken);
        }
    }

    /// <param name="idHash">One from <see cref="ListAsync"/>; anyone else's is left alone.</param>
    internal async Task EndAsync(string personId, string idHash, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<SignInSession>().Where(session => session.IdHash == idHash && session.PersonId == personId).ExecuteDeleteAsync(cancellationToken);
        changes.Notify(personId);
    }

    /// <summary>Records that the person at this session has just proved who they are.</summary>
    internal async Task ConfirmAsync(ClaimsPrincipal principal, Person person, CancellationToken cancellationToken)
    {
        var (hash, now) = (RandomSecret.Hash(principal.SessionId()!), time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // The stamp changes if the password is rehashed on the way.
        await db.Set<SignInSession>().Where(session => session.IdHash == hash && session.PersonId == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.ConfirmedAt, now).SetProperty(session => session.Stamp, person.SecurityStamp!), cancellationToken);
    }

    /// <summary>True within <see cref="ConfirmationLifetime"/> after the person at this session has proved who they are, by signing in or since.</summary>
    internal async Task<bool> IsConfirmedAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var (hash, since) = (RandomSecret.Hash(principal.SessionId()!), time.GetUtcNow() - ConfirmationLifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<SignInSession>().AnyAsync(session => session.IdHash == hash && session.ConfirmedAt > since, cancellationToken);
    }

    /// <summary>Call it after the person's security stamp has changed: this session continues, all others have ended.</summary>
    internal async Task EndOthersAsync(ClaimsPrincipal principal, Person person, CancellationToken cancellationToken)
    {
        var hash = RandomSecret.Hash(principal.SessionId()!);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<SignInSession>().Where(session => session.IdHash == hash && session.PersonId == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.Stamp, person.SecurityStamp!), cancellationToken);
        changes.Notify(person.Id);
    }

    /// <summary>Where the person is signed in now, the session used last first.</summary>
    internal async Task<IReadOnlyList<SignInSession>> ListAsync(Person person, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<SignInSession>().AsNoTracking()
            .Where(session => session.PersonId == person.Id && session.Stamp == person.SecurityStamp && session.ExpiresAt > time.GetUtcNow())
            .OrderByDescending(session => session.LastUsedAt)
            .ToListAsync(cancellationToken);
    }

    private static DateTimeOffset Expiry(DateTimeOffset now, bool isStaying, DateTimeOffset endsAt)
    {
        var idle = now + (isStaying ? StayIdleTimeout : IdleTimeout);
        return idle < endsAt ? idle : endsAt;
    }

    [LoggerMessage(1, LogLevel.Warning, "An active sign-in could not be extended. {Trouble}")]
    private partial void LogNotExtended(string trouble);
}
