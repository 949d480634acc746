using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Data;

/// <summary>What someone may do; each role includes the ones before it.</summary>
public enum Role
{
    /// <summary>May read.</summary>
    Viewer,

    /// <summary>May also change characters.</summary>
    Designer,

    /// <summary>May also manage people.</summary>
    Admin,
}

/// <summary>Someone who may sign in. The user name is the email, which therefore exists once; where the account has no email, it is the id.</summary>
public sealed class Person : IdentityUser
{
    /// <summary>The name that colleagues see.</summary>
    public string Name { get; set; } = "";

    public Role Role { get; set; }

    /// <summary>The claim that gave the role at the last sign-in through the organisation; null if an Admin gave the role here.</summary>
    public string? RoleClaim { get; set; }

    /// <summary>The setting by which <see cref="RoleClaim"/> gave the role.</summary>
    public string? RoleRule { get; set; }

    /// <summary>UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>UTC; null as long as the person has never signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>How the person last signed in: "Password", "Passkey", or the organisation's name.</summary>
    public string? LastSignInWay { get; set; }

    public bool IsDisabled { get; set; }

    /// <summary>The 30-second step of the authenticator code accepted last (RFC 6238): no code of this or an earlier step is accepted again.</summary>
    public long? LastCodeStep { get; set; }

    /// <summary>UTC; the last sign-in through the organisation's provider. Null if there was none.</summary>
    public DateTimeOffset? ProviderSignInAt { get; set; }

    /// <summary>
    /// UTC; when the provider said that the person has no role. From then on they cannot sign in until the provider gives a role again or an
    /// Admin allows it. Null: not withdrawn.
    /// </summary>
    public DateTimeOffset? LocalSignInDisabledAt { get; set; }

    /// <summary>UTC; when an Admin decided that this account's links to the provider are all right. Null if no one had to.</summary>
    public DateTimeOffset? LinksReviewedAt { get; set; }
}
