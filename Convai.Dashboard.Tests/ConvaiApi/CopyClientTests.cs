using System.Text.Json.Nodes;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>The client of rehearsals over real HTTP: what it sends, what it makes of any answer, and that it sends it once.</summary>
[Trait("Database", "None")]
public sealed class CopyClientTests
{
    private const string Mira = "57a0c93e-7472-11ef-ac22-42010a7be011";

    private static readonly CharacterCopy Copy = new("copy-1");

    [Fact]
    public async Task Calls_AreSentAsDocumented()
    {
        await using var host = await SandboxHost.StartConvaiAsync();
        var client = host.Get<CopyClient>();
        var copy = new CharacterCopy((await client.CloneAsync(Mira, includesKnowledge: false, null, Cancellation)).Value!);
        Assert.Null(await client.ConfigureAsync(copy, "A copy", new SettingsPatch("claude-4-sonnet", 0.40m), ["f1"], null, Cancellation));
        Assert.Null(await client.ConfigureAsync(copy, "A copy", new SettingsPatch(null, null), [], null, Cancellation));
        Assert.Null(await client.DetachMcpServerAsync(copy, "sandbox-calendar", null, Cancellation));
        var spoken = await client.SpeakAsync(copy, null, "Where is the old mill?", null, Cancellation);
        Assert.Equal(("claude-4-sonnet", 0.4m), (await client.ReadUsedSettingsAsync(spoken.Value!.SessionId, null, Cancellation)).Value is var used ? (used!.Model, used.Temperature) : default);
        Assert.Null(await client.DeleteAsync(copy, null, Cancellation));

        var id = copy.Id;
        Assert.Equal(
            [
                ("clone_character", $$"""{"charID":"{{Mira}}","KB":false}"""),
                ("update", $$"""{"charID":"{{id}}","charName":"A copy","memorySettings":{"enabled":false},"model_group_name":"claude-4-sonnet","temperature":0.4,"functions":[{"id":"f1","status":"inactive"}]}"""),
                ("update", $$$"""{"charID":"{{{id}}}","charName":"A copy","memorySettings":{"enabled":false}}"""),
                ("mcp/characters/detach", $$"""{"character_id":"{{id}}","server_id":"sandbox-calendar"}"""),
                ("chatHistory/get_prompt", $$"""{"session_id":"{{spoken.Value.SessionId}}","offset":-1}"""),
                ("delete", $$"""{"charID":"{{id}}"}"""),
            ],
            host.Sandbox.Requests.Where(request => request.Endpoint != "getResponse").Select(request => (request.Endpoint, request.Body)));
        var form = QueryHelpers.ParseQuery(host.Sandbox.Requests.Single(request => request.Endpoint == "getResponse").Body);
        Assert.Equal($"Where is the old mill? {id} -1 False False", $"{form["userText"]} {form["charID"]} {form["sessionID"]} {form["voiceResponse"]} {form["stream"]}");
    }

    [Theory]
    [InlineData("""{"charID": "0b1c-4d"}""", "0b1c-4d")]
    [InlineData("""{"charID": 4711}""", "4711")]
    [InlineData("""{"charID": ""}""", null)]
    [InlineData("""{"charID": "a b"}""", null)]
    [InlineData("""{"charID": "a\u0000b"}""", null)]
    [InlineData("""{"charID": ["x"]}""", null)]
    [InlineData("""{"STATUS": "SUCCESS"}""", null)]
    [InlineData("<html>SECRET</html>", null)]
    public async Task Clone_AnyResponse_ReturnsIdOrMayHaveMadeACopy(string body, string? expected)
    {
        await using var host = await StartAsync("clone_character", 200, body);
        var answer = await host.Get<CopyClient>().CloneAsync(Mira, includesKnowledge: true, null, Cancellation);
        Assert.Equal(expected, answer.Value);
        Assert.Equal(expected is null ? true : null, answer.Failure?.MayHaveBeenApplied);
    }

    [Fact]
    public async Task Clone_LongId_IsRejected()
    {
        await using var host = await StartAsync("clone_character", 200, $$"""{"charID": "{{new string('x', 201)}}"}""");
        Assert.True((await host.Get<CopyClient>().CloneAsync(Mira, includesKnowledge: true, null, Cancellation)).Failure!.MayHaveBeenApplied);
    }

