using Convai.Dashboard.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class AccountModelsTests
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task ReadForCharacter_Concurrently_CallsConvaiOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        var readings = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.Get<AccountModels>().ReadForCharacterAsync(MiraId, false, Cancellation)));
        Assert.All(readings, reading => Assert.True(reading.Models.IsAccountListKnown));
        Assert.Single(host.Endpoints);
    }

    [Fact]
    public async Task ReadForCast_CachesTheListForFifteenMinutes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var models = host.Get<AccountModels>();
        await models.ReadForCastAsync(MiraId, Cancellation);
        time.Advance(TimeSpan.FromMinutes(14));
        await models.ReadForCastAsync(MiraId, Cancellation);
        Assert.Single(host.Endpoints);
        time.Advance(TimeSpan.FromMinutes(2));
        await models.ReadForCastAsync(MiraId, Cancellation);
        Assert.Equal(2, host.Endpoints.Count);
    }

    [Fact]
    public async Task ReadForCharacter_ListUnavailable_ReturnsCatalogueAndReason()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("getSupportedModel", SandboxFaultKind.Html);
        var reading = await host.Get<AccountModels>().ReadForCharacterAsync(MiraId, false, Cancellation);
        Assert.Equal(17, reading.Models.Models.Count);
        Assert.False(reading.Models.IsAccountListKnown);
        Assert.NotNull(reading.Failure);
    }

    [Fact]
    public async Task ReadForCharacter_After429_RefreshesOnceWaitIsOver()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        host.Faults["getSupportedModel"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 6);
        var models = host.Get<AccountModels>();
        await models.ReadForCharacterAsync(MiraId, false, Cancellation);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.EndsWith("Try again in 2 seconds.", (await models.ReadForCharacterAsync(MiraId, false, Cancellation)).Failure!.Sentence, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null((await models.ReadForCharacterAsync(MiraId, false, Cancellation)).Failure);
    }

    [Fact]
    public async Task Last_CastNotRead_IsListOfCharacter()
    {
        await using var host = await SandboxHost.StartAsync();
        var models = host.Get<AccountModels>();
        Assert.Same(models.Catalogue, models.Last);
        var character = (await models.ReadForCharacterAsync(MiraId, false, Cancellation)).Models;
        Assert.Same(character, models.Last);
        var cast = (await models.ReadForCastAsync(MiraId, Cancellation)).Models;
        Assert.Same(cast, models.Last);
        await models.ReadForCharacterAsync(MiraId, true, Cancellation);
        Assert.Same(cast, models.Last);
    }

    [Fact]
    public async Task Last_RefreshFails_KeepsLastRead()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, ("Drift:ReadEvery", "00:00:00"));
        var models = host.Get<AccountModels>();
        var cast = (await models.ReadForCastAsync(MiraId, Cancellation)).Models;
        host.Fail("getSupportedModel", SandboxFaultKind.Html);
        time.Advance(TimeSpan.FromMinutes(16));
        Assert.NotNull((await models.ReadForCastAsync(MiraId, Cancellation)).Failure);
        Assert.Same(cast, models.Last);
    }

    [Fact]
    public async Task ReadForCharacter_ForceRefresh_CallsConvaiAgain()
    {
        await using var host = await SandboxHost.StartAsync();
        var models = host.Get<AccountModels>();
        await models.ReadForCharacterAsync(MiraId, false, Cancellation);
        await models.ReadForCharacterAsync(MiraId, true, Cancellation);
        Assert.Equal(2, host.Endpoints.Count);
    }
}
