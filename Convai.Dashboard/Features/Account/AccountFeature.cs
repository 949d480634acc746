using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Signing in and out, and everyone's own account settings.</summary>
public static class AccountFeature
{
    public const string AccountPath = "/account";
    public const string TwoStepPath = "/account/two-step";
    public const string SignOutPath = "/account/sign-out";
    public const string PasskeyRequestPath = "/account/passkeys/request";
    public const string PasskeyCreationPath = "/account/passkeys/creation";

    /// <summary>The address of a page, where the dashboard may have a path before its own.</summary>
    internal static string LinkTo(this HttpContext context, string path) => $"{context.Request.PathBase}{path}";

    public static void AddAccount(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthenticationOptions>().BindConfiguration(AuthenticationOptions.Section).ValidateOnStart();
        services.AddSingleton<AuthenticationOptionsSetup>();
        services.AddSingleton<IPostConfigureOptions<AuthenticationOptions>>(provider => provider.GetRequiredService<AuthenticationOptionsSetup>());
        services.AddSingleton<IValidateOptions<AuthenticationOptions>>(provider => provider.GetRequiredService<AuthenticationOptionsSetup>());
        services.AddOptions<SetupOptions>().BindConfiguration(SetupOptions.Section).ValidateOnStart();
        services.AddSingleton<SetupOptionsSetup>();
        services.AddSingleton<IPostConfigureOptions<SetupOptions>>(provider => provider.GetRequiredService<SetupOptionsSetup>());
        services.AddSingleton<IValidateOptions<SetupOptions>>(provider => provider.GetRequiredService<SetupOptionsSetup>());
        services.AddSingleton<AttemptLimits>();
        services.AddScoped<PersonSignIn>();
        services.AddScoped<Confirmation>();
        services.AddScoped<SignInChanges>();
        services.AddScoped<JoinService>();
        services.AddScoped<RenameService>();
        services.AddHostedService<FirstAdmin>();
        builder.AddOidc();
    }

    public static void MapAccount(this WebApplication app)
    {
        app.MapOidc();
        var forms = app.MapGroup("").AddEndpointFilter(RequireFormTokenAsync);
        forms.MapPost(SignOutPath, SignOutAsync);
        forms.MapPost(PasskeyCreationPath, MakePasskeyCreationOptionsAsync);
        forms.MapPost(PasskeyRequestPath, MakePasskeyRequestOptionsAsync).AllowAnonymous();
    }

    private static async ValueTask<object?> RequireFormTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : Results.BadRequest();

    private static async Task SignOutAsync(HttpContext context, SignInManager<Person> signIn, UserManager<Person> users, SecurityLog log, IOptions<AuthenticationOptions> authOptions)
    {
        if (await users.GetUserAsync(context.User) is { } person)
        {
            await log.AddAsync(log.CreateEvent(SecurityEventKind.SignedOut, person, address: context.Connection.RemoteIpAddress?.ToString()), context.RequestAborted);
        }

        var signsOutAtProvider = await OidcScheme.ShouldSignOutAtProviderAsync(context, authOptions.Value.Oidc);
        await signIn.SignOutAsync();
        if (signsOutAtProvider)
        {
            await OidcScheme.SignOutAtProviderAsync(context);
            return;
        }

        context.Response.Redirect(context.LinkTo($"{SignInSchemes.SignInPath}?signedOut=true"));
    }

    private static async Task<IResult> MakePasskeyCreationOptionsAsync(HttpContext context, SignInManager<Person> signIn, UserManager<Person> users, Confirmation confirmation) =>
        !await confirmation.IsRecentAsync(context) ? Results.StatusCode(StatusCodes.Status403Forbidden)
        : await users.GetUserAsync(context.User) is { } person
            ? Results.Text(
                await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = person.Id, Name = person.Email ?? person.Name, DisplayName = person.Name }),
                "application/json")
            : Results.Unauthorized();

    // Not for one account: the browser offers the passkeys that it has for this site, so nothing about accounts is revealed.
    private static async Task<IResult> MakePasskeyRequestOptionsAsync(SignInManager<Person> signIn) =>
        Results.Text(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json");
}
