using System.Net.Http.Headers;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.ConvaiApi;

[Trait("Speed", "Slow")]
public sealed class ConvaiClientTests
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task ListCharacters_InconsistentTypes_ReadsEveryCharacter()
    {
        await using var host = await SandboxHost.StartAsync();
        var cast = (await host.Client.ListCharactersAsync(Cancellation)).Value!;
        Assert.Equal(24, cast.Count);
        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.70m), cast[0].Settings);
        Assert.Null(cast.Single(character => character.Name == "The Ferryman").Settings.Temperature);
        Assert.False(cast.Single(character => character.Name == "Brother Anselm").ModerationEnabled);
        Assert.Null(cast.Single(character => character.Name == "Nameless Guard").LastInteractedWith);
        Assert.Equal(0.333m, cast.Single(character => character.Name == "Nameless Guard").Settings.Temperature);
        Assert.Equal(TimeSpan.Zero, cast[0].LastInteractedWith!.Value.Offset);
    }

    [Fact]
    public async Task GetCharacter_ResponseHasSettings_CallsOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal("gpt-4o", (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).Value!.Settings.ModelCode);
        Assert.Equal(["get"], host.Endpoints);
    }

    [Fact]
    public async Task GetCharacter_ResponseOmitsSettings_UsesListFromThenOn()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("get", SandboxFaultKind.OmitSettings);
        Assert.Equal(0.70m, (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).Value!.Settings.Temperature);
        Assert.Equal(0.70m, (await host.Client.GetCharacterAsync(MiraId, null, Cancellation)).Value!.Settings.Temperature);
        Assert.Equal(["get", "list", "list"], host.Endpoints);
    }

    [Fact]
    public async Task GetSupportedModels_DoubleEncodedResponse_ReturnsModels()
    {
        await using var host = await SandboxHost.StartAsync();
        var models = (await host.Client.GetSupportedModelsAsync(MiraId, Cancellation)).Value!;
        Assert.Contains(models, model => model.Code == "gpt-4o");
        Assert.DoesNotContain(models, model => model.Code == "claude-opus-4");
        Assert.True(models.Single(model => model.Code == "claude-3-7-sonnet").IsDeprecated);
    }

    [Fact]
    public async Task UpdateCharacter_ModelOnly_SendsDocumentedBody()
    {
        await using var host = await SandboxHost.StartAsync();
        // The sample of the seed page; its code is in no table of that page.
        Assert.Null(await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch("claude-3-5-sonnet", null), null, Cancellation));
        Assert.Equal("""{"charID":"57a0c93e-7472-11ef-ac22-42010a7be011","model_group_name":"claude-3-5-sonnet"}""", Assert.Single(host.Sandbox.Requests).Body);
    }

    [Fact]
    public async Task UpdateCharacter_TemperatureOnly_SendsDocumentedBody()
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Null(await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(null, 0.42m), null, Cancellation));
        Assert.Equal("""{"charID":"57a0c93e-7472-11ef-ac22-42010a7be011","temperature":0.42}""", Assert.Single(host.Sandbox.Requests).Body);
        Assert.Equal(0.42m, host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task UpdateCharacter_EachCatalogueCode_ArrivesByteForByte()
    {
        await using var host = await SandboxHost.StartAsync();
        foreach (var code in ModelLists.ShippedOptions().Providers.SelectMany(provider => provider.Models).Select(model => model.Code))
        {
            Assert.Null(await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(code, null), null, Cancellation));
            Assert.Contains($"\"model_group_name\":\"{code}\"", host.Sandbox.Requests[^1].Body, StringComparison.Ordinal);
            Assert.Equal(code, host.Character("Mira the Innkeeper").ModelCode);
        }
    }

    [Theory]
    // Other calls of Convai answer it in lower case.
    [InlineData("SUCCESS", true)]
    [InlineData("success", true)]
    [InlineData("FAILED", false)]
    [InlineData("", false)]
    public async Task UpdateCharacter_SuccessStatus_IsCaseInsensitive(string status, bool isSuccess)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["update"] = new SandboxFault(SandboxFaultKind.Answer, Body: $$"""{"STATUS": "{{status}}"}""");
        var failure = await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(null, 0.1m), null, Cancellation);
        Assert.Equal(isSuccess ? null : ConvaiFailureKind.NotUnderstood, failure?.Kind);
    }

    [Fact]
    public async Task ListCharacters_DuplicateId_KeepsTheFirst()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Body: """
            {"characters": [
                {"character_id": "a", "character_name": "First"},
                {"character_id": "A", "character_name": "Another"},
                {"character_id": "a", "character_name": "Second"}
            ]}
            """);
        var cast = (await host.Client.ListCharactersAsync(Cancellation)).Value!;
        Assert.Equal(["First", "Another"], cast.Select(character => character.Name));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.07", "0.07")]
    [InlineData("0.42", "0.42")]
    [InlineData("1", "1")]
    [InlineData("1.00", "1")]
    [InlineData("0.70", "0.7")]
    public async Task UpdateCharacter_Temperature_IsSentAsPlainNumber(string temperature, string number)
    {
        await using var host = await SandboxHost.StartAsync();
        var value = decimal.Parse(temperature, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Null(await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(null, value), null, Cancellation));
        Assert.EndsWith($"\"temperature\":{number}}}", Assert.Single(host.Sandbox.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpdateCharacter_CodeInDifferentCase_IsRejected()
    {
        await using var host = await SandboxHost.StartAsync();
        var failure = await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch("llama-3-70b", null), null, Cancellation);
        Assert.Equal(ConvaiFailureKind.ValueRejected, failure!.Kind);
    }

    [Fact]
    public async Task ListCharacters_GatewayFailsTwice_Retries()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("list", SandboxFaultKind.GatewayHtml, times: 2);
        Assert.True((await host.Client.ListCharactersAsync(Cancellation)).IsSuccess);
        Assert.Equal(3, host.Endpoints.Count);
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.HalfAnswer)]
    public async Task ListCharacters_ConnectionDropsOnce_Retries(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("list", fault, times: 1);
        Assert.True((await host.Client.ListCharactersAsync(Cancellation)).IsSuccess);
    }

    [Theory]
    [InlineData(SandboxFaultKind.GatewayHtml)]
    [InlineData(SandboxFaultKind.Drop)]
    [InlineData(SandboxFaultKind.ServerError)]
    [InlineData(SandboxFaultKind.Hang)]
    public async Task UpdateCharacter_Fails_IsNeverRetried(SandboxFaultKind fault)
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        host.Fail("update", fault);
        var failure = await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(null, 0.1m), null, Cancellation);
        Assert.True(failure!.MayHaveBeenApplied);
        Assert.Equal(["update"], host.Endpoints);
    }

    [Fact]
    public async Task ListCharacters_ShortRetryAfter_WaitsAndRetries()
    {
        var time = new FakeTimeProvider();
        await using var host = await SandboxHost.StartAsync(time, ("Convai:ReadTimeout", "00:05:00"));
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, After: 1, Status: 429, Body: "{}", RetryAfter: 3);
        Assert.True((await host.Client.ListCharactersAsync(Cancellation)).IsSuccess);
        var before = time.GetUtcNow();
        Assert.Equal(ConvaiFailureKind.RateLimited, (await time.AdvanceUntilAsync(host.Client.ListCharactersAsync(Cancellation))).Failure!.Kind);
        // Twice three seconds, and whatever the clock of the test runs on while the calls are really under way.
        Assert.InRange(time.GetUtcNow() - before, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(20));
        Assert.Equal(4, host.Endpoints.Count);
    }

    [Fact]
    public async Task AnyCall_After429_BacksOffForRetryAfter()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, After: 1, Status: 429, Body: "{}", RetryAfter: 47);
        await host.Client.ListCharactersAsync(Cancellation);
        var refused = (await host.Client.ListCharactersAsync(Cancellation)).Failure!;
        Assert.Equal("Convai's rate limit is reached. Try again in 47 seconds.", refused.Sentence);
        var afterwards = await host.Client.UpdateCharacterAsync(MiraId, new SettingsPatch(null, 0.1m), null, Cancellation);
        Assert.Equal(ConvaiFailureKind.RateLimited, afterwards!.Kind);
        Assert.Equal(2, host.Endpoints.Count);

        // What was said then is shown later, too.
        time.Advance(TimeSpan.FromSeconds(44));
        Assert.Equal("Convai's rate limit is reached. Try again in 3 seconds.", refused.Sentence);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("Convai's rate limit is reached. You can try again now.", refused.Sentence);
    }

    [Fact]
    public void RetryAfter_AsDate_IsRelativeToResponseDate()
    {
        using var response = new HttpResponseMessage();
        response.Headers.Date = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(new DateTimeOffset(2026, 11, 28, 12, 0, 30, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(30), response.Headers.RetryAfterTime(TimeProvider.System));
    }

    [Fact]
    public async Task ListCharacters_OwnLimitReached_FailsWithoutCallingConvai()
    {
        var time = new FakeTimeProvider();
        await using var host = await SandboxHost.StartAsync(
            time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:MaxRequestsPerMinute", "3"), SandboxHost.NoRetries);
        for (var call = 0; call < 3; call++)
        {
            await host.Client.ListCharactersAsync(Cancellation);
        }

        Assert.Equal(ConvaiFailureKind.RateLimited, (await time.AdvanceUntilAsync(host.Client.ListCharactersAsync(Cancellation))).Failure!.Kind);
        Assert.Equal(3, host.Endpoints.Count);
    }

    [Fact]
    public async Task ListCharacters_CancelledByCaller_Throws()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("list", SandboxFaultKind.Hang);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.ListCharactersAsync(cancelled.Token));
    }
}
