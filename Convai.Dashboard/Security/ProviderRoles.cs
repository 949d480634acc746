using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>
/// How long a role counts that the organisation's provider gives. Without an end, someone who left the organisation would keep it by a
/// password or a passkey of their own, of which the provider knows nothing.
/// </summary>
public sealed class ProviderRoles(IOptions<WaysInOptions> ways, TimeProvider time)
{
    /// <summary>After a sign-in through the provider: the length of a session, and of everything that begins within it.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromHours(12);

    /// <summary>
    /// False where the provider withdrew the role, or gave it and has not signed the person in for <see cref="HoldFor"/>. The last Admin keeps
    /// it: otherwise an outage of the provider, or a mistake in its settings, would leave nobody to manage people.
    /// </summary>
    public async Task<bool> HoldsAsync(DashboardDbContext db, Person person, CancellationToken cancellationToken) =>
        person.LocalSignInDisabledAt is null
        && (person.RoleClaim is null
            || EndOf(person) is not null
            || (person.Role == Role.Admin && !await HasOtherAdminAsync(db, person.Id, cancellationToken)));

    /// <summary>UTC; until when the role counts that the provider gave. Null where it did not give it, or no longer counts.</summary>
    public DateTimeOffset? EndOf(Person person) =>
        person.RoleClaim is not null && person.ProviderSignInAt + HoldFor is { } end && end > time.GetUtcNow() ? end : null;

    /// <summary>True where another Admin can sign in: a role that comes from the provider needs a provider.</summary>
    public Task<bool> HasOtherAdminAsync(DashboardDbContext db, string personId, CancellationToken cancellationToken)
    {
        var hasProvider = ways.Value.Oidc.IsConfigured;
        return db.Users.AnyAsync(
            other => other.Role == Role.Admin && !other.IsDisabled && other.LocalSignInDisabledAt == null && (hasProvider || other.RoleClaim == null) && other.Id != personId,
            cancellationToken);
    }
}
