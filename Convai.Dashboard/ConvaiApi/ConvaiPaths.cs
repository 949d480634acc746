namespace Convai.Dashboard.ConvaiApi;

/// <summary>The paths of Convai's API, and what a call to each does.</summary>
internal static class ConvaiPaths
{
    public const string Update = "/character/update";
    public const string List = "/character/list";
    public const string Get = "/character/get";
    public const string SupportedModels = "/character/getSupportedModel";
    public const string AccountUsage = "/user/user-api-usage";

    /// <summary>The slash at the end is part of it.</summary>
    public const string Functions = "/functions/list/";
    public const string McpServers = "/mcp/characters/list";
    public const string Prompt = "/character/chatHistory/get_prompt";

    public const string Clone = "/user/clone_character";
    public const string DetachMcpServer = "/mcp/characters/detach";
    public const string Speak = "/character/getResponse";
    public const string StarterLines = "/character/generate-starter-conversation";
    public const string Judge = "/character/evaluate_conversation";
    public const string Delete = "/character/delete";

    private static readonly string[] Writes = [Update, Clone, DetachMcpServer, Speak, StarterLines, Judge, Delete];

    /// <summary>Whether a call changes something or spends an interaction. It is never repeated, and if its answer is lost, its outcome is unknown.</summary>
    public static bool IsWrite(string path) => Writes.Contains(path, StringComparer.Ordinal);

    /// <summary>Whether a character speaks, which takes longer than other calls, and whose answer and line never appear in a failure.</summary>
    public static bool IsSpeech(string path) => path is Speak or StarterLines or Judge;

    /// <param name="absolutePath">With the path of the base address before it.</param>
    public static string? FindWrite(string absolutePath) => Array.Find(Writes, path => absolutePath.EndsWith(path, StringComparison.Ordinal));
}
