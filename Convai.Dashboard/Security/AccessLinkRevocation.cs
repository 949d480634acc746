using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Convai.Dashboard.Security;

/// <summary>
/// Ends links in the same save as the change that makes them wrong, so that no path can forget it: a new link replaces earlier ones for the same
/// purpose; a new password ends the person's reset links; disabling or demoting someone ends the links made by and for them.
/// </summary>
internal sealed class AccessLinkRevocation(TimeProvider time) : SaveChangesInterceptor
{
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var db = eventData.Context!;
        var made = db.ChangeTracker.Entries<AccessLink>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity).ToList();
        var changed = db.ChangeTracker.Entries<Person>().Where(entry => entry.State == EntityState.Modified).ToList();
        var demoted = changed.Where(IsDemotedOrDisabled).Select(entry => entry.Entity.Id).ToHashSet(StringComparer.Ordinal);
        var withNewPassword = changed.Where(HasNewPassword).Select(entry => entry.Entity.Id).ToHashSet(StringComparer.Ordinal);
        if (made.Count > 0 || demoted.Count > 0 || withNewPassword.Count > 0)
        {
            foreach (var link in await db.Set<AccessLink>().Where(link => link.EndedAt == null).ToListAsync(cancellationToken))
            {
                var isReplaced = made.Any(other => other.Kind == link.Kind && other.PersonId == link.PersonId && (link.Kind == AccessLinkKind.Reset || EmailAddress.Normalize(other.Email ?? "") == EmailAddress.Normalize(link.Email ?? "")));
                var isWrong = demoted.Contains(link.PersonId ?? "") || demoted.Contains(link.CreatedById ?? "") || (link.Kind == AccessLinkKind.Reset && withNewPassword.Contains(link.PersonId ?? ""));
                link.EndedAt = isReplaced || isWrong ? time.GetUtcNow() : null;
            }
        }

        return result;
    }

    private static bool IsDemotedOrDisabled(EntityEntry<Person> person) =>
        person.Property(entity => entity.Role) is { OriginalValue: var before, CurrentValue: var now } && (before > now || (person.Entity.IsDisabled && !person.Property(entity => entity.IsDisabled).OriginalValue));

    private static bool HasNewPassword(EntityEntry<Person> person) =>
        person.Property(entity => entity.PasswordHash) is { OriginalValue: var before, CurrentValue: var now } && before != now;
}
