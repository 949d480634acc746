using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The endpoints. They answer as Convai is documented or was seen to answer; invented answers are marked.</summary>
/// <param name="save">Called after every change, before it is answered.</param>
internal sealed class SandboxEndpoints(SandboxAccount account, SandboxOptions options, TimeProvider time, Func<Uri> address, Action save)
{
    public const string FunctionsName = "functions/list";
    public const string McpServersName = "mcp/characters/list";
    public const string PromptName = "chatHistory/get_prompt";
    public const string UsageName = "user-api-usage";
    public const string CloneName = "clone_character";
    public const string DetachName = "mcp/characters/detach";
    public const string SpeakName = "getResponse";
    public const string StarterLinesName = "generate-starter-conversation";

    // As Convai documents them, with the slash at the end of one.
    private static readonly string[] NamedPaths = [$"/{FunctionsName}/", $"/{McpServersName}", $"/character/{PromptName}", $"/user/{UsageName}", $"/user/{CloneName}", $"/{DetachName}"];

    /// <summary>The account's owner, whom the real service names as well. Neither must appear anywhere.</summary>
    public const string UserName = "Sandbox Owner-4711";

    public const string Email = "owner-4711@sandbox.example";

    private readonly Lock _lock = new();
    private int _calls;

    /// <param name="record">Called for every request, whatever its outcome.</param>
    /// <param name="answer">Gets the context and the handler that would answer it.</param>
    public void Map(WebApplication app, string apiKey, Action<SandboxRequest> record, Func<HttpContext, RequestDelegate, Task> answer)
    {
        var gate = new SandboxGate(apiKey, options, time);
        app.MapPost("/character/{endpoint}", (string endpoint, HttpContext context) => AnswerAsync(endpoint, context));
        foreach (var path in NamedPaths)
        {
            app.MapPost(path, (HttpContext context) => AnswerAsync(GetEndpointName(path, context), context));
        }

        app.MapGet("/pictures/{name}", (string name, HttpContext context) =>
            answer(context, asked => (SandboxPictures.Find(name) is { } picture ? Results.Bytes(picture, MediaTypeNames.Image.Png) : Results.NotFound()).ExecuteAsync(asked)));

        async Task AnswerAsync(string endpoint, HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            record(new SandboxRequest(endpoint, body));
            if (await gate.ValidateAsync(context, endpoint) is { } refusal)
            {
                await refusal.WriteAsync(context);
            }
            else
            {
                Interlocked.Increment(ref _calls);
                await answer(context, async asked =>
                {
                    if (endpoint == SpeakName)
                    {
                        await DelayAnswerAsync(body, asked.RequestAborted);
                    }

                    await Execute(endpoint, body).WriteAsync(asked);
                });
            }
        }
    }

