using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>The first account of an unattended start; ignored once there is any account.</summary>
public sealed class SetupOptions
{
    public const string Section = "Setup";

    public string? AdminEmail { get; set; }

    public string? AdminPassword { get; set; }

    /// <summary>The path of a mounted secret, whose trimmed text is the password.</summary>
    public string? AdminPasswordFile { get; set; }

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(AdminEmail);
}

internal sealed class SetupOptionsSetup : IPostConfigureOptions<SetupOptions>, IValidateOptions<SetupOptions>
{
    public void PostConfigure(string? name, SetupOptions options)
    {
        if (string.IsNullOrEmpty(options.AdminPassword))
        {
            options.AdminPassword = SecretFile.Read(options.AdminPasswordFile);
        }
    }

    public ValidateOptionsResult Validate(string? name, SetupOptions options)
    {
        var errors = new List<string>();
        if (options.IsConfigured && !EmailAddress.IsPlausible(options.AdminEmail!))
        {
            errors.Add("Setup:AdminEmail is not an email address.");
        }

        if (options.IsConfigured && string.IsNullOrEmpty(options.AdminPassword))
        {
            errors.Add(string.IsNullOrEmpty(options.AdminPasswordFile)
                ? "Setup:AdminPassword is missing: set it, or Setup:AdminPasswordFile, beside Setup:AdminEmail."
                : SecretFile.UnreadableError("Setup:AdminPasswordFile"));
        }
        else if (options.IsConfigured && SecretFile.QuotesError("Setup:AdminPassword", options.AdminPassword, options.AdminPasswordFile) is { } quotesError)
        {
            errors.Add(quotesError);
        }
        else if (options.IsConfigured && CommonPasswords.Validate(options.AdminPassword!, options.AdminEmail) is { } refusal)
        {
            errors.Add($"Setup:AdminPassword cannot be used. {refusal}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

/// <summary>
/// For a dashboard without accounts: creates the Admin named in the settings, or logs a link to create the first one.
/// Each start without accounts logs a new link.
/// </summary>
internal sealed partial class FirstAdmin(
    IServiceScopeFactory scopes,
    IDbContextFactory<DashboardDbContext> contexts,
    AccessLinks links,
    IServer server,
    IOptions<SetupOptions> setup,
    IOptions<AuthenticationOptions> authOptions,
    IOptions<PublicPathOptions> path,
    ILogger<FirstAdmin> logger) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (setup.Value.IsConfigured && authOptions.Value.LocalAccounts && !await HasPeopleAsync(cancellationToken))
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<JoinService>().CreateFirstAdminAsync(setup.Value.AdminEmail!.Trim(), setup.Value.AdminPassword!, cancellationToken) is { } problem)
            {
                throw new OptionsValidationException(nameof(SetupOptions), typeof(SetupOptions), [$"Setup:AdminPassword cannot be used. {problem}"]);
            }
        }
    }

    /// <summary>The server's addresses are known only now.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!authOptions.Value.LocalAccounts || await HasPeopleAsync(cancellationToken))
        {
            return;
        }

        var (link, secret) = links.Create(AccessLinkKind.SetUp, Role.Admin);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        LogSetUpLink(AccessLinks.GetAddress($"{GetOwnAddress()}{path.Value.PathBase}", secret), (int)AccessLinks.SetUpLinkLifetime.TotalHours);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> HasPeopleAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AnyAsync(cancellationToken);
    }

    /// <summary>The server's own address; one that listens on all interfaces becomes localhost.</summary>
    private string GetOwnAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        return address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal);
    }

    // Logged as a warning, so that it shows at every usual log level.
    [LoggerMessage(1, LogLevel.Warning, "No one has an account yet. Open this link within {Hours} hours to create the first one; it works once (replace its address if you reach the dashboard at another one):\n\n      {Link}\n")]
    private partial void LogSetUpLink(string link, int hours);
}
