using System.Text;

namespace Convai.Dashboard;

/// <summary>A secret mounted as a file.</summary>
internal static class SecretFile
{
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
}