    private SandboxAnswer Execute(string endpoint, string body)
    {
        if (endpoint is SpeakName or StarterLinesName)
        {
            lock (_lock)
            {
                return endpoint == SpeakName ? Speak(QueryHelpers.ParseQuery(body)) : SuggestLines(QueryHelpers.ParseQuery(body));
            }
        }

        if (!TryParse(body, out var request))
        {
            return SandboxAnswer.Error(400, "ERROR", "Request body is not valid JSON.");
        }

        lock (_lock)
        {
            return endpoint switch
            {
                "update" => Update(request),
                "list" => new SandboxAnswer(200, new JsonObject { ["characters"] = new JsonArray([.. account.Listed.Select(Describe)]) }),
                "get" => Get(request),
                "getSupportedModel" => SupportedModels(request),
                FunctionsName => Functions(request),
                McpServersName => McpServers(request),
                PromptName => Prompt(request),
                CloneName => Clone(request),
                DetachName => Detach(request),
                "delete" => Delete(request),
                "evaluate_conversation" => Judge(request),
                UsageName => Usage(),
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

        // An empty one clears it. Convai does not say whether the old or the new model judges the level; here it is the new one.
        var effort = Text(request, "reasoning_effort");
        var model = account.Models.FirstOrDefault(model => string.Equals(model.Code, code ?? character.ModelCode, StringComparison.Ordinal));
        var supported = model?.Reasoning is { } reasoning ? [.. reasoning.Levels, .. reasoning.SupportsAuto ? ["auto"] : Array.Empty<string>()] : Array.Empty<string>();
        if (effort is { Length: > 0 } && !supported.Contains(effort, StringComparer.Ordinal))
        {
            return SandboxAnswer.Error(400, "ERROR", $"Invalid reasoning_effort '{effort}' for model '{code ?? character.ModelCode}'. Supported values: {string.Join(", ", supported)}.");
        }

        character.Name = Text(request, "charName") ?? character.Name;
        character.HasMemory = (request["memorySettings"]?["enabled"] as JsonValue)?.TryGetValue<bool>(out var hasMemory) == true ? hasMemory : character.HasMemory;
        character.Functions = WithStatus(character, request["functions"] as JsonArray);
        character.ModelCode = code ?? character.ModelCode;
        character.Temperature = temperature ?? character.Temperature;
        character.Reasoning = effort ?? character.Reasoning;
        Keep(character);
        return SandboxAnswer.Success;
    }

    private SandboxAnswer Get(JsonObject request)
    {
        var name = Text(request, "charName");
        if ((account.Find(Text(request, "charID")) ?? account.Listed.FirstOrDefault(other => name is not null && other.Name == name)) is not { } character)
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
            .Select(model => Describe(model, isActive: string.Equals(model.Code, character.ModelCode, StringComparison.Ordinal)));
        return new SandboxAnswer(200, new JsonObject { ["STATUS"] = new JsonArray([.. models]).ToJsonString() });
    }

    private static JsonObject Describe(SandboxModel model, bool isActive)
    {
        var description = new JsonObject
        {
            ["model_group_name"] = model.Code,
            ["display_name"] = model.Name,
            ["is_active"] = isActive,
            ["is_deprecated"] = model.IsDeprecated,
        };
        if (model.Reasoning is { } reasoning)
        {
            description["reasoning"] = new JsonObject
            {
                ["levels"] = new JsonArray([.. reasoning.Levels.Select(level => JsonValue.Create(level))]),
                ["supports_auto"] = reasoning.SupportsAuto,
                ["default"] = reasoning.Default,
            };
        }

        return description;
    }

    // The numbers are invented, and so is what counts as core-api: every call that the sandbox accepts.
    private SandboxAnswer Usage() => new(200, new JsonObject
    {
        ["usage_v2"] = new JsonObject
        {
            ["plan_name"] = "Professional",
            ["expiry_ts"] = time.GetUtcNow().AddDays(47).ToUnixTimeSeconds(),
            ["metrics"] = new JsonArray(
                Metric("interactions", new JsonObject { ["limit"] = 10_000, ["usage"] = (6_120 + account.Interactions).ToString(CultureInfo.InvariantCulture) }),
                Metric("core-api", new JsonObject { ["limit"] = "20000", ["usage"] = 1_840 + Volatile.Read(ref _calls) }),
                Metric("provider_pool_1", new JsonObject { ["limit"] = -1, ["usage"] = 412 }),
                Metric("scene-pool", new JsonObject { ["usage"] = "12" })),
        },
        ["usage"] = new JsonObject { ["user_name"] = UserName, ["email"] = Email },
    });

    private static JsonObject Metric(string id, params JsonNode[] details) => new() { ["id"] = id, ["usage_details"] = new JsonArray(details) };

    private JsonObject Describe(SandboxCharacter character)
    {
        var isEven = account.Listed.TakeWhile(other => other != character).Count() % 2 == 0;
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
            ["memory_settings"] = new JsonObject { ["enabled"] = character.HasMemory },
            ["personalised_prompt_config"] = config,
        };
        if (character.Picture is { } picture)
        {
            description["model_details"] = new JsonObject { ["modelPlaceholder"] = SandboxPictures.GetAddress(picture, address()) };
        }

        return description;
    }

    /// <summary>Names the endpoint as <c>/character/{endpoint}</c> does. Routing ignores a slash at the end; Convai is documented with it, so without it there is no endpoint.</summary>
    private static string GetEndpointName(string path, HttpContext context)
    {
        var name = string.Equals(context.Request.Path, path, StringComparison.Ordinal) ? path.Replace("/character/", "", StringComparison.Ordinal).Replace("/user/", "", StringComparison.Ordinal).Trim('/') : "";
        context.Request.RouteValues["endpoint"] = name;
        return name;
    }

    private SandboxAnswer Functions(JsonObject request) => WithCharacter(request, character => new JsonObject
    {
        ["functions"] = new JsonArray([.. character.Functions.Select((function, index) => new JsonObject
        {
            ["function_id"] = FunctionId(character, index),
            ["name"] = function.Name,
            ["status"] = function.IsActive ? "active" : "inactive",
        })]),
    });

    private SandboxAnswer McpServers(JsonObject request) =>
        WithCharacter(request, character => new JsonObject { ["server_ids"] = new JsonArray([.. character.McpServers.Select(id => JsonValue.Create(id))]) });

    private SandboxAnswer Prompt(JsonObject request)
    {
        if (Text(request, "session_id") is { } sessionId)
        {
            // The number of records is that of the lines spoken; which offset counts is not checked here.
            return account.Sessions.TryGetValue(sessionId, out var session)
                ? new SandboxAnswer(200, new JsonObject
                {
                    ["prompt_id"] = Guid.NewGuid().ToString(),
                    ["prompt"] = SandboxCharacter.Backstory,
                    ["mindview"] = SandboxCharacter.Backstory,
                    ["session_id"] = sessionId,
                    ["model"] = session.ModelCode,
                    ["temperature"] = session.Temperature,
                })
                : SandboxAnswer.Error(400, "ERROR", "Offset is greater than the number of records");
        }

        return Text(request, "character_id") is null
            ? SandboxAnswer.Error(400, "ERROR", "Either session_id or character_id is required")
            : WithCharacter(request, character => new JsonObject { ["mindview"] = $"You are {character.Name}. {SandboxCharacter.Backstory}", ["model"] = character.ModelCode });
    }

    private SandboxAnswer Clone(JsonObject request)
    {
        if (account.Find(Text(request, "charID")) is not { } source)
        {
            return SandboxAnswer.Error(400, "ERROR", "Could not fetch character details from all_characters table.");
        }

        var copy = account.Copy(source);
        save();
        return new SandboxAnswer(200, new JsonObject { ["charID"] = copy.Id });
    }

    private SandboxAnswer Delete(JsonObject request)
    {
        if (account.Find(Text(request, "charID")) is not { } character)
        {
            return SandboxAnswer.Error(400, "ERROR", "Could not fetch character details from all_characters table.");
        }

        account.Delete(character);
        save();
        return SandboxAnswer.Success;
    }

    private SandboxAnswer Detach(JsonObject request) => WithCharacter(request, character =>
    {
        character.McpServers = [.. character.McpServers.Where(id => id != Text(request, "server_id"))];
        Keep(character);
        return new JsonObject { ["STATUS"] = "SUCCESS" };
    });

    private void Keep(SandboxCharacter character)
    {
        account.MarkChanged(character);
        save();
    }

    /// <summary>A character takes its time, and some models more than others.</summary>
    private async Task DelayAnswerAsync(string body, CancellationToken cancellationToken)
    {
        if (options.AnswerTime > TimeSpan.Zero)
        {
            string? model;
            lock (_lock)
            {
                model = account.Find(QueryHelpers.ParseQuery(body).GetValueOrDefault("charID"))?.ModelCode;
            }

            await Task.Delay(options.AnswerTime * SandboxVoices.GetAnswerTimeFactor(model), time, cancellationToken);
        }
    }

    private SandboxAnswer Speak(Dictionary<string, StringValues> form)
    {
        if (form.GetValueOrDefault("userText").ToString() is not { Length: > 0 } line)
        {
            return SandboxAnswer.Error(400, "ERROR", "Expecting only one; either an audio file or user's query as a string");
        }

        var id = form.GetValueOrDefault("charID").ToString();
        if (account.Find(id) is not { } character || character.ModelCode?.Contains("realtime", StringComparison.Ordinal) == true)
        {
            // What an unknown id or a model that speaks only live answers is not documented.
            return new SandboxAnswer(404, new JsonObject { ["charID"] = id, ["text"] = "process_failure, error: invented by the sandbox" });
        }

        var sessionId = form.GetValueOrDefault("sessionID").ToString();
        if (!account.Sessions.TryGetValue(sessionId, out var session) || session.CharacterId != character.Id)
        {
            (sessionId, session) = (Guid.NewGuid().ToString("N"), new SandboxSession(character.Id, null, null, 0));
        }

        account.Sessions[sessionId] = session with { ModelCode = character.ModelCode, Temperature = character.Temperature, Lines = session.Lines + 1 };
        account.Interactions++;
        save();
        return new SandboxAnswer(200, new JsonObject
        {
            ["charID"] = character.Id,
            ["text"] = SandboxVoices.Answer(character, line, session.Lines),
            ["audio"] = null,
            ["sample_rate"] = null,
            ["sessionID"] = sessionId,
        });
    }

    private SandboxAnswer Judge(JsonObject request)
    {
        var prompt = Text(request, "prompt") ?? "";
        var names = SandboxVoices.FindVariables(prompt).ToList();
        if (!names.Remove("conversation_history") || names.Exists(name => (request["variables"] as JsonObject)?[name] is null))
        {
            return SandboxAnswer.Error(500, "ERROR", "The prompt is incomplete. (invented by the sandbox)");
        }

        // How an unknown session or judge is answered is not documented.
        return account.Find(Text(request, "character_id")) is null || !account.Sessions.TryGetValue(Text(request, "session_id") ?? "", out var session)
            ? SandboxAnswer.Error(400, "ERROR", "INTERNAL SERVER ERROR, one or more database calls failed!")
            : new SandboxAnswer(200, SandboxVoices.Verdict(session.ModelCode));
    }

    private SandboxAnswer SuggestLines(Dictionary<string, StringValues> form) => account.Find(form.GetValueOrDefault("charId").ToString()) is { } character
        ? new SandboxAnswer(200, []) { Events = SandboxVoices.StarterLines(character) }
        // What an unknown id answers is not documented.
        : SandboxAnswer.Error(400, "ERROR", "Could not fetch character details from all_characters table.");

    private static IReadOnlyList<SandboxFunction> WithStatus(SandboxCharacter character, JsonArray? asked)
    {
        var active = (asked ?? []).OfType<JsonObject>().ToLookup(function => Text(function, "id"), function => Text(function, "status") == "active", StringComparer.Ordinal);
        return [.. character.Functions.Select((function, index) => active[FunctionId(character, index)] is var status && status.Any() ? function with { IsActive = status.Last() } : function)];
    }

    private static string FunctionId(SandboxCharacter character, int index) => $"{character.Id}-{index}";

    // How these endpoints answer to an unknown id is not documented.
    private SandboxAnswer WithCharacter(JsonObject request, Func<SandboxCharacter, JsonObject> describe) => account.Find(Text(request, "character_id")) is { } character
        ? new SandboxAnswer(200, describe(character))
        : SandboxAnswer.Error(400, "ERROR", "INTERNAL SERVER ERROR, one or more database calls failed!");

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

/// <summary>A conversation, with the settings that its last line was answered with.</summary>
internal sealed record SandboxSession(string CharacterId, string? ModelCode, decimal? Temperature, int Lines);

internal sealed record SandboxAnswer(int Status, JsonObject Body)
{
    public static SandboxAnswer Success => new(200, new JsonObject { ["STATUS"] = "SUCCESS" });

    public static SandboxAnswer Error(int status, string key, string message) => new(status, new JsonObject { [key] = message });

    /// <summary>Sent as a stream of events instead of the body, one for each.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    public Task WriteAsync(HttpContext context)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (Status, Events is null ? MediaTypeNames.Application.Json : MediaTypeNames.Text.EventStream);
        return context.Response.WriteAsync(Events is null ? Body.ToJsonString() : string.Concat(Events.Select(line => $"data: {line}\n\n")), context.RequestAborted);
    }
}
