namespace Convai.Dashboard.Security;

/// <summary>Return addresses come from the browser: only a path of this site is followed.</summary>
public static class LocalAddress
{
    /// <summary>The address if it leads to this site, otherwise the first page. Always begins with one slash.</summary>
    public static string OrRoot(string? address) => IsLocal(address) ? address! : "/";

    private static bool IsLocal(string? address) =>
        address is ['/', ..]
        // "//host" and "/\host" name another host; browsers drop tabs and line breaks before they look.
        && address is not ['/', '/' or '\\', ..]
        // A header can contain only ASCII; addresses that a browser visited are escaped.
        && !address.Any(character => !char.IsAscii(character) || char.IsControl(character) || character == '\\')
        && Uri.TryCreate(new Uri("https://here.invalid"), address, out var uri)
        && uri.Host == "here.invalid";
}
