using System.Globalization;

namespace Convai.Dashboard.Domain;

/// <summary>What is said about a field in every form.</summary>
public static class FieldText
{
    /// <param name="field">At the beginning of the sentence, such as "The note".</param>
    public static string TooLong(string field, int max) => string.Create(CultureInfo.InvariantCulture, $"{field} is longer than {max:N0} characters.");

    /// <param name="kind">What the name is for, such as "preset".</param>
    public static string NameMissing(string kind) => $"Enter a name for the {kind}.";

    public const string NameOnSeveralLines = "Use a name that fits on one line.";

    /// <param name="kind">What has the name, such as "preset".</param>
    public static string NameTaken(string kind, string name) => $"A {kind} called “{name}” already exists. Choose another name.";
}
