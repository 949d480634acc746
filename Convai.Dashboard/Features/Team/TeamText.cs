using Convai.Dashboard.Data;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Team;

/// <summary>Texts about the team, the same everywhere.</summary>
public static class TeamText
{
    /// <summary>What a person with the role may do, for the person who has or gives it.</summary>
    public static string For(Role role) => role switch
    {
        Role.Viewer => "can view the cast.",
        Role.Designer => "can change models and temperatures.",
        _ => "can change characters and manage people.",
    };

    /// <param name="organisation">The usual name of the organisation's provider.</param>
    public static string WayIn(TeamMember member, string organisation)
    {
        var ways = new List<string>();
        if (member.IsFromOrganisation)
        {
            ways.Add(organisation);
        }

        if (member.HasPassword)
        {
            ways.Add(member.Person.TwoFactorEnabled ? "password and authenticator app" : "password");
        }

        if (member.Passkeys > 0)
        {
            ways.Add(member.Passkeys == 1 ? "passkey" : $"{member.Passkeys} passkeys");
        }

        var words = string.Join(", ", ways);
        return words.Length == 0 ? "none" : $"{char.ToUpperInvariant(words[0])}{words[1..]}";
    }

    /// <summary>What looks wrong and what to do about it.</summary>
    public static string For(LinkConcern concern, TeamMember member, string organisation) => concern switch
    {
        LinkConcern.SeveralIdentities =>
            $"{member.Logins.Count} identities at {organisation} sign in to this account; an earlier version may have linked one of them by an email that was not verified. Ask an administrator of {organisation} whose they are, and remove each link that is not {member.Person.Name}'s.",
        LinkConcern.UnconfirmedEmail =>
            $"{organisation} has not confirmed that {member.Person.Email} is {member.Person.Name}'s. This entry disappears when {member.Person.Name} signs in with a verified email. If you do not know them, remove the link.",
        LinkConcern.SharedName =>
            $"Someone else is called {member.Person.Name} too, so the history does not show which of the two made a change; its export has the account's id. Ask one of them to change the name.",
        _ =>
            $"{member.Person.Email} contains a letter that looks like another one, and earlier versions confused the two. Check whose address it is; if it is not {member.Person.Name}'s, disable the account.",
    };

    public static string For(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.SignedIn => "Signed in",
        SecurityEventKind.SignInFailed => "Sign-in failed",
        SecurityEventKind.LockedOut => "Temporarily locked",
        SecurityEventKind.SignedOut => "Signed out",
        SecurityEventKind.AccountCreated => "Account created",
        SecurityEventKind.Invited => "Invited",
        SecurityEventKind.InvitationWithdrawn => "Invitation withdrawn",
        SecurityEventKind.RoleChanged => "Role changed",
        SecurityEventKind.Disabled => "Account disabled",
        SecurityEventKind.Enabled => "Account enabled",
        SecurityEventKind.ResetLinkMade => "Reset link created",
        SecurityEventKind.PasswordChanged => "Password changed",
        SecurityEventKind.SignedOutEverywhere => "Signed out everywhere",
        SecurityEventKind.AuthenticatorOn => "Authenticator app on",
        SecurityEventKind.AuthenticatorOff => "Authenticator app off",
        SecurityEventKind.RecoveryCodesMade => "New recovery codes",
        SecurityEventKind.PasskeyAdded => "Passkey added",
        SecurityEventKind.PasskeyRemoved => "Passkey removed",
        SecurityEventKind.ConfirmationFailed => "Confirmation failed",
        SecurityEventKind.Linked => "Linked to the organisation",
        SecurityEventKind.LinkRemoved => "Link to the organisation removed",
        SecurityEventKind.LinksReviewed => "Links reviewed",
        SecurityEventKind.EmailRemoved => "Email removed",
        SecurityEventKind.RoleUnknown => "Role not shown",
        SecurityEventKind.LocalSignInDisabled => "Local sign-in disabled",
        SecurityEventKind.LocalSignInAllowed => "Local sign-in allowed",
        SecurityEventKind.Renamed => "Renamed",
        _ => kind.ToString(),
    };
}
