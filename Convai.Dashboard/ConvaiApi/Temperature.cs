using System.Globalization;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// The facts about a temperature: 0 to 1 inclusive (source: the seed page), low is predictable, high is inventive.
/// </summary>
public static class Temperature
{
    public const decimal Minimum = 0m;
    public const decimal Maximum = 1m;

    /// <summary>The step in which a designer sets it. Values Convai already has may lie between two steps.</summary>
    public const decimal Step = 0.01m;

    // Whether Convai stores single precision is unknown; 0.42 read back as 0.41999999 must not look like a disagreement.
    private const decimal ReadBackTolerance = 0.000001m;

    public static bool IsInRange(decimal value) => value is >= Minimum and <= Maximum;

    /// <summary>Whether two readings are the same temperature, apart from the noise of single precision.</summary>
    public static bool AreSame(decimal? left, decimal? right) =>
        left is null || right is null
            ? left is null && right is null
            // By quarters: Convai may hold numbers whose difference is larger than a number can be.
            : Math.Abs((left.Value / 4) - (right.Value / 4)) <= ReadBackTolerance / 4;

    /// <summary>The same number without trailing zeros, as it is sent: 1 for 1.00.</summary>
    public static decimal Shorten(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>At least two decimals and every further one that the value has: nothing is rounded by being shown.</summary>
    public static string Format(decimal value) => value.ToString("0.00##########################", CultureInfo.InvariantCulture);
}
