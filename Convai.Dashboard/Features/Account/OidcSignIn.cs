using System.Data;
using System.Net;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Why the organisation's provider let nobody in; the sign-in page has a sentence for each.</summary>
public enum OidcProblem
{
    None,
    Unreachable,
    Cancelled,

    /// <summary>The answer was not understood, or was an error.</summary>
    Failed,

    /// <summary>No rule gives this person a role.</summary>
    NoRole,

    /// <summary>A local account has the email, and the provider does not vouch for it.</summary>
    EmailTaken,
    Disabled,
}

/// <summary>The person that the provider sent, as one of the team; or why not.</summary>
public sealed record OidcOutcome(Person? Person, OidcProblem Problem = OidcProblem.None);

/// <summary>Turns what the organisation's provider says of somebody into a person with a role, anew at every sign-in.</summary>
public sealed class OidcSignIn(
    UserManager<Person> users,
    DashboardDbContext db,
    PersonSignIn signIn,
    SecurityLog log,
    IOptions<WaysInOptions> ways,
    TimeProvider time)
{
    private OidcOptions Oidc => ways.Value.Oidc;

    /// <param name="provided">The claims of the provider, by their own names.</param>
    public async Task<OidcOutcome> AdmitAsync(ClaimsPrincipal provided, IPAddress? from, CancellationToken cancellationToken)
    {
        // No longer than the protocol allows, which is what there is room for.
        if (provided.FindFirst("sub") is not { Value.Length: <= 255 } subject)
        {
            return new OidcOutcome(null, OidcProblem.Failed);
        }

        var given = GiveRole(Oidc, provided);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var known = await users.FindByLoginAsync(subject.Issuer, subject.Value);
        if (given.Role is not { } role)
        {
            return await RefuseAsync(OidcProblem.NoRole, known, "no rule gives a role", from, cancellationToken);
        }

        var (person, problem) = known is null ? await FindOrCreateAsync(provided, subject, role, from, cancellationToken) : (known, OidcProblem.None);
        if (person is null)
        {
            return await RefuseAsync(problem, null, "a local account has this email", from, cancellationToken);
        }

        if (person.IsDisabled)
        {
            return await RefuseAsync(OidcProblem.Disabled, person, "disabled account", from, cancellationToken);
        }

        person.Name = NameOf(provided) ?? person.Name;
        (person.RoleClaim, person.RoleRule) = (given.Claim, given.Rule);
        await ChangeRoleAsync(person, role, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await signIn.WelcomeAsync(person, Oidc.Name, from, cancellationToken);
        return new OidcOutcome(person);
    }

    /// <summary>The highest role that a rule gives; the default role where none does.</summary>
    internal static (Role? Role, string Claim, string Rule) GiveRole(OidcOptions oidc, ClaimsPrincipal provided)
    {
        var values = provided.FindAll(oidc.RoleClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
        var (index, rule) = oidc.Roles.Index().Where(entry => values.Contains(entry.Item.Value)).OrderByDescending(entry => entry.Item.Role).FirstOrDefault();
        return rule is null
            ? (oidc.DefaultRole, $"no value of “{oidc.RoleClaim}” that a rule names", "Authentication:Oidc:DefaultRole")
            : (rule.Role, $"{oidc.RoleClaim} = {rule.Value}", $"Authentication:Oidc:Roles:{index} ({rule.Value} gives {rule.Role})");
    }

    private async Task<(Person? Person, OidcProblem Problem)> FindOrCreateAsync(ClaimsPrincipal provided, Claim subject, Role role, IPAddress? from, CancellationToken cancellationToken)
    {
        var email = provided.FindFirstValue("email") is { } address && EmailAddress.IsPlausible(address) ? address : null;
        var person = email is null ? null : await users.FindByEmailAsync(email);
        if (person is not null && !Oidc.TrustEmail && !string.Equals(provided.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return (null, OidcProblem.EmailTaken);
        }

        if (person is null)
        {
            person = new Person
            {
                // Identity wants an email; one that cannot exist stands for none.
                Email = email ?? $"{Guid.CreateVersion7():N}@no-email.invalid",
                Name = NameOf(provided) ?? email ?? "Nameless",
                Role = role,
                CreatedAt = time.GetUtcNow(),
            };
            person.UserName = person.Email;
            Check(await users.CreateAsync(person));
            db.Add(log.Line(SecurityEventKind.AccountCreated, person, address: from?.ToString(), detail: $"{role}, by {Oidc.Name}"));
        }

        Check(await users.AddLoginAsync(person, new UserLoginInfo(subject.Issuer, subject.Value, Oidc.Name)));
        return (person, OidcProblem.None);
    }

    /// <summary>The last Admin stays one, whatever the provider says: otherwise nobody could manage people.</summary>
    private async Task ChangeRoleAsync(Person person, Role role, CancellationToken cancellationToken)
    {
        if (person.Role == role)
        {
            return;
        }

        if (person.Role == Role.Admin && !await TeamDirectory.HasOtherAdminAsync(db, person.Id, cancellationToken))
        {
            person.RoleRule = $"the last Admin stays Admin (otherwise {role} by {person.RoleRule})";
            return;
        }

        db.Add(log.Line(SecurityEventKind.RoleChanged, person, Oidc.Name, detail: $"{person.Role} → {role}: {person.RoleClaim}"));
        person.Role = role;
    }

    private async Task<OidcOutcome> RefuseAsync(OidcProblem problem, Person? person, string detail, IPAddress? from, CancellationToken cancellationToken)
    {
        // Through the transaction's own connection: SQLite has one writer at a time.
        db.Add(log.Line(SecurityEventKind.SignInFailed, person, address: from?.ToString(), detail: $"{Oidc.Name}: {detail}"));
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
        return new OidcOutcome(null, problem);
    }

    private static string? NameOf(ClaimsPrincipal provided)
    {
        var name = Joining.CleanName(provided.FindFirstValue("name") ?? provided.FindFirstValue("preferred_username"));
        return name.Length == 0 ? null : name;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The account could not be stored: {string.Join(", ", result.Errors.Select(error => error.Code))}.");
        }
    }
}
