using System.Net;
using System.Net.Sockets;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Every row of the failure table, over real HTTP: what a designer is told, and whether a write may have arrived.</summary>
[Trait("Speed", "Slow")]
public sealed class ConvaiFailureTests
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Key = "sk-live-THE-SECRET-0123456789";

    private static readonly SettingsPatch Change = new("gpt-4.1", 0.5m);

    [Fact]
    public async Task Unauthorized_OnReadAndWrite_IsKeyRejected()
    {
        await using var sandbox = await SandboxHost.StartAsync();
        await using var host = await LiveAgainstAsync(sandbox);
        Assert.Equal(ConvaiFailureKind.KeyRejected, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(new ConvaiFailure(ConvaiFailureKind.KeyRejected, "Convai rejected the API key. Ask the person who runs the dashboard to check it."), failure);
    }

    [Fact]
    public async Task Unauthorized_MalformedJsonBody_IsKeyRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("list", SandboxFaultKind.MalformedKeyError);
        Assert.Equal(ConvaiFailureKind.KeyRejected, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
    }

    [Fact]
    public async Task KeyMissing_ReadsAndWritesFail()
    {
        await using var sandbox = await SandboxHost.StartAsync();
        await using var host = await LiveAgainstAsync(sandbox);
        host.Get<Microsoft.Extensions.Options.IOptions<ConvaiOptions>>().Value.ApiKey = null;
        Assert.Equal(ConvaiFailureKind.KeyMissing, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        Assert.Equal(ConvaiFailureKind.KeyMissing, (await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation))!.Kind);
    }

    [Fact]
    public async Task PlanDoesNotAllowWrites_WriteFailsAndReadsStillWork()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:WritesAllowed", "false"));
        Assert.True((await host.Client.ListCharactersAsync(Cancellation)).IsSuccess);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(ConvaiFailureKind.PlanDoesNotAllowWrites, failure!.Kind);
        Assert.Contains("Professional plan", failure.Sentence, StringComparison.Ordinal);
        Assert.NotNull(failure.Reference);
        Assert.False(failure.MayHaveBeenApplied);
    }

    [Fact]
    public async Task NotFound_OnEveryEndpoint_IsUnknownCharacter()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(ConvaiFailureKind.UnknownCharacter, (await host.Client.GetCharacterAsync("nobody", null, Cancellation)).Failure!.Kind);
        Assert.Equal(ConvaiFailureKind.UnknownCharacter, (await host.Client.GetSupportedModelsAsync("nobody", Cancellation)).Failure!.Kind);
        var failure = await host.Client.UpdateCharacterAsync("nobody", Change, null, Cancellation);
        Assert.Equal(ConvaiFailureKind.UnknownCharacter, failure!.Kind);
        Assert.False(failure.MayHaveBeenApplied);
    }

    [Fact]
    public async Task ValueRejected_QuotesConvaisMessage()
    {
        await using var host = await SandboxHost.StartAsync();
        var failure = await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch("gpt-99", null), null, Cancellation);
        Assert.Equal(ConvaiFailureKind.ValueRejected, failure!.Kind);
        Assert.Contains("Invalid model_group_name 'gpt-99'.", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherErrorShape_IsValueRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", SandboxFaultKind.Detail);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(ConvaiFailureKind.ValueRejected, failure!.Kind);
        Assert.Contains("Unprocessable value.", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimited_WithoutRetryAfter_WaitsOneMinute()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:RequestsPerMinute", "1"));
        await host.Client.ListCharactersAsync(Cancellation);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(ConvaiFailureKind.RateLimited, failure!.Kind);
        Assert.InRange(failure.Wait!.Remaining, TimeSpan.FromSeconds(50), TimeSpan.FromMinutes(1));
        Assert.False(failure.MayHaveBeenApplied);
    }

    [Theory]
    [InlineData("API rate limit exceeded. Please try again later.", ConvaiFailureKind.RateLimited)]
    [InlineData("Rate limit exceeded.", ConvaiFailureKind.RateLimited)]
    [InlineData("API usage limit exceeded for current plan.", ConvaiFailureKind.QuotaUsedUp)]
    public async Task TooManyRequests_BacksOffForRateLimit_ButNotForQuota(string words, ConvaiFailureKind kind)
    {
        await using var host = await SandboxHost.StartAsync(("Drift:ReadEvery", "00:00:00"));
        host.Faults["get"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: $$"""{"ERROR": "{{words}}"}""");
        var failure = (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).Failure!;
        Assert.Equal(kind, failure.Kind);
        Assert.Equal(kind == ConvaiFailureKind.RateLimited, host.Client.RateLimit.BackOffRemaining > TimeSpan.Zero);
        Assert.Equal(kind == ConvaiFailureKind.QuotaUsedUp, (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).IsSuccess);
    }

    [Fact]
    public async Task Unreachable_ConnectionRefused_WriteWasNotApplied()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var host = await SandboxHost.StartAsync(("Convai:Mode", "Live"), ("Convai:ApiKey", Key), ("Convai:BaseUrl", $"http://{closed.LocalEndPoint}"));
        Assert.Equal(ConvaiFailureKind.Unreachable, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        Assert.Equal(new ConvaiFailure(ConvaiFailureKind.Unreachable, "Convai could not be reached."), await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation));
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.HalfAnswer)]
    [InlineData(SandboxFaultKind.GatewayHtml)]
    [InlineData(SandboxFaultKind.ServerError)]
    public async Task Unreachable_AfterSending_WriteMayHaveBeenApplied(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", fault);
        host.Fail("list", fault);
        Assert.Equal(ConvaiFailureKind.Unreachable, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(ConvaiFailureKind.Unreachable, failure!.Kind);
        Assert.True(failure.MayHaveBeenApplied);
    }

    [Fact]
    public async Task ServerError_IncludesConvaisReference()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", SandboxFaultKind.ServerError);
        Assert.Equal("ref-4711", (await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation))!.Reference);
    }

    [Fact]
    public async Task TimedOut_ReportsTimeout_AndWriteMayHaveBeenApplied()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:ReadTimeout", "00:00:00.200"), ("Convai:WriteTimeout", "00:00:00.200"), SandboxHost.NoRetries);
        host.Fail("update", SandboxFaultKind.HangAfterApplying);
        host.Fail("list", SandboxFaultKind.Hang);
        Assert.Equal(ConvaiFailureKind.TimedOut, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(new ConvaiFailure(ConvaiFailureKind.TimedOut, "Convai didn't answer within 1 second.", MayHaveBeenApplied: true), failure);
    }

    [Theory]
    [InlineData(SandboxFaultKind.Html, ConvaiFailureKind.NotUnderstood)]
    [InlineData(SandboxFaultKind.MalformedJson, ConvaiFailureKind.NotUnderstood)]
    [InlineData(SandboxFaultKind.ErrorInside200, ConvaiFailureKind.ErrorAnswer)]
    [InlineData(SandboxFaultKind.StatusErrorInside200, ConvaiFailureKind.ErrorAnswer)]
    public async Task ResponseWithoutSuccess_WriteMayHaveBeenApplied(SandboxFaultKind fault, ConvaiFailureKind kind)
    {
        await using var host = await SandboxHost.StartAsync();
        foreach (var endpoint in new[] { "update", "list", "get", "getSupportedModel" })
        {
            host.Fail(endpoint, fault);
        }

        Assert.Equal(kind, (await host.Client.ListCharactersAsync(Cancellation)).Failure!.Kind);
        Assert.Equal(kind, (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).Failure!.Kind);
        Assert.Equal(kind, (await host.Client.GetSupportedModelsAsync(MiraId, Cancellation)).Failure!.Kind);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal(kind, failure!.Kind);
        Assert.True(failure.MayHaveBeenApplied);
        Assert.DoesNotContain("<html", failure.Sentence, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(500, """{"ERROR": "one or more database calls failed!"}""", ConvaiFailureKind.Unreachable, true)]
    [InlineData(500, """{"ERROR": "api_key cache failed"}""", ConvaiFailureKind.Unreachable, true)]
    [InlineData(502, """{"ERROR": "we upgrade our servers"}""", ConvaiFailureKind.Unreachable, true)]
    [InlineData(400, """{"ERROR": "Could not fetch character details from all_characters table."}""", ConvaiFailureKind.UnknownCharacter, false)]
    [InlineData(402, "{}", ConvaiFailureKind.PlanDoesNotAllowWrites, false)]
    [InlineData(400, """{"ERROR": "This model is not part of your plan."}""", ConvaiFailureKind.PlanDoesNotAllowWrites, false)]
    [InlineData(401, """{"API_ERROR": "api_key not found."}""", ConvaiFailureKind.KeyRejected, false)]
    [InlineData(302, "", ConvaiFailureKind.NotUnderstood, true)]
    [InlineData(200, """{"API_ERROR": "Invalid API key provided."}""", ConvaiFailureKind.KeyRejected, false)]
    public async Task Write_ErrorResponse_IsClassifiedByStatusFirst(int status, string body, ConvaiFailureKind kind, bool mayHaveBeenApplied)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["update"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
        Assert.Equal((kind, mayHaveBeenApplied), (failure!.Kind, failure.MayHaveBeenApplied));
    }

    [Fact]
    public async Task EveryFailure_LogsNeitherKeyNorBody()
    {
        await using var sandbox = await SandboxHost.StartAsync();
        await using var host = await LiveAgainstAsync(sandbox, sandbox.Sandbox.ApiKey);
        var kinds = new HashSet<ConvaiFailureKind>();
        foreach (var fault in SandboxFaults.Quick)
        {
            sandbox.Fail("list", fault);
            sandbox.Fail("update", fault);
            var read = await host.Client.ListCharactersAsync(Cancellation);
            var written = await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation);
            kinds.UnionWith(new[] { read.Failure, written }.OfType<ConvaiFailure>().Select(failure => failure.Kind));
            Assert.DoesNotContain(sandbox.Sandbox.ApiKey, $"{read} {written}", StringComparison.OrdinalIgnoreCase);
        }

        Assert.Superset(
            new HashSet<ConvaiFailureKind> { ConvaiFailureKind.KeyRejected, ConvaiFailureKind.ValueRejected, ConvaiFailureKind.Unreachable, ConvaiFailureKind.NotUnderstood },
            kinds);
        Assert.Contains(host.Logs.Lines, line => line.Contains("failed: ValueRejected", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains(sandbox.Sandbox.ApiKey, StringComparison.OrdinalIgnoreCase) || line.Contains("<html", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ErrorText_ContainingKey_IsRedacted()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", SandboxFaultKind.EchoKey);
        Assert.Equal("Convai rejected the value: “Bad request with '…'.”", (await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation))!.Sentence);
    }

    [Theory]
    [InlineData("Bad key {0}.", 0, 20, "Bad key ….")]
    [InlineData("Key {0} is unknown.", 3, 8, "Key … is unknown.")]
    [InlineData("Key {0}… is unknown.", 0, 12, "Key …… is unknown.")]
    [InlineData("Key {0} is short.", 0, 7, null)]
    public async Task ErrorText_ContainingEightKeyCharacters_IsRedacted(string words, int start, int length, string? shown)
    {
        await using var host = await SandboxHost.StartAsync();
        var part = host.Sandbox.ApiKey.Substring(start, length).ToUpperInvariant();
        var sent = string.Format(System.Globalization.CultureInfo.InvariantCulture, words, part);
        host.Faults["update"] = new SandboxFault(SandboxFaultKind.Answer, Status: 400, Body: $$"""{"ERROR": "Value: {{sent}}"}""");
        Assert.Equal($"Convai rejected the value: “Value: {shown ?? sent}”", (await host.Client.UpdateCharacterAsync(MiraId, Change, null, Cancellation))!.Sentence);
    }

    private static Task<SandboxHost> LiveAgainstAsync(SandboxHost sandbox, string key = Key) =>
        SandboxHost.StartAsync(("Convai:Mode", "Live"), ("Convai:ApiKey", key), ("Convai:BaseUrl", sandbox.Sandbox.BaseAddress.ToString()));
}
