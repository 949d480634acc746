namespace Convai.Dashboard.Security;

/// <summary>Names a browser for the list of sign-ins. Only names from these lists are stored, never the header itself, which can hold anything.</summary>
internal static class DeviceName
{
    // In this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
    private static readonly (string Token, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Safari", "Safari")];

    private static readonly (string Token, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string? From(string? userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => $"{browser} on {system}",
        var (browser, system) => browser ?? system,
    };

    private static string? Find((string Token, string Name)[] known, string? userAgent) =>
        known.FirstOrDefault(entry => userAgent?.Contains(entry.Token, StringComparison.Ordinal) == true).Name;
}
