using Convai.Dashboard.Data;

namespace Convai.Dashboard.Security;

/// <summary>
/// The person may not see or do what they asked for, for any of the reasons that <see cref="Access.FindAsync(System.Security.Claims.ClaimsPrincipal, Role, CancellationToken)"/>
/// lists. Nothing was read or changed. Pages show <see cref="Exception.Message"/>, a sentence for the person.
/// </summary>
public sealed class AccessDeniedException : Exception
{
    private AccessDeniedException(string message)
        : base(message)
    {
    }

    public static AccessDeniedException SignedOut() => new(SecurityText.SignedOut);

    public static AccessDeniedException Needs(Role role) => new(SecurityText.Needs(role));
}
