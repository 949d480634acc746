using System.Text.RegularExpressions;

namespace Convai.Dashboard.Testing;

internal static partial class SetUpLink
{
    /// <summary>The secret of the set-up link, as the log has it.</summary>
    public static string FindSecret(RecordingLoggerProvider logs) => Secret().Match(logs.Lines.Single(line => line.Contains("/account/join#", StringComparison.Ordinal))).Groups[1].Value;

    [GeneratedRegex(@"/account/join#(\S+)")]
    private static partial Regex Secret();
}
