using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>Records who signed in, who failed to, and who changed what about people. Lines are added and read, but cannot be edited.</summary>
public sealed class SecurityLog(IDbContextFactory<DashboardDbContext> contexts, Access access, TimeProvider time)
{
    /// <summary>How many lines are read at once.</summary>
    public const int PageSize = 200;

    /// <summary>Creates an event, to be stored together with the change that it describes.</summary>
    public SecurityEvent CreateEvent(SecurityEventKind kind, Person? person, string? byName = null, string? address = null, string? detail = null) => new()
    {
        At = time.GetUtcNow(),
        Kind = kind,
        PersonId = person?.Id,
        PersonName = person?.Name,
        ByName = byName,
        Address = address,
        Detail = detail,
    };

    public async Task AddAsync(SecurityEvent securityEvent, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Add(securityEvent);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The newest lines first, for Admins. Throws <see cref="AccessDeniedException"/>.</summary>
    /// <param name="personId">Only the lines about one person; null for all.</param>
    /// <param name="before">Only lines older than this one; null for the newest.</param>
    public async Task<IReadOnlyList<SecurityEvent>> ReadAsync(ClaimsPrincipal user, string? personId, long? before, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<SecurityEvent>().AsNoTracking()
            .Where(securityEvent => (personId == null || securityEvent.PersonId == personId) && (before == null || securityEvent.Id < before))
            .OrderByDescending(securityEvent => securityEvent.Id)
            .Take(PageSize)
            .ToListAsync(cancellationToken);
    }
}
