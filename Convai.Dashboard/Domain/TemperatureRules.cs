using System.Globalization;

namespace Convai.Dashboard.Domain;

/// <summary>
/// The facts about a temperature: 0 to 1 inclusive (source: the seed page), low is predictable, high is inventive.
/// </summary>
public static class TemperatureRules
{
    public const decimal Minimum = 0m;
    public const decimal Maximum = 1m;

    /// <summary>The step in which designers set it. Values that Convai already has may lie between two steps.</summary>
    public const decimal Step = 0.01m;

    internal const string EnterValue = "Enter a value between 0 and 1";

    public static bool IsInRange(decimal value) => value is >= Minimum and <= Maximum;

    /// <summary>Why it cannot be set, in a sentence; null where it can.</summary>
    public static string? Validate(decimal? value) => value is { } number && !IsInRange(number) ? $"{EnterValue}, not {Format(number)}." : null;

    /// <summary>Whether two readings are the same temperature in single precision: whether Convai stores more is not documented.</summary>
    public static bool AreSame(decimal? left, decimal? right) => left == right || (left is { } one && right is { } other && (float)one == (float)other);

    /// <summary>
    /// A number with two decimals for one that is the same in single precision (0.33 for 0.33000001311302185), which is what a designer has set; any other
    /// keeps all its digits.
    /// </summary>
    public static decimal UndoSinglePrecision(decimal value) => Math.Round(value, 2) is var rounded && AreSame(value, rounded) ? rounded : value;

    /// <summary>The same number without trailing zeros, as it is sent: 1 for 1.00.</summary>
    public static decimal Shorten(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>The tenth of the scale that it lies in, from 0 to 9; the last one includes 1.</summary>
    public static int GetTenth(decimal value) => (int)(Math.Clamp(value, Minimum, 0.99m) * 10);

    /// <summary>Shows at least two decimals and every further one that the value has, so that nothing is rounded.</summary>
    public static string Format(decimal value) => value.ToString("0.00##########################", CultureInfo.InvariantCulture);
}
