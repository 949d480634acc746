namespace Convai.Dashboard.Components.Shared;

/// <summary>Reads the values of a filter from an address or a control, and writes them. Neither is trusted: an invalid value counts as none.</summary>
public static class FilterValue
{
    public static string? ParseText(string? value, int maxLength) => value?.Trim() is { Length: > 0 } text && text.Length <= maxLength ? text : null;

    /// <summary>Accepts a name in any case, but no number.</summary>
    public static T? ParseName<T>(string? value)
        where T : struct, Enum => Enum.TryParse<T>(value, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && !value!.Any(char.IsAsciiDigit) ? parsed : null;

    public static string? Format<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant();
}
