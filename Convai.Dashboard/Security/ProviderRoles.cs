using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>
/// How long a role from the organisation's provider counts. Without an end, someone who left the organisation would keep it through a
/// password or a passkey of their own, which the provider does not know about.
/// </summary>
public sealed class ProviderRoles(IOptions<AuthenticationOptions> authentication, TimeProvider time)
{
    /// <summary>How long the role, and every session that relies on it, lasts after a sign-in through the provider.</summary>
    public static readonly TimeSpan RoleLifetime = TimeSpan.FromHours(12);

    /// <summary>
    /// False if the provider withdrew the role, or gave it and has not signed the person in for <see cref="RoleLifetime"/>. The last Admin keeps
    /// it: otherwise an outage of the provider, or a mistake in its settings, would leave no one to manage people.
    /// </summary>
    public async Task<bool> IsRoleValidAsync(DashboardDbContext db, Person person, CancellationToken cancellationToken) =>
        person.LocalSignInDisabledAt is null
        && (person.RoleClaim is null
            || GetRoleEnd(person) is not null
            || (person.Role == Role.Admin && !await HasOtherAdminAsync(db, person.Id, cancellationToken)));

    /// <summary>UTC; until when the role from the provider counts. Null if the provider did not give it, or it no longer counts.</summary>
    public DateTimeOffset? GetRoleEnd(Person person) =>
        person.RoleClaim is not null && person.ProviderSignInAt + RoleLifetime is { } end && end > time.GetUtcNow() ? end : null;

    /// <summary>True if another Admin can sign in: a role that comes from the provider needs a provider.</summary>
    public Task<bool> HasOtherAdminAsync(DashboardDbContext db, string personId, CancellationToken cancellationToken)
    {
        var hasProvider = authentication.Value.Oidc.IsConfigured;
        return db.Users.AnyAsync(
            other => other.Role == Role.Admin && !other.IsDisabled && other.LocalSignInDisabledAt == null && (hasProvider || other.RoleClaim == null) && other.Id != personId,
            cancellationToken);
    }
}
