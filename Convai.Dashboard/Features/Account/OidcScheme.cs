using System.Globalization;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Convai.Dashboard.Features.Account;

/// <summary>The exchange with the organisation's provider: code flow with PKCE. There only where it is configured.</summary>
internal static partial class OidcScheme
{
    public const string Name = "oidc";
    public const string StartPath = "/account/oidc";
    public const string ConfirmParameter = "confirm";
    public const string CallbackPath = "/account/oidc/callback";

    // No sliding: at the latest after a working day the provider is asked again who may come in.
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    public static void AddOidc(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[$"{WaysInOptions.Section}:Oidc:Authority"]))
        {
            return;
        }

        builder.Services.AddScoped<OidcSignIn>();
        builder.Services.AddAuthentication().AddOpenIdConnect(Name, _ => { });
        builder.Services.AddOptions<OpenIdConnectOptions>(Name).Configure<IOptions<WaysInOptions>>((scheme, ways) => Configure(scheme, ways.Value.Oidc));
    }

    public static void MapOidc(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<IOptions<WaysInOptions>>().Value.Oidc.IsConfigured)
        {
            app.MapGet(StartPath, StartAsync).AllowAnonymous();
        }
    }

    private static void Configure(OpenIdConnectOptions scheme, OidcOptions oidc)
    {
        scheme.Authority = oidc.Authority;
        scheme.ClientId = oidc.ClientId;
        scheme.ClientSecret = oidc.ClientSecret;
        scheme.RequireHttpsMetadata = !new Uri(oidc.Authority!).IsLoopback;
        scheme.CallbackPath = CallbackPath;
        // By default these addresses sign out whoever is led there by any link, without a line in the log.
        scheme.RemoteSignOutPath = scheme.SignedOutCallbackPath = PathString.Empty;
        scheme.SignInScheme = IdentityConstants.ApplicationScheme;
        scheme.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes as an ordinary visit, so that its cookies need not be sent across sites.
        scheme.ResponseMode = OpenIdConnectResponseMode.Query;
        scheme.UsePkce = true;
        scheme.SaveTokens = false;
        scheme.GetClaimsFromUserInfoEndpoint = true;
        scheme.MapInboundClaims = false;
        scheme.BackchannelTimeout = TimeSpan.FromSeconds(10);
        scheme.Scope.Add("email");
        foreach (var scope in oidc.Scopes)
        {
            scheme.Scope.Add(scope);
        }

        foreach (var claim in new[] { "name", "preferred_username", "email", "email_verified", oidc.RoleClaim })
        {
            scheme.ClaimActions.MapJsonKey(claim, claim);
        }

        scheme.CorrelationCookie.SameSite = scheme.NonceCookie.SameSite = SameSiteMode.Lax;
        scheme.CorrelationCookie.SecurePolicy = scheme.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        scheme.Events.OnTicketReceived = FinishAsync;
        scheme.Events.OnRemoteFailure = FailAsync;
    }

    private static async Task StartAsync(HttpContext context, string? returnUrl, string? confirm, ILogger<OidcSignIn> logger)
    {
        try
        {
            var properties = new OpenIdConnectChallengeProperties { RedirectUri = LocalAddress.OrHome(returnUrl) };
            if (confirm is not null)
            {
                (properties.Prompt, properties.MaxAge, properties.Items[ConfirmParameter]) = ("login", TimeSpan.Zero, "");
            }

            await context.ChallengeAsync(Name, properties);
        }
        catch (Exception exception) when (exception is OpenIdConnectProtocolException or InvalidOperationException or HttpRequestException or IOException or TaskCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, exception.GetType().Name);
            // A provider that wants to be told of sign-ins in advance (PAR) can refuse as early as that.
            Refuse(context, exception is OpenIdConnectProtocolException ? OidcProblem.Failed : OidcProblem.Unreachable, returnUrl);
        }
    }

    private static async Task FinishAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var services = context.HttpContext.RequestServices;
        var outcome = await services.GetRequiredService<OidcSignIn>().AdmitAsync(context.Principal!, context.HttpContext.Connection.RemoteIpAddress, context.HttpContext.RequestAborted);
        if (outcome.Person is not { } person)
        {
            Refuse(context.HttpContext, outcome.Problem, context.ReturnUri);
            return;
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var session = new AuthenticationProperties { ExpiresUtc = now + SessionLength };
        await services.GetRequiredService<SignInManager<Person>>().SignInAsync(person, session, HasAskedThePerson(context, now) ? Name : null);
        context.Response.Redirect(context.Request.PathBase + LocalAddress.OrHome(context.ReturnUri));
    }

    /// <summary>
    /// Not if the provider let a browser through that was signed in there already. It says when it asked in <c>auth_time</c>; one that never says so is
    /// believed to have asked when it was told to.
    /// </summary>
    private static bool HasAskedThePerson(TicketReceivedContext context, DateTimeOffset now) =>
        long.TryParse(context.Principal!.FindFirst("auth_time")?.Value, CultureInfo.InvariantCulture, out var seconds)
            ? seconds > (now - SignInSessions.ConfirmationLifetime).ToUnixTimeSeconds()
            : context.Properties?.Items.ContainsKey(ConfirmParameter) == true;

    private static Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var isCancelled = context.Request.Query["error"] == "access_denied";
        var isUnreachable = context.Failure is HttpRequestException or IOException or TaskCanceledException || context.Failure?.InnerException is HttpRequestException or IOException;
        LogFailed(context.HttpContext.RequestServices.GetRequiredService<ILogger<OidcSignIn>>(), context.Failure?.GetType().Name ?? "");
        Refuse(context.HttpContext, isCancelled ? OidcProblem.Cancelled : isUnreachable ? OidcProblem.Unreachable : OidcProblem.Failed, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    private static void Refuse(HttpContext context, OidcProblem problem, string? returnUrl) =>
        context.Response.Redirect($"{context.Request.PathBase}{SignInSchemes.SignInPath}?problem={problem}&{SignInSchemes.ReturnParameter}={Uri.EscapeDataString(LocalAddress.OrHome(returnUrl))}");

    // The exception's own words may quote what the provider sent.
    [LoggerMessage(1, LogLevel.Warning, "Signing in through the organisation's provider failed: {Kind}.")]
    private static partial void LogFailed(ILogger logger, string kind);
}
