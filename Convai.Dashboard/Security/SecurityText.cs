using Convai.Dashboard.Data;

namespace Convai.Dashboard.Security;

/// <summary>Why an action or a password is refused.</summary>
internal static class SecurityText
{
    public const string NoAccess = "You don't have access to this page";
    public const string YouAreSignedOut = "You are signed out";
    public const string SignInAgain = "Sign in again to continue.";
    public const string SignedOut = $"{YouAreSignedOut}. {SignInAgain}";

    public static string Needs(Role role) => role == Role.Admin
        ? "Only an Admin can see or change this."
        : $"Your role can view this but not change it. An Admin can give you the {role} role.";

    public static string NeedsAdmin => Needs(Role.Admin);

    public static string NeedsDesigner => Needs(Role.Designer);

    public const string DesignerCanCreate = "A Designer can create one.";

    public const string PasswordTooCommon = "This password is too easy to guess. Choose another one.";

    public static string PasswordTooShort => $"The password needs at least {CommonPasswords.MinimumLength} characters. Several words are easy to remember.";

    public static string PasswordTooLong => $"The password may have at most {CommonPasswords.MaximumLength} characters.";
}
