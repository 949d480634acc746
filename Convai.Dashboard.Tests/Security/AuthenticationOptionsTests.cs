using Convai.Dashboard.Data;

namespace Convai.Dashboard.Security;

public sealed class AuthenticationOptionsTests
{
    private const string Secret = "a-secret-that-must-not-be-printed";

    public static TheoryData<string, Action<AuthenticationOptions>> Mistakes => new()
    {
        { "Authentication:Oidc:Authority", options => options.Oidc.Authority = $"http://{Secret}.example" },
        { "Authentication:Oidc:Authority", options => options.Oidc.Authority = $"{Secret}.example" },
        { "Authentication:Oidc:Authority", options => options.Oidc.Authority = $"/realms/{Secret}" },
        { "Authentication:Oidc:Authority", options => options.Oidc.Authority = $"ftp://localhost/{Secret}" },
        { "Authentication:Oidc:ClientId", options => options.Oidc.ClientId = " " },
        { "Authentication:Oidc:ClientSecretFile", options => (options.Oidc.ClientSecret, options.Oidc.ClientSecretFile) = (null, $"/nowhere/{Secret}") },
        { "Authentication:Oidc:ClientSecret", options => options.Oidc.ClientSecret = $"\"{Secret}\"" },
        { "Authentication:Oidc:Name", options => options.Oidc.Name = "" },
        { "Authentication:Oidc:Name", options => options.Oidc.Name = new string('x', 101) },
        { "Authentication:Oidc:RoleClaim", options => options.Oidc.RoleClaim = "" },
        { "Authentication:Oidc:RoleClaim", options => options.Oidc.RoleClaim = new string('x', 101) },
        { "Authentication:Oidc:Roles:1", options => options.Oidc.Roles.Add(new RoleRule { Value = new string('x', 201), Role = Role.Viewer }) },
        { "Authentication:Oidc:Roles:1", options => options.Oidc.Roles.Add(new RoleRule { Value = Secret }) },
        { "Authentication:Oidc:Roles:1", options => options.Oidc.Roles.Add(new RoleRule { Role = Role.Admin }) },
        { "Authentication:Oidc:Roles:1", options => options.Oidc.Roles.Add(new RoleRule { Value = Secret, Role = (Role)7 }) },
        { "Authentication:Oidc:DefaultRole", options => options.Oidc.DefaultRole = (Role)7 },
        { "Authentication:Oidc:Roles", options => options.Oidc.Roles.Clear() },
        { "Authentication:LocalAccounts", options => (options.LocalAccounts, options.Oidc.Authority) = (false, null) },
    };

    [Fact]
    public void Validate_NoProvider_Succeeds() => Assert.Empty(Errors(new AuthenticationOptions()));

    [Fact]
    public void Validate_MinimalProvider_Succeeds() => Assert.Empty(Errors(Options()));

    [Fact]
    public void Validate_ProviderOnly_Succeeds() => Assert.Empty(Errors(Options(options => options.LocalAccounts = false)));

    [Theory]
    [InlineData("http://localhost:8080/realms/acme")]
    [InlineData("http://127.0.0.1:8080")]
    public void Validate_LoopbackHttp_Succeeds(string authority) => Assert.Empty(Errors(Options(options => options.Oidc.Authority = authority)));

    [Fact]
    public void Validate_DefaultRoleWithoutRules_Succeeds() => Assert.Empty(Errors(Options(options =>
    {
        options.Oidc.Roles.Clear();
        options.Oidc.DefaultRole = Role.Viewer;
    })));

    /// <summary>A public client has none: PKCE binds the code.</summary>
    [Fact]
    public void Validate_NoClientSecret_Succeeds() => Assert.Empty(Errors(Options(options => options.Oidc.ClientSecret = null)));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_OneError_NamesTheKeyWithoutTheValue(string key, Action<AuthenticationOptions> mistake)
    {
        var error = Assert.Single(Errors(Options(mistake)));
        Assert.Equal(key, error.Split(' ')[0]);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralErrors_ReportsAll()
    {
        var options = new AuthenticationOptions { Oidc = new OidcOptions { Authority = "acme", Name = "" } };
        Assert.Equal(
            ["Authentication:Oidc:Authority", "Authentication:Oidc:ClientId", "Authentication:Oidc:Name", "Authentication:Oidc:Roles"],
            Errors(options).Select(error => error.Split(' ')[0]));
    }

    [Fact]
    public void PostConfigure_ClientSecretFile_ReadsTrimmedSecret()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"{Secret}\n");
        var options = Options(options => (options.Oidc.ClientSecret, options.Oidc.ClientSecretFile) = (null, file));
        Assert.Empty(Errors(options));
        Assert.Equal(Secret, options.Oidc.ClientSecret);
        File.Delete(file);
    }

    private static AuthenticationOptions Options(Action<AuthenticationOptions>? change = null)
    {
        var options = new AuthenticationOptions
        {
            Oidc = new OidcOptions
            {
                Authority = "https://login.acme.example",
                ClientId = "the-dashboard",
                ClientSecret = Secret,
                Roles = [new RoleRule { Value = "acme-designers", Role = Role.Designer }],
            },
        };
        change?.Invoke(options);
        return options;
    }

    private static List<string> Errors(AuthenticationOptions options)
    {
        var setup = new AuthenticationOptionsSetup();
        setup.PostConfigure(null, options);
        return [.. setup.Validate(null, options).Failures ?? []];
    }
}
