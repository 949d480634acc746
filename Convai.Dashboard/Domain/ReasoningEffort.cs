namespace Convai.Dashboard.Domain;

/// <summary>
/// The values of <c>reasoning_effort</c> (source: Convai's Core AI Settings page of August 2026): a level's name as the account's list
/// spells it, <see cref="Auto"/>, or <see cref="ModelDefault"/>. They are compared ordinally and case-sensitively. Null never is a
/// value: it means "unknown" in a reading, and "unchanged" in a change.
/// </summary>
public static class ReasoningEffort
{
    /// <summary>Longer than any documented level (<c>minimal</c>); longer names in the account's list are ignored.</summary>
    public const int MaxLength = 60;

    /// <summary>The provider decides.</summary>
    public const string Auto = "auto";

    /// <summary>Not set: as the model is configured. Convai's own page cannot go back to it; the API can.</summary>
    public const string ModelDefault = "";

    /// <summary>How files name <see cref="ModelDefault"/>: an empty cell means unchanged there.</summary>
    private const string ModelDefaultInFiles = "(model default)";

    private static readonly string[] ByStrength = ["none", "minimal", "low", "medium", "high", "turbo"];

    /// <summary>The place of a level among those that are known, the weakest first; an unknown one comes after them.</summary>
    public static int GetStrength(string level) => Array.IndexOf(ByStrength, level) is >= 0 and var place ? place : ByStrength.Length;

    /// <summary>The value as files name it.</summary>
    public static string ToFile(string value) => value == ModelDefault ? ModelDefaultInFiles : value;

    /// <summary>The value that a file names; null, which means unchanged, for null or blank text.</summary>
    public static string? FromFile(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim() is var value && value == ModelDefaultInFiles ? ModelDefault : value;

    /// <summary>The value as screens show it.</summary>
    public static string Format(string value) => value switch
    {
        ModelDefault => "Model default",
        Auto => "Auto",
        _ => value,
    };
}
