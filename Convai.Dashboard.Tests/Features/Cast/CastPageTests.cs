using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Cast;

public sealed class CastPageTests : DashboardTestContext
{
    [Fact]
    public async Task Cast_ListsEveryCharacterAsLink()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal(24, page.FindAll("tbody .cast-row").Count);
        var link = page.FindAll("tbody a").Single(link => link.TextContent == "Mira the Innkeeper");
        Assert.Equal("characters/57a0c93e-7472-11ef-ac22-42010a7be011", link.GetAttribute("href"));
        Assert.Contains("24 characters", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cast_Shown_RemembersOrderForCharacterPages()
    {
        await StartSandboxAsync();
        Services.GetRequiredService<NavigationManager>().NavigateTo("?band=predictable&sort=temperature&dir=desc");
        var page = await OpenAsync();
        var ids = page.FindAll("tbody .cast-name a").Select(link => link.GetAttribute("href")!.Split('/')[^1]).ToList();
        var place = Services.GetRequiredService<LastCastView>().FindPosition(ids[1], await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation));
        Assert.Equal((2, ids.Count, ids[0], ids[2]), (place!.Number, place.Total, place.Previous!.Id, place.Next!.Id));
    }

    /// <summary>Nothing else on the page says that a batch waits for someone.</summary>
    [Fact]
    public async Task PausedBatch_IsSaidAboveTheTable_UntilItGoesOn()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.DoesNotContain("paused", page.Markup, StringComparison.Ordinal);
        var batchId = await BatchTest.PlanAsync(Host, new SettingsPatch(null, 0.33m));
        await PauseAsync(batchId, BatchState.Planned, BatchState.Paused);
        await page.WaitForAssertionAsync(() => Assert.Contains("1 batch is paused, 24 characters waiting.", page.Find(".cast-notice").TextContent, StringComparison.Ordinal));
        Assert.Equal($"batches/{batchId}", page.Find(".cast-notice a").GetAttribute("href"));
        await PauseAsync(batchId, BatchState.Paused, BatchState.Stopped);
        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("paused", page.Markup, StringComparison.Ordinal));

        Task PauseAsync(long id, BatchState from, BatchState to) => Host.Get<BatchRepository>().TransitionAsync(id, from, to, to == BatchState.Paused ? BatchPauseReason.Asked : null, Cancellation);
    }

    [Fact]
    public async Task PausedBatches_ChangeRecorded_AreNotReadAgain()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        var batchId = await BatchTest.PlanAsync(Host, new SettingsPatch(null, 0.33m));
        // The page hears of the plan before it hears of what comes after it, and reads the paused batches for it.
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.41m));
        await page.WaitForAssertionAsync(() => Assert.Contains("0.41", Row(page, "Mira the Innkeeper"), StringComparison.Ordinal));
        await using (var db = await Host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Set<Batch>().Where(batch => batch.Id == batchId).ExecuteUpdateAsync(update => update.SetProperty(batch => batch.State, BatchState.Paused), Cancellation);
        }

        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Contains("0.42", Row(page, "Mira the Innkeeper"), StringComparison.Ordinal));
        Assert.DoesNotContain("paused", page.Markup, StringComparison.Ordinal);
        Host.Get<IChangeFeed>().Publish(new ChangeEvent.BatchUpdated(batchId));
        await page.WaitForAssertionAsync(() => Assert.Contains("1 batch is paused", page.Find(".cast-notice").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cast_NoTemperature_ShowsNotSet()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Contains("Not set", Row(page, "The Ferryman"), StringComparison.Ordinal);
        Assert.Contains("0.333", Row(page, "Nameless Guard"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cast_UnavailableModel_IsMarkedOnceListIsKnown()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Not available to your account", Row(page, "Captain Reyes"), StringComparison.Ordinal));
        Assert.Equal(["list", "getSupportedModel"], Host.Endpoints);
    }

    [Fact]
    public async Task Cast_After429_CountsDown()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Drift:ReadEvery", "00:00:00"));
        Host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Times: 1, Status: 429, Body: "{}", RetryAfter: 20);
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("Convai's rate limit is reached. Try again in 20 seconds.", page.Find(".empty-state p").TextContent));
        time.Advance(TimeSpan.FromSeconds(19));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("Try again in 1 second.", page.Find(".empty-state p").TextContent, StringComparison.Ordinal));
        time.Advance(TimeSpan.FromSeconds(1));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("You can try again now.", page.Find(".empty-state p").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cast_WhileLoading_ShowsSkeleton()
    {
        await StartSandboxAsync(("Convai:Sandbox:Latency", "00:00:00.300"));
        var page = Render<CastPage>();
        Assert.NotNull(page.Find("[aria-busy=true]"));
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("[aria-busy=true]")), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Cast_Search_FiltersAndUpdatesUrl()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.Find("input[type=search]").InputAsync("mira"));
        await page.WaitForAssertionAsync(() => Assert.Equal("Mira the Innkeeper", Assert.Single(page.FindAll("tbody a")).TextContent));
        Assert.EndsWith("?q=mira", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cast_NoMatches_ShowsMessageAndShowAllClearsSearch()
    {
        await StartSandboxAsync();
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo("/?q=nobody");
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("No character matches “nobody”", page.Find(".empty-state h2").TextContent));
        await ClickAsync(page, "Show all 24");
        await page.WaitForAssertionAsync(() => Assert.Equal(24, page.FindAll("tbody .cast-row").Count));
    }

    [Fact]
    public async Task Cast_ConvaiUnreachable_ShowsErrorAndRetries()
    {
        await StartSandboxAsync();
        Host.Fail("list", SandboxFaultKind.ServerError, times: 1);
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("The cast could not be loaded", page.Find(".empty-state h2").TextContent));
        Assert.Contains("Convai is having problems", page.Markup, StringComparison.Ordinal);
        await ClickAsync(page, "Try again");
        await page.WaitForAssertionAsync(() => Assert.Equal(24, page.FindAll("tbody .cast-row").Count));
    }

    [Fact]
    public async Task Cast_RefreshFails_KeepsOldValuesWithAge()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Host.Fail("list", SandboxFaultKind.ServerError);
        await ClickAsync(page, "Refresh");
        await page.WaitForAssertionAsync(() => Assert.Contains("Showing the cast as of", page.Find(".note-warning").TextContent, StringComparison.Ordinal));
        Assert.Equal(24, page.FindAll("tbody .cast-row").Count);
    }

    [Fact]
    public async Task Cast_EmptyAccount_ShowsMessage()
    {
        await StartSandboxAsync();
        ((List<SandboxCharacter>)Host.Sandbox.Account.Characters).Clear();
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("This account has no characters yet", page.Find(".empty-state h2").TextContent));
    }

    private async Task<IRenderedComponent<CastPage>> OpenAsync()
    {
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody .cast-row")), TimeSpan.FromSeconds(10));
        return page;
    }

    private static Task ClickAsync(IRenderedComponent<CastPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private static string Row(IRenderedComponent<CastPage> page, string name) =>
        page.FindAll("tbody .cast-row").Single(row => row.QuerySelector("a")!.TextContent == name).TextContent;
}
