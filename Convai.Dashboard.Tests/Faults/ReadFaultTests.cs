using Bunit;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Faults;

/// <summary>Places of the matrix: the cast, a character that is opened, the account's list beside it, and the account's usage.</summary>
[Trait("Speed", "Slow")]
public sealed class ReadFaultTests(FaultyDashboard dashboard) : DashboardTestContext, IClassFixture<FaultyDashboard>
{
    public static TheoryData<string> Reads => FaultTable.OfReads;

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task ListAndOpen_AnyFault_ShowsError(string name)
    {
        await StartAsync();
        var fault = dashboard.Inject(name, "list");
        await dashboard.WaitAsync(() => Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation));
        var cast = Render<CastPage>();
        await SaysAsync(cast, ".empty-state :is(h1, h2, p)", $"The cast could not be loaded {fault.List}");
        var character = Open();
        await SaysAsync(character, ".empty-state :is(h1, h2, p)", $"The character could not be loaded {fault.List} Nothing was changed.");
        dashboard.AssertHarmless(character.Markup);

        dashboard.Recover();
        await ClickAsync(character, "Try again");
        await character.WaitForAssertionAsync(() => Assert.Equal("Mira the Innkeeper", character.Find("h1").TextContent));
        await cast.WaitForAssertionAsync(() => Assert.NotEmpty(cast.FindAll(".cast-row")));

        // Read before, the cast is still there when it cannot be read again.
        fault = dashboard.Inject(name, "list");
        await dashboard.WaitAsync(() => Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation));
        await cast.WaitForAssertionAsync(() => Assert.StartsWith($"{fault.List} Showing the cast as of", FaultyDashboard.NormalizeText(cast.Find(".note-warning").TextContent), StringComparison.Ordinal));
        Assert.NotEmpty(cast.FindAll(".cast-row"));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task AccountList_AnyFault_ShowsError(string name)
    {
        await StartAsync();
        var fault = dashboard.Inject(name, "getSupportedModel");
        // Before time passes: the page must have the cast.
        await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var page = Open();
        var reading = Host.Get<Features.Models.AccountModels>().ReadForCharacterAsync(Mira.Id, forceRefresh: false, Cancellation);
        Assert.Equal(fault.Reading, (await dashboard.WaitAsync(() => reading)).Failure?.Sentence);
        await SaysAsync(page, ".account-list-note", $"Your account's models could not be loaded: {fault.Reading} Showing the dashboard's catalogue instead. Try again");
        Assert.DoesNotContain(page.FindAll(".badge"), badge => badge.TextContent == "Not available to your account");

        dashboard.Recover();
        await ClickAsync(page, "Try again");
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Find(".account-list-note").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task AccountUsage_AnyFault_ShowsError(string name)
    {
        // An answer without usage is no failure.
        Assert.SkipWhen(name == "Wrong types", "It reports no usage.");
        await StartAsync();
        var fault = dashboard.Inject(name, "user-api-usage");
        var page = Render<AccountUsagePage>();
        await dashboard.WaitAsync(() => ReadAsync());
        await SaysAsync(page, ".empty-state :is(h2, p)", $"The account's usage could not be loaded {fault.List}");
        dashboard.AssertHarmless(page.Markup);

        dashboard.Recover();
        await ClickAsync(page, "Try again");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, page.FindAll(".usage-metric").Count));

        dashboard.Time.Advance(AccountUsage.CacheDuration);
        fault = dashboard.Inject(name, "user-api-usage");
        await dashboard.WaitAsync(() => ReadAsync());
        await page.WaitForAssertionAsync(() => Assert.StartsWith($"{fault.List} Showing the usage as of", FaultyDashboard.NormalizeText(page.Find(".note-warning").TextContent), StringComparison.Ordinal));
        Assert.Equal(4, page.FindAll(".usage-metric").Count);

        Task<UsageReading> ReadAsync() => Host.Get<AccountUsage>().ReadAsync(TestPeople.As(Role.Admin), forceRefresh: false, Cancellation);
    }

    [Fact]
    public async Task List_TimesOutThreeTimes_IsReportedOnce()
    {
        await StartSandboxAsync(dashboard.Time, SandboxHost.SettingsFor(dashboard.Sandbox));
        dashboard.Inject("No answer", "list");
        var reading = await dashboard.WaitAsync(() => Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation));
        Assert.Equal("Convai didn't answer within 10 seconds, in 3 tries.", reading.Failure?.Sentence);
    }

    [Fact]
    public async Task List_DecompressionBomb_IsRejectedWithoutRetry()
    {
        await StartSandboxAsync(dashboard.Time, SandboxHost.SettingsFor(dashboard.Sandbox));
        dashboard.Faults["list"] = new SandboxFault(SandboxFaultKind.Bomb);
        var reading = await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        Assert.Equal("Convai's answer is larger than the dashboard accepts. If this keeps happening, tell the person who runs the dashboard.", reading.Failure?.Sentence);
        Assert.Equal(1, dashboard.Faults.Asked("list"));
    }

    private SandboxCharacter Mira => dashboard.Sandbox.Account.Characters[0];

    private Task StartAsync()
    {
        dashboard.Faults.Clear();
        // What is said does not depend on how many there are, and three rows are soon drawn.
        var characters = (List<SandboxCharacter>)dashboard.Sandbox.Account.Characters;
        characters.RemoveRange(3, characters.Count - 3);
        return StartSandboxAsync(dashboard.Time, [.. SandboxHost.SettingsFor(dashboard.Sandbox), SandboxHost.NoRetries, ("Drift:ReadEvery", "00:00:00")]);
    }

    private IRenderedComponent<CharacterPage> Open() => Render<CharacterPage>(parameters => parameters.Add(page => page.Id, Mira.Id));

    private static Task SaysAsync<T>(IRenderedComponent<T> page, string selector, string words)
        where T : IComponent => page.WaitForAssertionAsync(() => Assert.Equal(words, FaultyDashboard.NormalizeText(string.Join(' ', page.FindAll(selector).Select(part => part.TextContent)))));

    private static Task ClickAsync<T>(IRenderedComponent<T> page, string words)
        where T : IComponent => page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());
}