    [Theory]
    [InlineData(200, """{"text": "Aye.", "sessionID": "abc"}""", "Aye.", null)]
    [InlineData(200, """{"text": "مرحبا <script>alert(1)</script>", "sessionID": 47}""", "مرحبا <script>alert(1)</script>", null)]
    [InlineData(200, """{"text": "Aye.", "sessionID": "-1"}""", null, true)]
    [InlineData(200, """{"text": "Aye."}""", null, true)]
    [InlineData(200, """{"text": "  ", "sessionID": "abc"}""", null, true)]
    [InlineData(200, """{"text": null, "sessionID": "abc"}""", null, true)]
    [InlineData(200, """{"text": "process_failure, error: SECRET", "sessionID": "abc"}""", null, false)]
    [InlineData(404, """{"text": "process_failure, error: SECRET"}""", null, false)]
    [InlineData(400, """{"ERROR": "SECRET"}""", null, false)]
    [InlineData(403, """{"detail": "SECRET plan"}""", null, false)]
    [InlineData(200, """{"ERROR": "SECRET"}""", null, true)]
    [InlineData(200, """{"status": "error", "message": "SECRET"}""", null, true)]
    [InlineData(503, "<html>SECRET</html>", null, true)]
    public async Task Speak_AnyResponse_ReturnsTextOrFailureWithoutIt(int status, string body, string? expected, bool? mayBeSpent)
    {
        await using var host = await StartAsync("getResponse", status, body);
        var answer = await host.Get<CopyClient>().SpeakAsync(Copy, null, "Hello", null, Cancellation);
        Assert.Equal(expected, answer.Value?.Text);
        Assert.Equal(mayBeSpent, answer.Failure?.MayHaveBeenApplied);
        Assert.DoesNotContain("SECRET", $"{answer.Failure}", StringComparison.Ordinal);
        Assert.DoesNotContain("Aye", $"{answer.Value}", StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("SECRET", StringComparison.Ordinal) || line.Contains("Aye", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Speak_HundredKilobytes_IsCutBetweenCharacters()
    {
        var text = new JsonObject { ["text"] = "x" + string.Concat(Enumerable.Repeat("😀", 50_000)), ["sessionID"] = "abc" }.ToJsonString();
        await using var host = await StartAsync("getResponse", 200, text);
        var answer = (await host.Get<CopyClient>().SpeakAsync(Copy, null, "Hello", null, Cancellation)).Value!;
        Assert.Equal(CopyClient.MaxAnswerLength - 1, answer.Text.Length);
        Assert.False(char.IsHighSurrogate(answer.Text[^1]));
    }

    [Theory]
    [InlineData("""{"functions": [{"function_id": "a", "status": "active"}, {"function_id": 7, "status": "inactive"}]}""", "a:True 7:False")]
    [InlineData("""{"functions": []}""", "")]
    [InlineData("""{"functions": [{"status": "active"}]}""", null)]
    [InlineData("""{"functions": [{"function_id": "a", "status": "paused"}]}""", null)]
    [InlineData("""{"functions": ["a"]}""", null)]
    [InlineData("{}", null)]
    public async Task ListFunctions_AnyResponse_ReturnsAllOrFails(string body, string? expected)
    {
        await using var host = await StartAsync("functions/list", 200, body);
        var answer = await host.Get<CopyClient>().ListFunctionsAsync(Copy, null, Cancellation);
        Assert.Equal(expected, answer.Value is { } functions ? string.Join(' ', functions.Select(function => $"{function.Id}:{function.IsActive}")) : null);
    }

    [Theory]
    [InlineData("""{"model": "gpt-4o", "temperature": 0.4000000059604645, "prompt": "SECRET", "mindview": "SECRET"}""", "gpt-4o", "0.40")]
    [InlineData("""{"model": "gpt-4o"}""", "gpt-4o", null)]
    [InlineData("""{"temperature": "0.4"}""", null, "0.40")]
    [InlineData("""{"prompt": "SECRET"}""", null, null)]
    public async Task ReadUsedSettings_ReturnsOnlyModelAndTemperature(string body, string? model, string? temperature)
    {
        await using var host = await StartAsync("chatHistory/get_prompt", 200, body);
        var answer = await host.Get<CopyClient>().ReadUsedSettingsAsync("abc", null, Cancellation);
        Assert.Equal((model, temperature), (answer.Value?.Model, answer.Value?.Temperature is { } used ? TemperatureRules.Format(used) : null));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("clone_character")]
    [InlineData("update")]
    [InlineData("mcp/characters/detach")]
    [InlineData("getResponse")]
    [InlineData("delete")]
    public async Task WriteCall_Fails_IsNeverRetried(string endpoint)
    {
        await using var host = await SandboxHost.StartConvaiAsync();
        host.Fail(endpoint, SandboxFaultKind.GatewayHtml);
        var client = host.Get<CopyClient>();
        var failure = endpoint switch
        {
            "clone_character" => (await client.CloneAsync(Mira, includesKnowledge: true, null, Cancellation)).Failure,
            "update" => await client.ConfigureAsync(Copy, "x", new SettingsPatch("gpt-4o", null), [], null, Cancellation),
            "mcp/characters/detach" => await client.DetachMcpServerAsync(Copy, "x", null, Cancellation),
            "getResponse" => (await client.SpeakAsync(Copy, null, "Hello", null, Cancellation)).Failure,
            _ => await client.DeleteAsync(Copy, null, Cancellation),
        };
        Assert.True(failure!.MayHaveBeenApplied);
        Assert.Single(host.Endpoints);
    }

    [Fact]
    public async Task Speak_TimesOut_MayHaveBeenSpent()
    {
        await using var host = await SandboxHost.StartConvaiAsync(("Convai:WriteTimeout", "00:05:00"), ("Test:AnswerTimeout", "00:00:00.200"));
        host.Fail("getResponse", SandboxFaultKind.Hang);
        var failure = (await host.Get<CopyClient>().SpeakAsync(Copy, null, "Hello", null, Cancellation)).Failure!;
        Assert.Equal((ConvaiFailureKind.TimedOut, true), (failure.Kind, failure.MayHaveBeenApplied));
    }

    private static async Task<SandboxHost> StartAsync(string endpoint, int status, string body)
    {
        var host = await SandboxHost.StartConvaiAsync();
        host.Faults[endpoint] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        return host;
    }
}
