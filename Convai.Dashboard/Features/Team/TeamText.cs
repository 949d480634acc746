using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Team;

/// <summary>Texts about the team, the same everywhere.</summary>
public static class TeamText
{
    // The team and its invitations.

    public const string Loading = "Loading the team…";
    public const string SendItYourself = "Send it yourself; we don't email it. It is shown only once.";
    public const string LogLead = "Sign-ins, failed sign-ins and changes to accounts. Read-only log";

    public static string Count(TeamOverview team)
    {
        var people = People(team.People.Count);
        return team.Invitations.Count == 0 ? people : $"{people} · {team.Invitations.Count} invited";
    }

    public static string Count(IReadOnlyList<TeamName> team) => $"{People(team.Count)} · an Admin can change roles";

    private static string People(int count) => count == 1 ? "1 person" : $"{count} people";

    public const string EnterEmail = "Enter the email address of the person to invite, such as ana@studio.example.";
    public const string WeSendNothing = "We don't send email: you get a link to send yourself.";
    public const string NotInvited = "The invitation was not created.";
    public const string NoLocalAccounts = "The dashboard's own accounts are switched off: people sign in through the organisation only.";

    public static string HasAccount(Person known) => known.IsDisabled
        ? $"{known.Name} has an account with this email; it is disabled. Enable it instead."
        : $"{known.Name} already has an account with this email.";

    public static string InvitationNote(string email, Role role) => $"For {email}, who joins as {WithArticle(role)}. It works once, for {AccessLinks.InvitationLifetime.Days} days.";

    public static string RenewalNote(AccessLink invitation) => $"{InvitationNote(invitation.Email ?? "", invitation.Role)} The earlier link has stopped working.";

    public const string CloseWithoutCopying = "Close without copying the link?";
    public const string LinkShownOnce = "It is shown only once. You can create a new link in the list of invitations.";

    public const string NotRenewed = "The earlier link still works.";

    public const string Withdraw = "Withdraw the invitation?";

    public static string LinkStops(string? email) => $"The link for {email} stops working.";

    public const string InvitationGone = "This invitation has been used, withdrawn or given a new link, or it has expired.";

    // One person.

    public static string WhyRole(Person person) => person.RoleClaim is null
        ? "An Admin assigned it, in the invitation or here; the security log shows who and when."
        : $"Given at the last sign-in: {person.RoleClaim}, by {person.RoleRule}. It is updated at each sign-in and can't be changed here.";

    public static string AskRole(string name, Role role) => $"Make {name} {WithArticle(role)}?";

    /// <summary>What another role changes, before it does.</summary>
    /// <param name="isMe">Whether it is the asking person's own role.</param>
    public static string RoleChanges(Person person, Role role, bool isMe)
    {
        var sentences = new List<string> { $"{person.Name} is {WithArticle(person.Role)} now. {DisplayText.Capitalize(WithArticle(role))} {For(role)} It applies at once, on open pages too." };
        if (role < Role.Designer && person.Role >= Role.Designer)
        {
            sentences.Add("Their running batches pause, and their running rehearsals stop.");
        }

        if (role < person.Role)
        {
            sentences.Add(person.Role == Role.Admin
                ? "Unused invitations and reset links that they created, and reset links for them, stop working."
                : "An unused reset link for them stops working.");
        }

        if (isMe && role < Role.Admin)
        {
            sentences.Add("This is your own account: you will no longer see these pages.");
        }

        return string.Join(' ', sentences);
    }

    /// <summary>"an Admin", "a Designer".</summary>
    internal static string WithArticle(Role role) => role == Role.Admin ? "an Admin" : $"a {role}";

    public static string HasRole(string name, Role role) => $"{name} is now {WithArticle(role)}.";

    public static string SignsOut(string name) => $"Signs {name} out of every browser within a minute.";

    public const string WhatResetDoes = "For a forgotten password or a lost phone: a link to choose a new password. Using it also removes the authenticator app and the passkeys.";

    public static string WhatDisablingDoes(string name) => $"{name} can then no longer sign in. Their changes stay in the history.";

    public static string CannotSignIn(string name) => $"{name} can't sign in.";

    public const string LinksCorrect = "Is all of this correct?";

    public static string SignOut(string name) => $"Sign {name} out everywhere?";

    public const string DraftsAreLost = "They are signed out within a minute, and lose what they have not saved. They can sign in again.";

    public static string IsSignedOut(string name) => $"{name} is signed out everywhere.";

    public static string MaySignIn(string name) => $"{name} can sign in again.";

    public static string Disable(string name) => $"Disable {name}'s account?";

