using System.Reflection;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Functions, MCP servers and the model that Convai would use: read tolerantly, over HTTP, and nothing else of these answers.</summary>
public sealed class CharacterFactsTests
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Secret = "the innkeeper's secret 4711";

    [Theory]
    [InlineData("""{"functions": [{"function_id": 1, "name": "a", "status": "active"}, {"status": "ACTIVE"}, {"status": "inactive"}]}""", 2)]
    [InlineData("""{"functions": []}""", 0)]
    [InlineData("""{"functions": [{"status": "active", "new": {"deep": []}}]}""", 1)]
    [InlineData("""{"functions": ["f1"]}""", null)]
    [InlineData("""{"functions": [{"status": "active"}, 7, null, [1]]}""", null)]
    [InlineData("""{"functions": [{"status": "paused"}]}""", null)]
    [InlineData("""{"functions": [{"name": "a"}]}""", null)]
    [InlineData("""{"functions": "NULL"}""", null)]
    [InlineData("{}", null)]
    public async Task CountActiveFunctions_AnyResponse_ReturnsCountOrFails(string body, int? expected)
    {
        await using var host = await StartAsync("functions/list", 200, body);
        var answer = await host.Client.CountActiveFunctionsAsync(MiraId, Cancellation);
        Assert.Equal(expected, answer.Value?.Active);
        Assert.Equal(expected is null ? ConvaiFailureKind.NotUnderstood : null, answer.Failure?.Kind);
    }

    [Theory]
    [InlineData("""{"server_ids": ["a", "b", 7]}""", 3)]
    [InlineData("""{"server_ids": ["a", {"id": "b"}]}""", null)]
    [InlineData("""{"server_ids": ["a", null, [1]]}""", null)]
    [InlineData("""{"server_ids": []}""", 0)]
    [InlineData("""{"server_ids": "a"}""", null)]
    [InlineData("{}", null)]
    public void McpServers_AnyType_AreReadOrAbsent(string body, int? expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(body, ConvaiJsonContext.Default.McpServersResponse)!.Servers?.Count);

    [Theory]
    [InlineData("""{"model": "gpt-4o"}""", "gpt-4o")]
    [InlineData("""{"model": "NULL"}""", null)]
    [InlineData("""{"model": {"name": "gpt-4o"}}""", null)]
    [InlineData("""{"model": ["gpt-4o"]}""", null)]
    [InlineData("{}", null)]
    public void PromptResponse_AnyType_ReturnsModelOrNull(string body, string? expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(body, ConvaiJsonContext.Default.PromptResponse)!.Model);

    [Fact]
    public async Task Sandbox_SendsAndReceivesDocumentedBodies()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(2, (await host.Client.CountActiveFunctionsAsync(MiraId, Cancellation)).Value!.Active);
        Assert.Equal(1, (await host.Client.CountMcpServersAsync(MiraId, Cancellation)).Value!.Active);
        Assert.Equal("gpt-4o", (await host.Client.GetModelInUseAsync(MiraId, Cancellation)).Value);
        Assert.Equal(
            [
                ("functions/list", $$"""{"character_id":"{{MiraId}}","per_page":-1}"""),
                ("mcp/characters/list", $$"""{"character_id":"{{MiraId}}"}"""),
                ("chatHistory/get_prompt", $$"""{"character_id":"{{MiraId}}"}"""),
            ],
            host.Sandbox.Requests.Select(request => (request.Endpoint, request.Body)));
        var crier = host.Character("Market Crier").Id;
        Assert.Equal((1, 0), ((await host.Client.CountActiveFunctionsAsync(crier, Cancellation)).Value!.Active, (await host.Client.CountMcpServersAsync(crier, Cancellation)).Value!.Active));
        Assert.Equal(ConvaiFailureKind.UnknownCharacter, (await host.Client.GetModelInUseAsync("nobody", Cancellation)).Failure!.Kind);
    }

    [Fact]
    public void PromptResponse_HasNoPromptProperty() =>
        Assert.Equal(["Model", "Temperature"], typeof(PromptResponse).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Select(property => property.Name));

    [Theory]
    [InlineData(200, """{"model": "gpt-4o", "mindview": "SECRET", "prompt": "SECRET"}""", null)]
    [InlineData(200, """{"mindview": "SECRET"}""", "Convai's answer could not be understood. If this keeps happening, tell the person who runs the dashboard.")]
    [InlineData(200, """{"ERROR": "SECRET"}""", "Convai's answer could not be understood. If this keeps happening, tell the person who runs the dashboard.")]
    [InlineData(200, "<html>SECRET</html>", "Convai's answer could not be understood. If this keeps happening, tell the person who runs the dashboard.")]
    [InlineData(200, """{"model": "SECRET""", "Convai's answer could not be understood. If this keeps happening, tell the person who runs the dashboard.")]
    [InlineData(400, """{"ERROR": "SECRET"}""", "Convai could not check this character (HTTP 400).")]
    [InlineData(400, """{"ERROR": "Either session_id or character_id is required"}""", "Convai could not check this character (HTTP 400).")]
    [InlineData(401, """{"API_ERROR": "SECRET"}""", "Convai rejected the API key. Ask the person who runs the dashboard to check it.")]
    [InlineData(403, """{"detail": "SECRET"}""", "Convai doesn't allow this check for this account (HTTP 403). The plan may not include it.")]
    [InlineData(403, "", "Convai doesn't allow this check for this account (HTTP 403). The plan may not include it.")]
    [InlineData(404, """{"detail": "SECRET"}""", "Convai answered with an error (HTTP 404) and didn't say which. If this keeps happening, tell the person who runs the dashboard.")]
    [InlineData(500, """{"INTERNAL_ERROR": "SECRET", "Reference ID": "r-1"}""", "Convai is having problems right now (HTTP 500).")]
    public async Task GetModelInUse_AnyResponse_ReturnsOnlyTheModel(int status, string body, string? reason)
    {
        await using var host = await StartAsync("chatHistory/get_prompt", status, body.Replace("SECRET", Secret, StringComparison.Ordinal));
        var answer = await host.Client.GetModelInUseAsync(MiraId, Cancellation);
        Assert.Equal((reason is null ? "gpt-4o" : null, reason), (answer.Value, answer.Failure?.Reason));
        Assert.DoesNotContain(Secret, $"{answer}{string.Join('\n', host.Logs.Lines)}", StringComparison.Ordinal);
    }

    private static async Task<SandboxHost> StartAsync(string endpoint, int status, string body)
    {
        var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        host.Faults[endpoint] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        return host;
    }
}
