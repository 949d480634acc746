using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Convai.Dashboard.Features.Account;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Convai.Dashboard.Testing;

/// <summary>Someone as the organisation knows them.</summary>
/// <param name="IsEmailVerified">Null: the provider does not say.</param>
internal sealed record ProviderPerson(string Subject, string Name, string? Email = null, bool? IsEmailVerified = null, params string[] Groups)
{
    /// <summary>Further claims as JSON, such as an object with roles in it.</summary>
    public (string Name, string Json)[] MoreClaims { get; init; } = [];
}

/// <summary>
/// An organisation's OpenID Connect provider: OpenIddict on a real port. Codes, tokens, keys, discovery and PKCE are its own;
/// instead of a sign-in page the test says who sits there. Its host name is not the dashboard's, so that for a browser they
/// are two sites.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    // One for all: making one takes a second of a core.
    private static readonly RsaSecurityKey SigningKey = new(RSA.Create(2048));

    public const string ClientId = "the-dashboard";
    public const string ClientSecret = "a-client-secret-that-must-not-be-printed";

    private readonly ConcurrentDictionary<string, bool> _redeemed = new();
    private readonly ConcurrentQueue<string> _secrets = new();
    private readonly bool _hasPushedRequests;
    private WebApplication? _app;

    private OpenIdProvider(bool hasPushedRequests) => _hasPushedRequests = hasPushedRequests;

    public Uri Address { get; private set; } = new("http://localhost:0");

    /// <summary>Who signs in next.</summary>
    public ProviderPerson Person { get; set; } = new("nobody", "Nobody");

    /// <summary>True: the claims other than the subject are in no id token, and only the userinfo endpoint returns them.</summary>
    public bool AnswersByUserInfo { get; set; }

    /// <summary>What the userinfo endpoint answers instead of the claims; null: the claims.</summary>
    public HttpStatusCode? UserInfoStatus { get; set; }

    /// <summary>What the metadata address answers instead of the metadata; null: the metadata.</summary>
    public HttpStatusCode? MetadataStatus { get; set; }

    /// <summary>True: it can be told of signing out.</summary>
    public bool HasEndSession { get; set; } = true;

    /// <summary>The queries of all visits that signed out here.</summary>
    public ConcurrentQueue<string> SignOuts { get; } = new();

    /// <summary>True: the person presses Cancel.</summary>
    public bool IsCancelling { get; set; }

    /// <summary>True: a page of its own asks who it is, so that a browser comes back from another site; otherwise it sends on at once.</summary>
    public bool ShowsPage { get; set; }

    /// <summary>What only the dashboard may learn: verifiers and tokens of all exchanges, and its own credentials.</summary>
    public IReadOnlyList<string> Secrets => [ClientSecret, .. _secrets];

    /// <summary>For the dashboard: this provider under the name Acme, and a rule for each role, not in the order of the roles.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("Authentication:Oidc:Authority", Address.ToString()),
        ("Authentication:Oidc:ClientId", ClientId),
        ("Authentication:Oidc:ClientSecret", ClientSecret),
        ("Authentication:Oidc:Name", "Acme"),
        ("Authentication:Oidc:Roles:0:Value", "acme-viewers"),
        ("Authentication:Oidc:Roles:0:Role", "Viewer"),
        ("Authentication:Oidc:Roles:1:Value", "acme-admins"),
        ("Authentication:Oidc:Roles:1:Role", "Admin"),
        ("Authentication:Oidc:Roles:2:Value", "acme-designers"),
        ("Authentication:Oidc:Roles:2:Role", "Designer"),
    ];

    /// <param name="hasPushedRequests">True: it wants to be told of a sign-in before the browser is sent (PAR, RFC 9126), as Keycloak does.</param>
    public static async Task<OpenIdProvider> StartAsync(bool hasPushedRequests = false)
    {
        var provider = new OpenIdProvider(hasPushedRequests);
        await provider.RestartAsync();
        return provider;
    }

    /// <summary>At the same address, with new keys.</summary>
    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{Address.Port}");
        builder.Services.AddRoutingCore();
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(Configure);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            var status = context.Request.Path.StartsWithSegments("/userinfo") ? UserInfoStatus : context.Request.Path.StartsWithSegments("/.well-known/openid-configuration") ? MetadataStatus : null;
            context.Response.StatusCode = (int)(status ?? HttpStatusCode.OK);
            return status is null ? next(context) : Task.CompletedTask;
        });
        _app.UseAuthentication();
        await _app.StartAsync();
        var port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        Address = new Uri($"http://localhost:{port}");
    }

    /// <summary>From now on nothing answers at the address.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private void Configure(OpenIddictServerBuilder server)
    {
        server.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo");
        if (HasEndSession)
        {
            server.SetEndSessionEndpointUris("end-session");
        }

        if (_hasPushedRequests)
        {
            server.SetPushedAuthorizationEndpointUris("push");
        }

        server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, "groups");
        server.AddSigningKey(SigningKey).AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context => CheckAddress(context, context.ClientId, context.RedirectUri, OidcScheme.CallbackPath)));
        server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(context => CheckAddress(context, context.ClientId, context.PostLogoutRedirectUri, OidcScheme.SignedOutPath)));
        server.AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(SignOut));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(handler => handler.UseInlineHandler(CheckSecret));
        server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(Answer));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(CheckCode));
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.UseInlineHandler(RecordTokens));
        server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseInlineHandler(AnswerUserInfo));
    }

    /// <summary>Whether the client and the address to return to are registered.</summary>
    private static ValueTask CheckAddress(BaseValidatingContext context, string? clientId, string? returnUri, string path)
    {
        if (clientId != ClientId || !Uri.TryCreate(returnUri, UriKind.Absolute, out var uri) || uri is not { IsLoopback: true, Query: "" } || !uri.AbsolutePath.EndsWith(path, StringComparison.Ordinal))
        {
            context.Reject(Errors.InvalidClient);
        }

        return default;
    }

    private static ValueTask CheckSecret(BaseValidatingContext context)
    {
        if (context.Transaction.Request is not { ClientId: ClientId, ClientSecret: ClientSecret })
        {
            context.Reject(Errors.InvalidClient);
        }

        return default;
    }

    private ValueTask Answer(HandleAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!;
        if (ShowsPage && context.Request["confirmed"] is null)
        {
            context.HandleRequest();
            http.HttpContext.Response.ContentType = "text/html";
            var confirm = WebUtility.HtmlEncode($"{http.Path}{http.QueryString}&confirmed=true");
            return new(http.HttpContext.Response.WriteAsync($"""<!DOCTYPE html><title>Acme</title><link rel="icon" href="data:,"><a href="{confirm}">{(IsCancelling ? "Cancel" : Person.Name)}</a>"""));
        }

        if (IsCancelling)
        {
            context.Reject(Errors.AccessDenied, "The person changed their mind.");
            return default;
        }

        var identity = new ClaimsIdentity("Acme", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Person.Subject).SetClaim(Claims.Name, Person.Name).SetClaim(Claims.Email, Person.Email).SetClaims("groups", [.. Person.Groups]);
        if (Person.IsEmailVerified is { } isVerified)
        {
            identity.SetClaim(Claims.EmailVerified, isVerified);
        }

        foreach (var (name, json) in AnswersByUserInfo ? [] : Person.MoreClaims)
        {
            identity.SetClaim(name, JsonDocument.Parse(json).RootElement);
        }

        // The userinfo endpoint returns what belongs to the access token, which only the provider can read.
        identity.SetDestinations(_ => [AnswersByUserInfo ? Destinations.AccessToken : Destinations.IdentityToken]);
        context.SignIn(new ClaimsPrincipal(identity).SetScopes(context.Request.GetScopes()));
        return default;
    }

    private ValueTask CheckCode(ValidateTokenRequestContext context)
    {
        _secrets.Enqueue(context.Request.CodeVerifier ?? "no verifier was sent");
        if (!_redeemed.TryAdd(context.Request.Code ?? "", true))
        {
            context.Reject(Errors.InvalidGrant, "The code was redeemed already.");
        }

        return CheckSecret(context);
    }

    private ValueTask RecordTokens(ApplyTokenResponseContext context)
    {
        foreach (var token in new[] { context.Response.AccessToken, context.Response.IdToken }.OfType<string>())
        {
            _secrets.Enqueue(token);
        }

        return default;
    }

    private ValueTask SignOut(HandleEndSessionRequestContext context)
    {
        SignOuts.Enqueue(context.Transaction.GetHttpRequest()!.QueryString.Value!);
        context.SignOut();
        return default;
    }

    private ValueTask AnswerUserInfo(HandleUserInfoRequestContext context)
    {
        var principal = context.AccessTokenPrincipal!;
        if (principal.GetClaim(Claims.Name) is { } name)
        {
            context.Claims[Claims.Name] = name;
            context.Claims["groups"] = new OpenIddictParameter([.. principal.GetClaims("groups")]);
            foreach (var (claim, json) in Person.MoreClaims)
            {
                context.Claims[claim] = new OpenIddictParameter(JsonDocument.Parse(json).RootElement);
            }

            context.EmailVerified = principal.GetClaim(Claims.EmailVerified) is { } isVerified ? bool.Parse(isVerified) : null;
        }

        return default;
    }
}
