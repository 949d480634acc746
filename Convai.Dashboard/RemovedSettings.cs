namespace Convai.Dashboard;

/// <summary>Warns at the start about settings of earlier versions that are still configured, and says what replaces each.</summary>
internal static partial class RemovedSettings
{
    private static readonly (string Key, string Instead)[] All =
    [
        ("Convai:ReadRetries", "a failed read is tried again twice"),
        ("Convai:ReadRetryDelay", "the first pause before a read is tried again is half a second"),
        ("Cast:FreshFor", "one reading of the cast serves everyone for 30 seconds"),
        ("Models:AccountListFreshFor", "the account's list of models serves everyone for 15 minutes"),
        ("Convai:Sandbox:RetryAfter", "the sandbox sends no Retry-After"),
        ("Convai:Sandbox:GetOmitsSettings", "the sandbox always gives the settings"),
        ("Convai:Sandbox:Picture", "the sandbox has pictures of its own"),
        ("Convai:Sandbox:Faults", "the sandbox does not fail"),
    ];

    public static void WarnOfRemovedSettings(this WebApplication app)
    {
        foreach (var (key, instead) in All.Where(removed => app.Configuration.GetSection(removed.Key).Exists()))
        {
            LogRemoved(app.Logger, key, instead);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Key} is set but no longer supported: {Instead}. Remove it.")]
    private static partial void LogRemoved(ILogger logger, string key, string instead);
}
