using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using AuthenticationOptions = Convai.Dashboard.Security.AuthenticationOptions;

namespace Convai.Dashboard.Features.Account;

/// <summary>The exchange with the organisation's provider: code flow with PKCE. Registered only if configured.</summary>
internal static partial class OidcScheme
{
    public const string Name = "oidc";
    public const string StartPath = "/account/oidc";
    public const string ConfirmParameter = "confirm";
    public const string CallbackPath = "/account/oidc/callback";
    public const string SignedOutPath = "/account/oidc/signed-out";

    /// <summary>A property of the session's cookie: the session began at the provider.</summary>
    private const string StartedAtProviderKey = "provider";

    public static void AddOidc(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[$"{AuthenticationOptions.Section}:Oidc:Authority"]))
        {
            return;
        }

        builder.Services.AddScoped<OidcSignIn>();
        builder.Services.AddScoped<ProviderAccounts>();
        builder.Services.AddAuthentication().AddOpenIdConnect(Name, _ => { });
        builder.Services.AddOptions<OpenIdConnectOptions>(Name).Configure<IOptions<AuthenticationOptions>>((options, authOptions) => Configure(options, authOptions.Value.Oidc));
    }

    public static void MapOidc(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Oidc.IsConfigured)
        {
            app.MapGet(StartPath, StartAsync).AllowAnonymous();
            app.MapGet(SignedOutPath, (HttpContext context) => context.Response.Redirect(context.LinkTo($"{SignInSchemes.SignInPath}?signedOut=true"))).AllowAnonymous();
        }
    }

    /// <summary>Whether the session began at the provider and signing out should end the one there too.</summary>
    public static async Task<bool> ShouldSignOutAtProviderAsync(HttpContext context, OidcOptions oidc) =>
        oidc is { IsConfigured: true, SignOutAtProvider: true }
        && (await context.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Properties?.Items.ContainsKey(StartedAtProviderKey) == true;

    /// <summary>
    /// Sends the browser to the provider's sign-out address (OpenID Connect RP-Initiated Logout 1.0). It uses a page, not a redirect: a form's
    /// redirects may not lead to another site. The dashboard identifies itself by its client id, since it keeps no id token to present.
    /// </summary>
    public static async Task SignOutAtProviderAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Name);
        if (await GetEndSessionEndpointAsync(options, services.GetRequiredService<ILogger<OidcSignIn>>(), context.RequestAborted) is not { } address)
        {
            RedirectToSignIn(context, OidcProblem.StillSignedIn, null);
            return;
        }

        var request = new OpenIdConnectMessage
        {
            EnableTelemetryParameters = false,
            IssuerAddress = address,
            ClientId = options.ClientId,
            PostLogoutRedirectUri = UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, context.Request.PathBase, SignedOutPath),
        };
        var target = HtmlEncoder.Default.Encode(request.CreateLogoutRequestUrl());
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(
            $"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Signing out</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url={target}"><p><a href="{target}">Continue</a> to sign out there too.</p></html>""",
            context.RequestAborted);
    }

    /// <summary>Null if the provider has none, or cannot be reached.</summary>
    private static async Task<string?> GetEndSessionEndpointAsync(OpenIdConnectOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await options.ConfigurationManager!.GetConfigurationAsync(cancellationToken)).EndSessionEndpoint;
            return Uri.TryCreate(found, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || !options.RequireHttpsMetadata) ? found : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, exception.GetType().Name, GetStatus(exception));
            return null;
        }
    }

    private static void Configure(OpenIdConnectOptions options, OidcOptions oidc)
    {
        options.Authority = oidc.Authority;
        options.ClientId = oidc.ClientId;
        options.ClientSecret = oidc.ClientSecret;
        options.RequireHttpsMetadata = !new Uri(oidc.Authority!).IsLoopback;
        options.CallbackPath = CallbackPath;
        // By default these addresses sign out anyone who follows a link to them, without a log entry.
        options.RemoteSignOutPath = options.SignedOutCallbackPath = PathString.Empty;
        options.SignInScheme = IdentityConstants.ApplicationScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer arrives as an ordinary navigation, so its cookies need not be sent across sites.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.Scope.Add("email");
        foreach (var scope in oidc.Scopes)
        {
            options.Scope.Add(scope);
        }

        foreach (var claim in new[] { "name", "preferred_username", "email", "email_verified" })
        {
            options.ClaimActions.MapJsonKey(claim, claim);
        }

        options.ClaimActions.Add(RoleClaimResult.FromUserInfo(oidc.RoleClaim));

        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Events.OnTicketReceived = OnTicketReceivedAsync;
        options.Events.OnRemoteFailure = OnRemoteFailureAsync;
    }

    private static async Task StartAsync(HttpContext context, string? returnUrl, string? confirm, ILogger<OidcSignIn> logger)
    {
        try
        {
            var properties = new OpenIdConnectChallengeProperties { RedirectUri = LocalAddress.OrRoot(returnUrl) };
            if (confirm is not null)
            {
                (properties.Prompt, properties.MaxAge, properties.Items[ConfirmParameter]) = ("login", TimeSpan.Zero, "");
            }

            await context.ChallengeAsync(Name, properties);
        }
        catch (Exception exception) when (exception is OpenIdConnectProtocolException or InvalidOperationException or HttpRequestException or IOException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            var status = GetStatus(exception);
            LogFailed(logger, exception.GetType().Name, status);
            // A provider that requires pushed authorization requests (PAR) can refuse as early as that.
            RedirectToSignIn(context, exception is OpenIdConnectProtocolException ? OidcProblem.Failed : status is null ? OidcProblem.Unreachable : OidcProblem.Failing, returnUrl);
        }
    }

    private static async Task OnTicketReceivedAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var services = context.HttpContext.RequestServices;
        var outcome = await services.GetRequiredService<OidcSignIn>().AuthenticateAsync(context.Principal!, context.HttpContext.Connection.RemoteIpAddress, context.HttpContext.RequestAborted);
        if (outcome.Person is not { } person)
        {
            RedirectToSignIn(context.HttpContext, outcome.Problem, context.ReturnUri);
            return;
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        // No sliding expiration: after a working day at the latest, the provider is asked again who may sign in.
        var session = new AuthenticationProperties { AllowRefresh = false, ExpiresUtc = person.ProviderSignInAt + ProviderRoles.RoleLifetime, Items = { [StartedAtProviderKey] = "true" } };
        await services.GetRequiredService<SignInManager<Person>>().SignInAsync(person, session, IsFreshAuthentication(context, now) ? Name : null);
        context.Response.Redirect(context.Request.PathBase + LocalAddress.OrRoot(context.ReturnUri));
    }

    /// <summary>
    /// False if the provider admitted a browser that was already signed in there. It reports when it asked in <c>auth_time</c>; a provider that never does is
    /// trusted to have asked when told to.
    /// </summary>
    private static bool IsFreshAuthentication(TicketReceivedContext context, DateTimeOffset now) =>
        long.TryParse(context.Principal!.FindFirst("auth_time")?.Value, CultureInfo.InvariantCulture, out var seconds)
            ? seconds > (now - SignInSessions.ConfirmationLifetime).ToUnixTimeSeconds()
            : context.Properties?.Items.ContainsKey(ConfirmParameter) == true;

    private static Task OnRemoteFailureAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var isCancelled = context.Request.Query["error"] == "access_denied";
        var status = GetStatus(context.Failure);
        LogFailed(context.HttpContext.RequestServices.GetRequiredService<ILogger<OidcSignIn>>(), context.Failure?.GetType().Name ?? "", status);
        var problem = (context.Failure, status) switch
        {
            _ when isCancelled => OidcProblem.Cancelled,
            // Refused tokens come as protocol errors; a bare status comes from the userinfo endpoint.
            (HttpRequestException, HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) => OidcProblem.DetailsRefused,
            (_, not null) => OidcProblem.Failing,
            (HttpRequestException or IOException or TaskCanceledException, _) or ({ InnerException: HttpRequestException or IOException }, _) => OidcProblem.Unreachable,
            _ => OidcProblem.Failed,
        };
        RedirectToSignIn(context.HttpContext, problem, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    /// <summary>The status of the provider's answer; null if there was none. The reader of its metadata keeps it in the exception's data.</summary>
    private static HttpStatusCode? GetStatus(Exception? exception) => exception switch
    {
        null => null,
        HttpRequestException { StatusCode: { } status } => status,
        _ when exception.Data[HttpDocumentRetriever.StatusCode] is HttpStatusCode status => status,
        _ => GetStatus(exception.InnerException),
    };

    private static void RedirectToSignIn(HttpContext context, OidcProblem problem, string? returnUrl) =>
        context.Response.Redirect($"{context.Request.PathBase}{SignInSchemes.SignInPath}?problem={problem}&{SignInSchemes.ReturnParameter}={Uri.EscapeDataString(LocalAddress.OrRoot(returnUrl))}");

    // The exception's message is not logged: it may quote the provider's answer.
    [LoggerMessage(1, LogLevel.Warning, "A call to the organisation's provider failed: {Kind}, status {Status}.")]
    private static partial void LogFailed(ILogger logger, string kind, HttpStatusCode? status);
}
