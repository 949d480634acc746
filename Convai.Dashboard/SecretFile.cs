using System.Text;

namespace Convai.Dashboard;

/// <summary>Reads a secret that is mounted as a file, and checks a secret however it is given.</summary>
internal static class SecretFile
{
    private static readonly string[] Quotes = ["\"\"", "''", "``", "“”", "‘’"];

    /// <summary>The file's text without the white space around it; null where it does not exist or may not be read.</summary>
    public static string? Read(string? file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What is wrong when <see cref="Read"/> finds nothing.</summary>
    public static string UnreadableError(string key) => $"{key} points to a file that is missing, empty, or unreadable for the user the dashboard runs as.";

    /// <summary>
    /// Reports quotes around a secret, in a sentence that does not contain it; null if there are none. They come from <c>KEY="value"</c> in a file that is not a
    /// shell script, such as one of <c>docker run --env-file</c>, and would be refused much later and elsewhere.
    /// </summary>
    /// <param name="key">The setting; the one of the file has the same name with "File" after it.</param>
    public static string? QuotesError(string key, string? secret, string? file) => secret is not null && Quotes.Any(pair => secret.Length > 1 && secret[0] == pair[0] && secret[^1] == pair[1])
        ? $"{(Read(file) == secret ? $"{key}File points to a file whose text" : key)} is enclosed in quotes, which would be taken as part of it. Remove them."
        : null;
}