    public const string WillBeSignedOut = "They will be signed out everywhere at once. An Admin can enable the account again.";

    public static string IsDisabled(string name) => $"{name}'s account is disabled.";

    public const string ResetLinkCreated = "The reset link has been created.";

    public static string ResetNote(string? email) => $"For {email}. It works once, for {AccessLinks.ResetLinkLifetime.TotalHours} hours.";

    /// <summary>What local sign-in means for a person whose role comes from the organisation's provider.</summary>
    public static string LocalSignIn(Person person, string organisation) => person.LocalSignInDisabledAt is null
        ? $"The role comes from {organisation}: a password, a passkey or a reset link lets {person.Name} in only for {ProviderRoles.RoleLifetime.TotalHours} hours after each sign-in there. If you allow local sign-in, they always work, and the role becomes one that you manage here."
        : $"{organisation} no longer gives {person.Name} a role, so they can't sign in. If you allow local sign-in, a password, a passkey or a reset link works again, with the role that {person.Name} had.";

    public static string SignsInWithout(string name, string organisation) => $"{name} can sign in without {organisation}.";

    public const string LinksReviewed = "The links were marked as reviewed.";
    public const string RemoveLink = "Remove this link?";

    public static string LinkIsRemoved(string subject) =>
        $"{subject} will no longer be able to sign in to this account. Everyone is signed out of this account, and its password, authenticator app and passkeys are removed too, because that person may have set them up.";

    public const string LinkRemoved = "The link was removed.";

    // Why a change to a person is refused.

    public const string NoSuchAccount = "This account no longer exists.";
    public const string NoSuchRole = "This role doesn't exist.";
    public const string LinkGone = "This link has already been removed.";

    public static string LastAdmin(string name) => $"{name} is the last Admin. Make someone else an Admin first.";

    public static string RoleFromOrganisation(string name) => $"{name}'s role comes from the organisation and is updated at each sign-in.";

    public static string RoleNotFrom(string name, string organisation) => $"{name}'s role doesn't come from {organisation}.";

    public static string EnableFirst(string name) => $"{name}'s account is disabled. Enable it first.";

    public static string AllowLocalSignInFirst(string name, string organisation) => $"{organisation} gives {name} no role, so local sign-in is disabled. Allow it first.";

    public static string NoEmail(string name) => $"{name}'s account has no email, and a password needs one.";

    // Roles, ways to sign in, concerns, and the security log.

    /// <summary>What a person with the role may do, for the person who has or gives it.</summary>
    public static string For(Role role) => role switch
    {
        Role.Viewer => "can view the cast.",
        Role.Designer => "can change models, temperatures and reasoning levels.",
        _ => "can change characters and manage people.",
    };

    /// <param name="organisation">The usual name of the organisation's provider.</param>
    public static string SignInMethods(TeamMember member, string organisation)
    {
        var methods = new List<string>();
        if (member.IsFromOrganisation)
        {
            methods.Add(organisation);
        }

        if (member.HasPassword)
        {
            methods.Add(member.Person.TwoFactorEnabled ? "password and authenticator app" : "password");
        }

        if (member.Passkeys > 0)
        {
            methods.Add(member.Passkeys == 1 ? "passkey" : $"{member.Passkeys} passkeys");
        }

        var text = string.Join(", ", methods);
        return text.Length == 0 ? "none" : DisplayText.Capitalize(text);
    }

    /// <summary>What looks wrong and what to do about it.</summary>
    public static string For(LinkConcern concern, TeamMember member, string organisation) => concern switch
    {
        LinkConcern.SeveralIdentities =>
            $"{member.Logins.Count} identities at {organisation} sign in to this account; an earlier version may have linked one of them by an email that was not verified. Ask an administrator of {organisation} whose they are, and remove each link that is not {member.Person.Name}'s.",
        LinkConcern.UnconfirmedEmail =>
            $"{organisation} hasn't confirmed that {member.Person.Email} is {member.Person.Name}'s. This entry disappears when {member.Person.Name} signs in with a verified email. If you don't know them, remove the link.",
        LinkConcern.SharedName =>
            $"Someone else is called {member.Person.Name} too, so the history doesn't show which of the two made a change; its export has the account's id. Ask one of them to change the name.",
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
        SecurityEventKind.InvitationRenewed => "Invitation link replaced",
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
        SecurityEventKind.RoleUnknown => "Role missing from sign-in",
        SecurityEventKind.LocalSignInDisabled => "Local sign-in disabled",
        SecurityEventKind.LocalSignInAllowed => "Local sign-in allowed",
        SecurityEventKind.Renamed => "Renamed",
        _ => kind.ToString(),
    };
}
