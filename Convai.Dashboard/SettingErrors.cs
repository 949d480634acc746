using System.Text.RegularExpressions;
using Convai.Dashboard.Data;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard;

/// <summary>Says why the dashboard does not start, above all what is wrong with the settings, in sentences that name the setting and never print its value.</summary>
internal static partial class SettingErrors
{
    /// <summary>Null for an exception that is not about a setting.</summary>
    public static IReadOnlyList<string>? From(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        DatabaseRefusedException refused => [refused.Message],
        AggregateException several when several.InnerExceptions.All(inner => From(inner) is not null) => [.. several.InnerExceptions.SelectMany(inner => From(inner)!).Distinct()],
        // The binder's message holds the value, which might be a key set in the wrong place.
        InvalidOperationException unreadable when BinderMessage().Match(unreadable.Message) is { Success: true } match =>
            [$"{match.Groups[1].Value} has a value that cannot be read as {match.Groups[2].Value}."],
        _ => null,
    };

    [GeneratedRegex(@"^Failed to convert configuration value .*at '([^']+)' to type '(?:[^']*[.+])?([^'.+]+)'", RegexOptions.Singleline)]
    private static partial Regex BinderMessage();
}
