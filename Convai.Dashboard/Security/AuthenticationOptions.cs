using Convai.Dashboard.Data;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

/// <summary>How people sign in.</summary>
public sealed class AuthenticationOptions
{
    public const string Section = "Authentication";

    /// <summary>False: no one signs in with a password or a passkey, and no one is invited; the organisation's provider is the only way.</summary>
    public bool LocalAccounts { get; set; } = true;

    /// <summary>Null or without an authority: no provider.</summary>
    public OidcOptions Oidc { get; set; } = new();
}

/// <summary>The organisation's OpenID Connect provider. A plain class, not a record, so that nothing prints the secret by accident.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer's address; https, or loopback.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>A mounted secret: the file's trimmed text is the client secret.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>The name that people know, shown on the button and in the team.</summary>
    public string Name { get; set; } = "your organisation";

    /// <summary>Requested in addition to <c>openid profile email</c>.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>
    /// The claim whose values <see cref="Roles"/> names; it may have several. Dots lead into a claim that is an object, such as
    /// <c>realm_access.roles</c>.
    /// </summary>
    public string RoleClaim { get; set; } = "groups";

    public List<RoleRule> Roles { get; set; } = [];

    /// <summary>The role of a person without a claim that <see cref="Roles"/> names. Null: they may not sign in.</summary>
    public Role? DefaultRole { get; set; }

    /// <summary>
    /// True: an email counts as verified where the provider does not say <c>email_verified</c>. One that it calls not verified
    /// never does.
    /// </summary>
    public bool TrustEmail { get; set; }

    /// <summary>True: signing out of the dashboard also signs out at the provider.</summary>
    public bool SignOutAtProvider { get; set; }

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Authority);
}

/// <summary>Gives this role to everyone with this value in the role claim; of several roles the highest counts.</summary>
public sealed class RoleRule
{
    /// <summary>Compared ordinally and case-sensitively.</summary>
    public string Value { get; set; } = "";

    public Role? Role { get; set; }
}

/// <summary>Reads the mounted secret and reports all errors at once; the messages name settings and never show values.</summary>
internal sealed class AuthenticationOptionsSetup : IPostConfigureOptions<AuthenticationOptions>, IValidateOptions<AuthenticationOptions>
{
    // They are stored in the security log and with a person's role, which have room for 400 characters.
    private const int MaxNameLength = 100;
    private const int MaxValueLength = 200;

    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Oidc.ClientSecret))
        {
            options.Oidc.ClientSecret = SecretFile.Read(options.Oidc.ClientSecretFile);
        }
    }

    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        var errors = options.Oidc.IsConfigured ? OidcErrors(options.Oidc).ToList() : [];
        if (!options.LocalAccounts && !options.Oidc.IsConfigured)
        {
            errors.Add("Authentication:LocalAccounts is false and Authentication:Oidc:Authority is missing, so no one could sign in.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> OidcErrors(OidcOptions oidc)
    {
        // On Linux a mere path is an absolute address too, of a file on this machine.
        if (!Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
        {
            yield return "Authentication:Oidc:Authority must be an absolute https address.";
        }

        if (string.IsNullOrWhiteSpace(oidc.ClientId))
        {
            yield return "Authentication:Oidc:ClientId is missing.";
        }

        if (string.IsNullOrWhiteSpace(oidc.ClientSecret) && !string.IsNullOrEmpty(oidc.ClientSecretFile))
        {
            yield return SecretFile.UnreadableError("Authentication:Oidc:ClientSecretFile");
        }

        if (SecretFile.QuotesError("Authentication:Oidc:ClientSecret", oidc.ClientSecret, oidc.ClientSecretFile) is { } quotesError)
        {
            yield return quotesError;
        }

        if (string.IsNullOrWhiteSpace(oidc.Name))
        {
            yield return "Authentication:Oidc:Name is empty.";
        }

        if (oidc.Name is { Length: > MaxNameLength })
        {
            yield return $"Authentication:Oidc:Name is longer than {MaxNameLength} characters.";
        }

        if (string.IsNullOrWhiteSpace(oidc.RoleClaim))
        {
            yield return "Authentication:Oidc:RoleClaim is empty.";
        }

        if (oidc.RoleClaim is { Length: > MaxNameLength })
        {
            yield return $"Authentication:Oidc:RoleClaim is longer than {MaxNameLength} characters.";
        }

        foreach (var (index, rule) in oidc.Roles.Index().Where(entry => string.IsNullOrWhiteSpace(entry.Item.Value) || !IsRole(entry.Item.Role)))
        {
            yield return $"Authentication:Oidc:Roles:{index} needs a Value and a Role (Viewer, Designer or Admin).";
        }

        foreach (var (index, _) in oidc.Roles.Index().Where(entry => entry.Item.Value is { Length: > MaxValueLength }))
        {
            yield return $"Authentication:Oidc:Roles:{index} has a Value of more than {MaxValueLength} characters.";
        }

        if (oidc.DefaultRole is not null && !IsRole(oidc.DefaultRole))
        {
            yield return "Authentication:Oidc:DefaultRole must be Viewer, Designer or Admin.";
        }

        if (oidc.Roles.Count == 0 && oidc.DefaultRole is null)
        {
            yield return "Authentication:Oidc:Roles is empty and Authentication:Oidc:DefaultRole is missing, so no one would get a role.";
        }
    }

    // Any number can be read as a role, and one beyond Admin would be above it.
    private static bool IsRole(Role? role) => role is { } given && Enum.IsDefined(given);
}
