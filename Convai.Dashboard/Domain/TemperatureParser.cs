using System.Globalization;

namespace Convai.Dashboard.Domain;

/// <summary>Reads a temperature as designers type it, with a point or a comma.</summary>
public static class TemperatureParser
{
    // As long as a decimal can be, so that Convai's value can always be typed again.
    private const int MaxTextLength = 30;

    /// <summary>The hint for text that is not a number.</summary>
    public const string Hint = $"{TemperatureRules.EnterValue}, such as 0.42.";

    /// <param name="saved">The value at Convai, which may lie between two steps and can always be typed again.</param>
    /// <param name="error">One sentence for the designer, if the text is not a temperature.</param>
    public static decimal? Parse(string? text, decimal? saved, out string? error)
    {
        error = null;
        var trimmed = (text ?? "").Trim().Replace(',', '.');
        if (!decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || trimmed.Length > MaxTextLength)
        {
            error = Hint;
        }
        else if (value != saved && TemperatureRules.Validate(value) is { } refusal)
        {
            error = refusal;
        }
        else if (value % TemperatureRules.Step != 0 && value != saved)
        {
            error = "Use at most two decimals, such as 0.42.";
        }

        return error is null ? value : null;
    }

    /// <summary>The same for an optional field: empty text is null and not an error.</summary>
    public static decimal? ParseOptional(string? text, decimal? saved, out string? error)
    {
        error = null;
        return string.IsNullOrWhiteSpace(text) ? null : Parse(text, saved, out error);
    }
}
