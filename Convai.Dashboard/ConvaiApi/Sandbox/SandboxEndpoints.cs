using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The endpoints. They answer as Convai is documented or was seen to answer; invented answers are marked.</summary>
internal sealed partial class SandboxEndpoints(SandboxAccount account, SandboxOptions options, TimeProvider time, Func<Uri> address)
{
    private readonly Lock _lock = new();

    /// <param name="record">Called for every request, whatever its outcome.</param>
    /// <param name="answer">Gets the context and the handler that would answer it.</param>
    public void Map(WebApplication app, string apiKey, Action<SandboxRequest> record, Func<HttpContext, RequestDelegate, Task> answer)
    {
        var gate = new SandboxGate(apiKey, options, time);
        app.MapPost("/character/{endpoint}", (string endpoint, HttpContext context) => HandleAsync(endpoint, context));
        foreach (var path in PathsByName)
        {
            app.MapPost(path, (HttpContext context) => HandleAsync(NameOf(path, context), context));
        }

        app.MapGet("/pictures/{name}", (string name, HttpContext context) =>
            answer(context, asked => (SandboxPictures.Find(name) is { } picture ? Results.Bytes(picture, MediaTypeNames.Image.Png) : Results.NotFound()).ExecuteAsync(asked)));

        async Task HandleAsync(string endpoint, HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            record(new SandboxRequest(endpoint, body));
            if (await gate.RefuseAsync(context, endpoint) is { } refusal)
            {
                await refusal.WriteAsync(context);
            }
            else
            {
                await answer(context, asked => Carry(endpoint, body).WriteAsync(asked));
            }
        }
    }

    private SandboxAnswer Carry(string endpoint, string body)
    {
        if (!TryParse(body, out var request))
        {
            return SandboxAnswer.Error(400, "ERROR", "Request body is not valid JSON.");
        }

        lock (_lock)
        {
            return endpoint switch
            {
                "update" => Update(request),
                "list" => new SandboxAnswer(200, new JsonObject { ["characters"] = new JsonArray([.. account.Characters.Select(Describe)]) }),
                "get" => Get(request),
                "getSupportedModel" => SupportedModels(request),
                FunctionsName => Functions(request),
                McpServersName => McpServers(request),
                PromptName => Prompt(request),
                _ => SandboxAnswer.Error(404, "detail", "Not Found"),
            };
        }
    }

    private SandboxAnswer Update(JsonObject request)
    {
        if (account.Find(Text(request, "charID")) is not { } character)
        {
            return SandboxAnswer.Error(400, "ERROR", "Could not fetch character details from all_characters table.");
        }

        // The texts for a wrong code or temperature are invented, because Convai's are not documented.
        var code = Text(request, "model_group_name");
        if (request.ContainsKey("model_group_name") && !account.Models.Any(model => string.Equals(model.Code, code, StringComparison.Ordinal)))
        {
            return SandboxAnswer.Error(400, "ERROR", $"Invalid model_group_name '{code}'.");
        }

        var temperature = request["temperature"] is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : (decimal?)null;
        if (request.ContainsKey("temperature") && temperature is not (>= 0 and <= 1))
        {
            return SandboxAnswer.Error(400, "ERROR", "Invalid temperature. It must be between 0 and 1.");
        }

        // No model of the sandbox accepts a reasoning effort; an empty one clears it.
        if (Text(request, "reasoning_effort") is { Length: > 0 } effort)
        {
            return SandboxAnswer.Error(400, "ERROR", $"Invalid reasoning_effort '{effort}' for model '{code ?? character.ModelCode}'. Supported values: .");
        }

        character.ModelCode = code ?? character.ModelCode;
        character.Temperature = temperature ?? character.Temperature;
        return SandboxAnswer.Success;
    }

    private SandboxAnswer Get(JsonObject request)
    {
        var name = Text(request, "charName");
        if ((account.Find(Text(request, "charID")) ?? account.Characters.FirstOrDefault(other => name is not null && other.Name == name)) is not { } character)
        {
            return SandboxAnswer.Error(400, "ERROR", "INTERNAL SERVER ERROR, one or more database calls failed!");
        }

        var answer = Describe(character);
        answer["backstory"] = SandboxCharacter.Backstory;
        return new SandboxAnswer(200, answer);
    }

    private SandboxAnswer SupportedModels(JsonObject request)
    {
        if (account.Find(Text(request, "charID")) is not { } character)
        {
            return SandboxAnswer.Error(400, "ERROR", "INTERNAL SERVER ERROR, one or more database calls failed!");
        }

        // With the moderation filter off only some models are available; which ones is not documented.
        var models = account.Models
            .Where(model => model.IsListed && (character.IsModerated || model.IsUncensored))
            .Select(model => new JsonObject
            {
                ["model_group_name"] = model.Code,
                ["display_name"] = model.Name,
                ["is_active"] = string.Equals(model.Code, character.ModelCode, StringComparison.Ordinal),
                ["is_deprecated"] = model.IsDeprecated,
            });
        return new SandboxAnswer(200, new JsonObject { ["STATUS"] = new JsonArray([.. models]).ToJsonString() });
    }

    private JsonObject Describe(SandboxCharacter character)
    {
        var isEven = account.Characters.TakeWhile(other => other != character).Count() % 2 == 0;
        var config = new JsonObject
        {
            ["MODEL"] = character.ModelCode,
            // Types drift from one character to the next, and "NULL" means absent, just as on the real service.
            ["USE_COMBINED_PROMPT"] = isEven ? "true" : true,
            ["MODERATION_ENABLED"] = isEven ? character.IsModerated : character.IsModerated ? "true" : "false",
        };
        if (character.Temperature is { } temperature)
        {
            config["TEMPERATURE"] = temperature;
        }

        var description = new JsonObject
        {
            ["character_id"] = character.Id,
            ["character_name"] = character.Name,
            ["user_id"] = "sandbox",
            ["listing"] = isEven ? "unlisted" : "NULL",
            ["timestamp"] = "2023-11-07T02:57:59",
            ["last_interacted_with"] = character.HoursSinceLastTalk is { } hours
                ? time.GetUtcNow().AddHours(-hours).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
                : "NULL",
            ["language_code"] = "en-US",
            ["language_codes"] = new JsonArray("en-US"),
            ["voice_type"] = "sandbox",
            ["description"] = "",
            ["is_narrative_driven"] = false,
            ["memory_settings"] = new JsonObject { ["enabled"] = isEven },
            ["personalised_prompt_config"] = config,
        };
        if (character.Picture is { } picture)
        {
            description["model_details"] = new JsonObject { ["modelPlaceholder"] = SandboxPictures.AddressOf(picture, address()) };
        }

        return description;
    }

    private static string? Text(JsonObject request, string name) =>
        request[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool TryParse(string body, out JsonObject request)
    {
        request = [];
        try
        {
            request = body.Length == 0 ? request : JsonNode.Parse(body) as JsonObject ?? request;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

internal sealed record SandboxAnswer(int Status, JsonObject Body)
{
    public static SandboxAnswer Success => new(200, new JsonObject { ["STATUS"] = "SUCCESS" });

    public static SandboxAnswer Error(int status, string key, string words) => new(status, new JsonObject { [key] = words });

    public Task WriteAsync(HttpContext context)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (Status, MediaTypeNames.Application.Json);
        return context.Response.WriteAsync(Body.ToJsonString(), context.RequestAborted);
    }
}
