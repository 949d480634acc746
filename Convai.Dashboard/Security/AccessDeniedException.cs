using Convai.Dashboard.Data;

namespace Convai.Dashboard.Security;

/// <summary>
/// The person may not see or do what they asked for: they are signed out, or an Admin has changed their role since the page was
/// opened. Nothing was read or changed. Pages show <see cref="Exception.Message"/>, which is a sentence for the person.
/// </summary>
public sealed class AccessDeniedException : Exception
{
    private AccessDeniedException(string message)
        : base(message)
    {
    }

    public static AccessDeniedException SignedOut() => new("You are signed out. Sign in again to go on.");

    public static AccessDeniedException Needs(Role role) => new(role == Role.Admin
        ? "Only an Admin can see or change this."
        : $"Your role lets you look, not change anything. An Admin can give you the {role} role.");
}
