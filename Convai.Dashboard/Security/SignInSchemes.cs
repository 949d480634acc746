using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>The policies that decide which pages are offered; the services ask <see cref="Access"/> once more.</summary>
public static class Policies
{
    public const string Admin = "Admin";
}

/// <summary>Configures accounts, the cookie that keeps someone signed in, and who may see a page at all.</summary>
public static class SignInSchemes
{
    public const string SignInPath = "/account/sign-in";
    public const string ReturnParameter = "returnUrl";
    internal const int PasswordIterations = 210_000;

    public static void AddSignInSchemes(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<Access>();
        services.AddSingleton<ProviderRoles>();
        services.AddSingleton<AccessChangeNotifier>();
        services.AddSingleton<SignInSessions>();
        services.AddSingleton<SecurityLog>();
        services.AddSingleton<AccessLinks>();
        services.AddSingleton<AccessLinkRevocation>();
        // Only one of the two is used; the other is never resolved.
        services.ConfigureDbContext<DashboardDbContext>(AddRevocation);
        services.ConfigureDbContext<PostgresDbContext>(AddRevocation);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(ConfigureSession);
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie => cookie.Cookie.Name = "dashboard.two-step");
        services.AddAntiforgery(antiforgery => (antiforgery.Cookie.Name, antiforgery.Cookie.SecurePolicy) = ("dashboard.form", CookieSecurePolicy.SameAsRequest));
        // Identity registers its own as scoped without need, and singletons depend on it.
        services.AddSingleton<ILookupNormalizer, EmailNormalizer>();
        services.AddIdentityCore<Person>(ConfigureAccounts)
            .AddUserStore<PersonStore>()
            .AddSignInManager<PersonSignInManager>()
            .AddClaimsPrincipalFactory<PersonPrincipalFactory>()
            .AddPasswordValidator<CommonPasswords>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider);
        // OWASP's figure for PBKDF2 with SHA-512. A password hashed with fewer is hashed again when it is next used.
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = PasswordIterations);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.Admin, policy => policy.RequireRole(nameof(Role.Admin)));
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitPerson>();
        services.AddScoped<CircuitHandler, CircuitPersonStarter>();
        services.AddSingleton<CircuitTracker>();
        services.AddScoped<CircuitHandler, TrackedCircuit>();
        services.AddHsts(hsts => (hsts.MaxAge, hsts.IncludeSubDomains) = (TimeSpan.FromDays(365), false));
    }

    private static void AddRevocation(IServiceProvider services, DbContextOptionsBuilder options) => options.AddInterceptors(services.GetRequiredService<AccessLinkRevocation>());

    private static void ConfigureAccounts(IdentityOptions identity)
    {
        // The user name is the email, and emails have more characters than Identity allows in names.
        identity.User.AllowedUserNameCharacters = "";
        // An account without an address is allowed. Addresses exist once, because user names do.
        identity.User.RequireUniqueEmail = false;
        // CommonPasswords judges, by length and by how common it is; rules about characters make worse passwords.
        identity.Password.RequiredLength = 1;
        identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
        identity.Password.RequiredUniqueChars = 1;
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
        identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
    }

    private static void ConfigureSession(CookieAuthenticationOptions session)
    {
        session.Cookie.Name = "dashboard";
        session.Cookie.HttpOnly = true;
        session.Cookie.SameSite = SameSiteMode.Lax;
        // Secure wherever the request was: behind a proxy that does TLS once it is listed in Proxy:Trusted.
        session.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        session.SlidingExpiration = false;
        session.LoginPath = SignInPath;
        session.ReturnUrlParameter = ReturnParameter;
        session.Events.OnValidatePrincipal = ValidateAsync;
        session.Events.OnRedirectToLogin = context => RedirectOrReject(context, StatusCodes.Status401Unauthorized);
        session.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>Looks the person up at each request, so that a disabled account is signed out and a new role counts at once.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        // A page loads a dozen files that anyone may have.
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            return;
        }

        // The error page is for anyone, and the database may be what has failed.
        if (context.HttpContext.Features.Get<IExceptionHandlerPathFeature>() is not null)
        {
            context.RejectPrincipal();
            return;
        }

        var (services, cancellationToken) = (context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        if (await services.GetRequiredService<Access>().FindAsync(context.Principal!, Role.Viewer, cancellationToken) is not { } person)
        {
            context.RejectPrincipal();
            return;
        }

        context.ReplacePrincipal(person.ToPrincipal(context.Principal!.SessionId()));
        // An open page sends requests by itself. What someone does on it is noticed by CircuitPerson.
        if (!context.HttpContext.Request.Path.StartsWithSegments("/_blazor"))
        {
            await services.GetRequiredService<SignInSessions>().TouchAsync(context.Principal!, cancellationToken);
        }
    }

    /// <summary>Redirects a page visit to the sign-in page, and answers a script or a circuit with the status.</summary>
    private static Task RedirectOrReject(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        var isVisit = HttpMethods.IsGet(context.Request.Method)
            && !context.Request.Path.StartsWithSegments("/_blazor")
            && context.Request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
        if (isVisit)
        {
            // Return addresses are always relative to the path base.
            var request = context.Request;
            var query = QueryString.Create(ReturnParameter, $"{request.Path}{request.QueryString}");
            context.Response.Redirect(UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, SignInPath, query));
        }
        else
        {
            context.Response.StatusCode = status;
            context.HttpContext.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
        }

        return Task.CompletedTask;
    }
}
