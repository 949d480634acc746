using System.Data;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Team;

/// <summary>A link that was created.</summary>
/// <param name="Secret">Shown once, never stored.</param>
public sealed record NewLink(string Secret);

/// <summary>A person and their sign-in methods.</summary>
/// <param name="Logins">The identities at the organisation's provider that sign in to the account; one, unless something is wrong.</param>
/// <param name="HasNamesake">Someone else has the same name, or one that looks like it.</param>
public sealed record TeamMember(Person Person, bool HasPassword, int Passkeys, IReadOnlyList<ProviderLogin> Logins, bool HasNamesake)
{
    public bool IsFromOrganisation => Logins.Count > 0;
}

/// <summary>An identity at a provider.</summary>
/// <param name="Issuer">The provider's own address.</param>
/// <param name="Subject">The provider's id for the person.</param>
public sealed record ProviderLogin(string Issuer, string Subject);

/// <summary>What everyone who is signed in may know about a colleague.</summary>
/// <param name="Id">The account; only Admins can open its page.</param>
public sealed record TeamName(string Id, string Name, Role Role);

/// <summary>The people in the team, and the open invitations.</summary>
public sealed record TeamOverview(IReadOnlyList<TeamMember> People, IReadOnlyList<AccessLink> Invitations);

/// <summary>Manages people, for Admins; everyone may read the names. Each method throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
public sealed class TeamDirectory(
    IDbContextFactory<DashboardDbContext> contexts,
    Access access,
    AccessLinks links,
    AccessChangeNotifier changes,
    SecurityLog log,
    ProviderRoles roles,
    IOptions<AuthenticationOptions> authOptions,
    TimeProvider time)
{
    public async Task<TeamOverview> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var people = await db.Users.AsNoTracking()
            .Select(person => new
            {
                Person = person,
                Passkeys = db.UserPasskeys.Count(passkey => passkey.UserId == person.Id),
                Logins = db.UserLogins.Where(login => login.UserId == person.Id).Select(login => new ProviderLogin(login.LoginProvider, login.ProviderKey)).ToList(),
            })
            .ToListAsync(cancellationToken);
        var namesakes = people.GroupBy(entry => PersonNames.CreateKey(entry.Person.Name)).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        var invitations = await db.Set<AccessLink>().AsNoTracking()
            .Where(link => link.Kind == AccessLinkKind.Invitation && link.EndedAt == null && link.ExpiresAt > now)
            .OrderByDescending(link => link.CreatedAt)
            .ToListAsync(cancellationToken);
        return new TeamOverview(
            [.. people.OrderBy(entry => entry.Person.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(entry => entry.Person.Email, StringComparer.Ordinal)
                .Select(entry => new TeamMember(entry.Person, entry.Person.PasswordHash is not null, entry.Passkeys, entry.Logins, namesakes.Contains(PersonNames.CreateKey(entry.Person.Name))))],
            invitations);
    }

    /// <summary>Reads who can sign in, sorted by name: names and roles alone.</summary>
    public async Task<IReadOnlyList<TeamName>> ReadNamesAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var people = await db.Users.AsNoTracking().Where(person => !person.IsDisabled).Select(person => new TeamName(person.Id, person.Name, person.Role)).ToListAsync(cancellationToken);
        return [.. people.OrderBy(person => person.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(person => person.Id, StringComparer.Ordinal)];
    }

    /// <summary>Invites an email. An earlier invitation of the same email ends (<see cref="AccessLinkRevocation"/>), since its role may differ.</summary>
    public async Task<Result<NewLink>> InviteAsync(ClaimsPrincipal user, string? email, Role role, CancellationToken cancellationToken)
    {
        var admin = await access.RequireAsync(user, Role.Admin, cancellationToken);
        if (!authOptions.Value.LocalAccounts)
        {
            return TeamText.NoLocalAccounts;
        }

        var address = email?.Trim() ?? "";
        if (!EmailAddress.IsPlausible(address) || !Enum.IsDefined(role))
        {
            return TeamText.EnterEmail;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = EmailAddress.Normalize(address);
        if (await db.Users.FirstOrDefaultAsync(person => person.NormalizedEmail == normalized, cancellationToken) is { } known)
        {
            return TeamText.HasAccount(known);
        }

        var (link, secret) = links.Create(AccessLinkKind.Invitation, role, address, createdBy: admin);
        db.Add(link);
        db.Add(log.CreateEvent(SecurityEventKind.Invited, null, admin.Name, detail: $"{address} as {role}"));
        await db.SaveChangesAsync(cancellationToken);
        changes.Notify(admin.Id);
        return new NewLink(secret);
    }

    /// <summary>
    /// Gives an open invitation another link, because a link is shown only once. The earlier one ends in the same save (<see cref="AccessLinkRevocation"/>).
    /// </summary>
    public async Task<Result<NewLink>> RenewInvitationAsync(ClaimsPrincipal user, Guid invitationId, CancellationToken cancellationToken)
    {
        var admin = await access.RequireAsync(user, Role.Admin, cancellationToken);
        if (!authOptions.Value.LocalAccounts)
        {
            return TeamText.NoLocalAccounts;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Serializable, so that two Admins cannot leave two working links.
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var invitation = await db.Set<AccessLink>().FirstOrDefaultAsync(
            link => link.Id == invitationId && link.Kind == AccessLinkKind.Invitation && link.EndedAt == null && link.ExpiresAt > now, cancellationToken);
        if (invitation is null)
        {
            return TeamText.InvitationGone;
        }

        var (link, secret) = links.Create(AccessLinkKind.Invitation, invitation.Role, invitation.Email, createdBy: admin);
        db.Add(link);
        db.Add(log.CreateEvent(SecurityEventKind.InvitationRenewed, null, admin.Name, detail: $"{invitation.Email} as {invitation.Role}; the earlier link has ended"));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Notify(admin.Id);
        return new NewLink(secret);
    }

    public async Task<Result> WithdrawAsync(ClaimsPrincipal user, Guid invitationId, CancellationToken cancellationToken)
    {
        var admin = await access.RequireAsync(user, Role.Admin, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var link = await db.Set<AccessLink>().FirstOrDefaultAsync(link => link.Id == invitationId && link.Kind == AccessLinkKind.Invitation && link.EndedAt == null, cancellationToken);
        if (link is null)
        {
            return TeamText.InvitationGone;
        }

        link.EndedAt = time.GetUtcNow();
        db.Add(log.CreateEvent(SecurityEventKind.InvitationWithdrawn, null, admin.Name, detail: link.Email));
        await db.SaveChangesAsync(cancellationToken);
        changes.Notify(admin.Id);
        return Result.Success;
    }

    public Task<Result> ChangeRoleAsync(ClaimsPrincipal user, string personId, Role role, CancellationToken cancellationToken) =>
        ChangeAsync(user, personId, endsSessions: false, (person, admin, _) =>
        {
            if (!Enum.IsDefined(role))
            {
                return TeamText.NoSuchRole;
            }

            if (person.RoleClaim is not null)
            {
                return TeamText.RoleFromOrganisation(person.Name);
            }

            var line = log.CreateEvent(SecurityEventKind.RoleChanged, person, admin.Name, detail: $"{person.Role} → {role}");
            person.Role = role;
            return line;
        }, cancellationToken);

    /// <summary>Disables an account and ends all of its sessions; the person's changes stay.</summary>
    public Task<Result> DisableAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken) =>
        ChangeAsync(user, personId, endsSessions: true, (person, admin, _) =>
        {
            person.IsDisabled = true;
            return log.CreateEvent(SecurityEventKind.Disabled, person, admin.Name);
        }, cancellationToken);

    public Task<Result> EnableAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken) =>
        ChangeAsync(user, personId, endsSessions: false, (person, admin, _) =>
        {
            (person.IsDisabled, person.LockoutEnd, person.AccessFailedCount) = (false, null, 0);
            return log.CreateEvent(SecurityEventKind.Enabled, person, admin.Name);
        }, cancellationToken);

    public Task<Result> SignOutEverywhereAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken) =>
        ChangeAsync(user, personId, endsSessions: true, (person, admin, _) => log.CreateEvent(SecurityEventKind.SignedOutEverywhere, person, admin.Name), cancellationToken);

    /// <summary>
    /// Creates a link to choose a new password. Its use also removes the authenticator app and the passkeys, which
    /// the person may have lost; until then nothing changes.
    /// </summary>
    public async Task<Result<NewLink>> CreateResetLinkAsync(ClaimsPrincipal user, string personId, CancellationToken cancellationToken)
    {
        if (!authOptions.Value.LocalAccounts)
        {
            await access.RequireAsync(user, Role.Admin, cancellationToken);
            return TeamText.NoLocalAccounts;
        }

        string? createdSecret = null;
        var outcome = await ChangeAsync(user, personId, endsSessions: false, (person, admin, db) =>
        {
            if (person.IsDisabled)
            {
                return TeamText.EnableFirst(person.Name);
            }

            if (person.LocalSignInDisabledAt is not null)
            {
                return TeamText.AllowLocalSignInFirst(person.Name, authOptions.Value.Oidc.Name);
            }

            if (person.Email is null)
            {
                return TeamText.NoEmail(person.Name);
            }

            var (link, secret) = links.Create(AccessLinkKind.Reset, email: person.Email, personId: person.Id, createdBy: admin);
            db.Add(link);
            createdSecret = secret;
            return log.CreateEvent(SecurityEventKind.ResetLinkMade, person, admin.Name);
        }, cancellationToken);
        return outcome.Error is { } refusal ? refusal : new NewLink(createdSecret!);
    }

    /// <summary>Stores a change to a person together with its log entry, or neither, and notifies open pages.</summary>
    /// <param name="endsSessions">True to end every session of the person.</param>
    internal Task<Result> ChangeAsync(ClaimsPrincipal user, string personId, bool endsSessions, Func<Person, Person, DashboardDbContext, AccountChange> change, CancellationToken cancellationToken) =>
        ChangeAsync(user, personId, endsSessions, (person, admin, db) => Task.FromResult(change(person, admin, db)), cancellationToken);

    internal async Task<Result> ChangeAsync(ClaimsPrincipal user, string personId, bool endsSessions, Func<Person, Person, DashboardDbContext, Task<AccountChange>> change, CancellationToken cancellationToken)
    {
        var admin = await access.RequireAsync(user, Role.Admin, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Serializable, so that two Admins cannot remove each other's role at the same time.
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        if (await db.Users.FirstOrDefaultAsync(person => person.Id == personId, cancellationToken) is not { } person)
        {
            return TeamText.NoSuchAccount;
        }

        var wasAdmin = person is { Role: Role.Admin, IsDisabled: false };
        var result = await change(person, admin, db);
        if (result.Error is not null)
        {
            return result.Error;
        }

        if (wasAdmin && (person is not { Role: Role.Admin, IsDisabled: false } || result.MayLockOut) && !await roles.HasOtherAdminAsync(db, personId, cancellationToken))
        {
            return TeamText.LastAdmin(person.Name);
        }

        db.Add(result.Line!);
        person.ConcurrencyStamp = Guid.NewGuid().ToString();
        person.SecurityStamp = endsSessions ? Guid.NewGuid().ToString() : person.SecurityStamp;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Notify(personId);
        return Result.Success;
    }

    /// <summary>The log entry of a change that was made, or the reason why it was not.</summary>
    /// <param name="MayLockOut">True if the person may be unable to sign in afterwards, which the last Admin must be able to do.</param>
    internal readonly record struct AccountChange(SecurityEvent? Line, string? Error, bool MayLockOut = false)
    {
        public static implicit operator AccountChange(SecurityEvent line) => new(line, null);

        public static implicit operator AccountChange(string refusal) => new(null, refusal);
    }
}
