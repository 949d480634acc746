using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Lines that a copy suggests: over real HTTP, and only ever from a copy.</summary>
[Trait("Speed", "Slow")]
public sealed class LineSuggestionsTests : JournalTest
{
    [Fact]
    public async Task Suggest_UsesTemporaryCopy()
    {
        await using var host = await SandboxHost.StartAsync();
        var lines = await SuggestAsync(host);
        Assert.Equal(5, lines.Value!.Count);
        Assert.Contains("How do I get to the old mill?", lines.Value);
        var asked = host.Sandbox.Requests.Single(request => request.Endpoint == "generate-starter-conversation");
        var copy = await RemovedAsync(host);
        Assert.Equal($"charId={copy.CharacterId}&sessionId=-1", asked.Body);
        Assert.Empty(host.Sandbox.Account.Copies);
        Assert.DoesNotContain("getResponse", host.Endpoints);
        Assert.Equal(24, (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Count);
        // Again, at once: each request has a copy of its own.
        Assert.Equal(5, (await SuggestAsync(host)).Value!.Count);
    }

    [Fact]
    public async Task Suggest_TwoPeopleConcurrently_BothSucceed()
    {
        await using var host = await SandboxHost.StartAsync();
        var both = await Task.WhenAll(SuggestAsync(host), SuggestAsync(host));
        Assert.All(both, suggested => Assert.Null(suggested.Error));
        await RemovedAsync(host);
        Assert.Equal(2, host.Endpoints.Count(endpoint => endpoint == "delete"));
    }

    [Theory]
    [InlineData("generate-starter-conversation")]
    [InlineData("functions/list")]
    [InlineData("update")]
    public async Task Suggest_AnyFailure_RemovesCopyAndShowsReason(string endpoint)
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        host.Fail(endpoint, SandboxFaultKind.ServerError);
        Assert.StartsWith("The copy suggested nothing. ", (await SuggestAsync(host)).Error, StringComparison.Ordinal);
        await RemovedAsync(host);
        Assert.Empty(host.Sandbox.Account.Copies);
        Assert.DoesNotContain(host.Sandbox.Requests, request => request.Endpoint is "update" or "delete" or "generate-starter-conversation" && request.Body.Contains(RehearsalSteps.Mira, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"ERROR": "SECRET"}""")]
    [InlineData("process_failure, error: SECRET")]
    [InlineData("")]
    public async Task Suggest_InvalidResponse_IsRefusedWithoutItsText(string body)
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        host.Faults["generate-starter-conversation"] = new SandboxFault(SandboxFaultKind.Answer, Body: body);
        var refusal = (await SuggestAsync(host)).Error!;
        Assert.DoesNotContain("SECRET", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("SECRET", StringComparison.Ordinal));
        await RemovedAsync(host);
    }

    [Fact]
    public async Task Suggest_AsViewerOrUnknownCharacter_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<LineSuggestions>().SuggestAsync(TestPeople.As(Role.Viewer), RehearsalSteps.Mira, true, Cancellation));
        Assert.Equal(ConvaiText.UnknownCharacter, (await host.Get<LineSuggestions>().SuggestAsync(TestPeople.As(Role.Designer), "someone-else", true, Cancellation)).Error);
        Assert.DoesNotContain("clone_character", host.Endpoints);
    }

    private static async Task<Domain.Result<IReadOnlyList<string>>> SuggestAsync(SandboxHost host)
    {
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        return await host.Get<LineSuggestions>().SuggestAsync(TestPeople.As(Role.Designer), RehearsalSteps.Mira, true, Cancellation);
    }

    private static async Task<CopyRecord> RemovedAsync(SandboxHost host)
    {
        await host.WaitUntilEventAsync(async () => (await host.CopiesAsync(CopyRecord.ForSuggestions)).TrueForAll(copy => copy.State == CopyState.Removed));
        return (await host.CopiesAsync(CopyRecord.ForSuggestions))[0];
    }
}
