using System.Text.Json.Nodes;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The endpoints that are not directly below <c>/character/</c>; each is named by its whole path there, or from the root.</summary>
internal sealed partial class SandboxEndpoints
{
    public const string FunctionsName = "functions/list";
    public const string McpServersName = "mcp/characters/list";
    public const string PromptName = "chatHistory/get_prompt";

    // As Convai documents them, with the slash at the end of one.
    private static readonly string[] PathsByName = [$"/{FunctionsName}/", $"/{McpServersName}", $"/character/{PromptName}"];

    /// <summary>Names the endpoint as <c>/character/{endpoint}</c> does. Routing ignores a slash at the end; Convai is documented with it, so without it there is no endpoint.</summary>
    private static string NameOf(string path, HttpContext context)
    {
        var name = string.Equals(context.Request.Path, path, StringComparison.Ordinal) ? path.Replace("/character/", "", StringComparison.Ordinal).Trim('/') : "";
        context.Request.RouteValues["endpoint"] = name;
        return name;
    }

    private SandboxAnswer Functions(JsonObject request) => WithCharacter(request, character => new JsonObject
    {
        ["functions"] = new JsonArray([.. character.Functions.Select((function, index) => new JsonObject
        {
            ["function_id"] = $"{character.Id}-{index}",
            ["name"] = function.Name,
            ["status"] = function.IsActive ? "active" : "inactive",
        })]),
    });

    private SandboxAnswer McpServers(JsonObject request) =>
        WithCharacter(request, character => new JsonObject { ["server_ids"] = new JsonArray([.. character.McpServers.Select(id => JsonValue.Create(id))]) });

    private SandboxAnswer Prompt(JsonObject request) => Text(request, "character_id") is null && Text(request, "session_id") is null
        ? SandboxAnswer.Error(400, "ERROR", "Either session_id or character_id is required")
        : WithCharacter(request, character => new JsonObject { ["mindview"] = $"You are {character.Name}. {SandboxCharacter.Backstory}", ["model"] = character.ModelCode });

    // How these endpoints answer to an unknown id is not documented.
    private SandboxAnswer WithCharacter(JsonObject request, Func<SandboxCharacter, JsonObject> describe) => account.Find(Text(request, "character_id")) is { } character
        ? new SandboxAnswer(200, describe(character))
        : SandboxAnswer.Error(400, "ERROR", "INTERNAL SERVER ERROR, one or more database calls failed!");
}
