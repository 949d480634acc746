using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.History;

/// <summary>The page of all changes: what it counts, lists and offers, and how its filter and the address follow each other.</summary>
[Trait("Speed", "Slow")]
public sealed class HistoryPageTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task NoChanges_ShowsEmptyState()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("");
        Assert.Equal("No changes yet", page.Find("h2").TextContent);
        Assert.Equal("0 changes · read-only log · times in UTC", Count(page));
        Assert.Equal(["Anyone"], page.FindAll("select")[0].QuerySelectorAll("option").Select(option => option.TextContent));
    }

    [Fact]
    public async Task Changes_AreCountedAndListedNewestFirst()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.42m), reason: "Softer in the tavern");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.5m), "Dockhand Pell");
        var page = await OpenAsync("");
        Assert.Equal("2 changes · read-only log · times in UTC", Count(page));
        var rows = Rows(page);
        Assert.Equal(2, rows.Count);
        Assert.Contains("Ana Keller", rows[0], StringComparison.Ordinal);
        Assert.Contains("Dockhand Pell", rows[0], StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.95 → becomes 0.50", rows[0], StringComparison.Ordinal);
        Assert.Contains("Jonas Brandt", rows[1], StringComparison.Ordinal);
        Assert.Contains("Model: GPT-4o gpt-4o → becomes Claude-4-Sonnet claude-4-sonnet", rows[1], StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.70 → becomes 0.42", rows[1], StringComparison.Ordinal);
        Assert.Contains("“Softer in the tavern”", rows[1], StringComparison.Ordinal);
        // What everyone expects has no badge.
        Assert.Empty(page.FindAll("tr.act .badge"));
        Assert.Equal($"characters/{MiraId}", page.FindAll("tr.act a")[1].GetAttribute("href"));
    }

    [Fact]
    public async Task PeopleFilter_ListsOnlyAuthorsOfChanges()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("");
        Assert.Equal(["Anyone", "Ana Keller", "Jonas Brandt"], page.FindAll("select")[0].QuerySelectorAll("option").Select(option => option.TextContent));
    }

    [Theory]
    [InlineData("person=jonas", 2)]
    [InlineData("person=vera", 0)]
    [InlineData("character=MIRA", 2)]
    [InlineData("character=%25", 0)]
    [InlineData($"character={MiraId}", 2)]
    [InlineData("kind=edit", 3)]
    [InlineData("kind=undo", 0)]
    [InlineData("kind=outside", 1)]
    [InlineData("field=model", 1)]
    [InlineData("field=temperature", 3)]
    [InlineData("outcome=done", 3)]
    [InlineData("outcome=failed", 1)]
    [InlineData("outcome=open", 0)]
    [InlineData("outcome=drifted", 1)]
    [InlineData("person=jonas&character=mira&field=model&outcome=done&kind=edit", 1)]
    public async Task Filter_InUrl_IsApplied(string query, int expected)
    {
        await StartWithChangesAsync();
        var page = await OpenAsync(query);
        Assert.Equal($"{ChangeText.Count(expected)} with these filters · times in UTC", Count(page));
        Assert.Equal(expected, Rows(page).Count);
    }

    [Theory]
    [InlineData("from=2026-03-02", 2)]
    [InlineData("from=2026-03-03", 1)]
    [InlineData("to=2026-03-01", 1)]
    [InlineData("to=2026-03-02", 2)]
    [InlineData("from=2026-03-02&to=2026-03-02", 1)]
    [InlineData("to=9999-12-31", 3)]
    public async Task Filter_ByDays_IncludesFirstAndLastDay(string query, int expected)
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync(At("2026-03-01T23:59:59.999Z"), At("2026-03-02T00:00:00Z"), At("2026-03-03T12:00:00Z"));
        var page = await OpenAsync(query);
        Assert.Equal($"{ChangeText.Count(expected)} with these filters · times in UTC", Count(page));
    }

    [Fact]
    public async Task Filter_InUrl_ShowsInControls()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("person=jonas&character=mira&kind=edit&field=model&outcome=done&from=2026-01-01&to=2027-12-31");
        Assert.Equal(["mira", "2026-01-01", "2027-12-31"], page.FindAll(".filters input").Select(input => input.GetAttribute("value")));
        Assert.Equal(["Dates…"], PressedPeriods(page));
        Assert.Equal(["jonas", "Edit", "Model", "Done"], page.FindAll(".filters select").Select(select => ((AngleSharp.Html.Dom.IHtmlSelectElement)select).Value));
    }

    [Theory]
    [InlineData(".filters input[type=search]", " Mira ", "character=Mira")]
    [InlineData(".more-filters label:nth-of-type(1) select", "jonas", "person=jonas")]
    [InlineData(".more-filters label:nth-of-type(2) select", "Outside", "kind=outside")]
    [InlineData(".more-filters label:nth-of-type(3) select", "Temperature", "field=temperature")]
    [InlineData(".more-filters label:nth-of-type(4) select", "Failed", "outcome=failed")]
    [InlineData(".filters-day:nth-of-type(5) input", "2026-01-31", "from=2026-01-31")]
    [InlineData(".filters-day:nth-of-type(6) input", "2027-02-28", "to=2027-02-28")]
    public async Task FilterControl_Changed_UpdatesUrlAndCount(string control, string value, string query)
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("");
        await ClickAsync(page, "Dates…");
        await page.InvokeAsync(() => page.Find(control).ChangeAsync(value));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("with these filters · times in UTC", Count(page), StringComparison.Ordinal));
        Assert.EndsWith($"/history?{query}", Address, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find(control).ChangeAsync(""));
        await page.WaitForAssertionAsync(() => Assert.Equal("4 changes · read-only log · times in UTC", Count(page)));
        Assert.EndsWith("/history", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilterControl_Changed_KeepsOtherFilters()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("character=mira&outcome=done");
        await page.InvokeAsync(() => page.Find(".more-filters label:nth-of-type(1) select").ChangeAsync("jonas"));
        await page.WaitForAssertionAsync(() => Assert.Equal("1 change with these filters · times in UTC", Count(page)));
        Assert.Contains("character=mira", Address, StringComparison.Ordinal);
        Assert.Contains("outcome=done", Address, StringComparison.Ordinal);
        Assert.Contains("person=jonas", Address, StringComparison.Ordinal);
    }

    /// <summary>People remember why they did something, and look for that.</summary>
    [Fact]
    public async Task Search_FindsByReasonToo_InAnyCase()
    {
        await StartSandboxAsync();
        await BatchTest.RunAsync(Host, new SettingsPatch(null, 0.33m), character => character.Name == "Pip");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("claude-4-sonnet", null));
        var page = await OpenAsync("character=DEMO");
        Assert.Contains("“for the demo”", Assert.Single(page.FindAll("tr.act")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_FindsTheChangesOfStoppedBatches()
    {
        await StartSandboxAsync();
        var stopped = (await BatchTest.RunAsync(Host, new SettingsPatch(null, 0.33m), character => character.Name == "Pip")).Batch;
        await BatchTest.RunAsync(Host, new SettingsPatch(null, 0.34m), character => character.Name == "Old Tobias");
        await using (var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            (await db.FindAsync<Batch>([stopped.Id], Cancellation))!.State = BatchState.Stopped;
            await db.SaveChangesAsync(Cancellation);
        }

        var page = await OpenAsync("outcome=stopped");
        Assert.Contains("Stopped", Assert.Single(page.FindAll("tr.act")).TextContent, StringComparison.Ordinal);
        Assert.Equal("Stopped", ((AngleSharp.Html.Dom.IHtmlSelectElement)page.FindAll("select")[3]).SelectedOptions[0].TextContent);
    }

    [Fact]
    public async Task NoMatches_ShowsMessageAndShowAllClearsFilter()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("character=nobody");
        Assert.Equal("No change matches these filters", page.Find("h2").TextContent);
        await ClickAsync(page, "Show all changes");
        await page.WaitForAssertionAsync(() => Assert.Equal(4, Rows(page).Count));
        Assert.EndsWith("/history", Address, StringComparison.Ordinal);
        Assert.Equal("", page.Find(".filters input[type=search]").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task ShowAll_ShowsOnlyWhileFiltered()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("outcome=failed");
        await ClickAsync(page, "Show all");
        await page.WaitForAssertionAsync(() => Assert.Equal("4 changes · read-only log · times in UTC", Count(page)));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() == "Show all");
    }

    [Fact]
    public async Task UnknownPerson_InUrl_ShowsInControl()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("person=nobody");
        var select = (AngleSharp.Html.Dom.IHtmlSelectElement)page.FindAll("select")[0];
        Assert.Equal(("nobody", "Unknown person"), (select.Value, select.SelectedOptions[0].TextContent));
        await page.InvokeAsync(() => page.FindAll("select")[0].ChangeAsync(""));
        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("Unknown person", page.FindAll("select")[0].TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_OnPhone_AreBehindButtonWithCount()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("character=mira&kind=edit&outcome=done");
        Assert.Equal(("Filters · 2", "false"), (page.Find(".filters-toggle button").TextContent, page.Find(".filters-toggle button").GetAttribute("aria-expanded")));
        await page.InvokeAsync(() => page.Find(".filters-toggle button").ClickAsync());
        Assert.Equal("true", page.Find(".filters-toggle button").GetAttribute("aria-expanded"));
        Assert.Contains("more-filters-open", page.Find($"#{page.Find(".filters-toggle button").GetAttribute("aria-controls")}").ClassName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("period=today", "2026-11-25T19:30:00Z 2026-11-26T08:00:00Z")]
    [InlineData("period=yesterday", "2026-11-24T20:00:00Z")]
    [InlineData("period=week", "2026-11-19T20:00:00Z 2026-11-24T20:00:00Z 2026-11-25T19:30:00Z 2026-11-26T08:00:00Z")]
    [InlineData("from=2026-11-25&to=2026-11-25", "2026-11-24T20:00:00Z")]
    public async Task Filter_ByDays_MeansDaysOfThePersonsZone(string query, string expected)
    {
        await StartAtAsync("2026-11-26T09:00:00Z", "Asia/Kolkata");
        await Host.Services.AddChangesAsync(At("2026-11-19T18:29:59Z"), At("2026-11-19T20:00:00Z"), At("2026-11-24T20:00:00Z"), At("2026-11-25T19:30:00Z"), At("2026-11-26T08:00:00Z"));
        var page = await OpenAsync(query);
        Assert.Equal(
            expected.Split(' ').Order(StringComparer.Ordinal).Select(time => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)),
            page.FindAll("tr.act time").Reverse().Select(time => DateTimeOffset.Parse(time.GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Days_PageOpenAcrossMidnight_AreUpdatedInPersonsZone()
    {
        var time = await StartAtAsync("2026-11-26T09:00:00Z", "Asia/Kolkata");
        await Host.Services.AddChangesAsync(At("2025-01-02T08:00:00Z"), At("2026-11-22T10:00:00Z"), At("2026-11-25T18:29:59Z"), At("2026-11-25T18:30:00Z"), At("2026-11-26T08:00:00Z"));
        var page = await OpenAsync("");
        Assert.Equal("5 changes · read-only log · times in Kolkata (UTC+5:30)", Count(page));
        Assert.Equal(
            ["Today Thursday, 26 Nov 2026 · 2 changes", "Yesterday Wednesday, 25 Nov 2026 · 1 change", "Sunday 22 Nov 2026 · 1 change", "2 Jan 2025 Thursday · 1 change"],
            page.FindAll(".history-day").Select(day => NormalizeText(day.TextContent)));
        Assert.Equal(["13:30", "00:00", "23:59", "15:30", "13:30"], page.FindAll("tr.act time").Select(element => element.TextContent));
        Assert.Equal("26 Nov 2026, 13:30:00 · Kolkata (UTC+5:30)", page.Find("tr.act time").GetAttribute("title"));
        time.Advance(TimeSpan.FromHours(12));
        await page.WaitForAssertionAsync(() => Assert.Equal("Yesterday", page.Find(".history-day h2").TextContent));
    }

    [Fact]
    public async Task Period_Chosen_ReplacesDates()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("from=2026-01-01&to=2027-12-31");
        await ClickAsync(page, "Today");
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/history?period=today", Address, StringComparison.Ordinal));
        Assert.Equal(["Today"], PressedPeriods(page));
        Assert.Empty(page.FindAll(".filters-day"));
        await ClickAsync(page, "Dates…");
        Assert.EndsWith("/history", Address, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll(".filters-day").Count);
        await ClickAsync(page, "Any time");
        Assert.Equal(["Any time"], PressedPeriods(page));
        Assert.Empty(page.FindAll(".filters-day"));
    }

    [Fact]
    public async Task Batch_IsOneRowThatOpensAndCanBeUndone()
    {
        await StartSandboxAsync();
        var batch = (await BatchTest.RunAsync(Host, new SettingsPatch(null, 0.33m))).Batch;
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("claude-4-sonnet", null));
        var page = await OpenAsync("");
        Assert.Equal("25 changes in 2 entries · read-only log · times in UTC", Count(page));
        var row = page.FindAll("tr.act")[1];
        Assert.Contains("Test Batch of 24", NormalizeText(row.QuerySelector("th")!.TextContent), StringComparison.Ordinal);
        Assert.Contains("Temperature: various → becomes 0.33", NormalizeText(row.TextContent), StringComparison.Ordinal);
        Assert.Contains("“for the demo”", row.TextContent, StringComparison.Ordinal);
        Assert.Equal($"batches/{batch.Id}", row.QuerySelector("a")!.GetAttribute("href"));

        await ClickAsync(page, "Test");
        await page.WaitForAssertionAsync(() => Assert.Equal(10, page.FindAll("tr.act-of-batch:not(.act-rest)").Count));
        await ClickAsync(page, "Show all 24");
        await page.WaitForAssertionAsync(() => Assert.Equal(24, page.FindAll("tr.act-of-batch").Count));
        Assert.All(page.FindAll("tr.act-of-batch"), change => Assert.Matches(change.TextContent.Contains("not set", StringComparison.Ordinal) ? "No earlier value$" : "Undo…$", NormalizeText(change.TextContent)));
        // A colleague's save does not close it.
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.5m));
        await page.WaitForAssertionAsync(() => Assert.StartsWith("26 changes in 3 entries", Count(page), StringComparison.Ordinal));
        Assert.Equal(24, page.FindAll("tr.act-of-batch").Count);
        await ClickAsync(page, "Test");
        Assert.Empty(page.FindAll("tr.act-of-batch"));

        await page.InvokeAsync(() => page.Find("tr.act-batch .act-do button").ClickAsync());
        var undo = (await Host.Services.PlansAsync())[^1].Batch;
        Assert.EndsWith($"/batches/{undo.Id}/plan", Address, StringComparison.Ordinal);
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Admin), undo.Id, Cancellation);
        await BatchTest.WaitUntilAsync(Host, undo.Id, BatchState.Done);
        page = await OpenAsync("");
        var undone = page.FindAll("tr.act-batch")[^1];
        Assert.Matches(@"Open batch ?Undone \d\d:\d\d$", NormalizeText(undone.TextContent));
        Assert.Equal($"batches/{undo.Id}", undone.QuerySelectorAll("a")[^1].GetAttribute("href"));
    }

    [Fact]
    public async Task BatchUndo_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        await BatchTest.RunAsync(Host, new SettingsPatch(null, 0.33m));
        Visitor.SwitchRole(Role.Designer);
        var page = await OpenAsync("");
        await Host.Get<Features.Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await ClickAsync(page, "Undo…");
        Assert.StartsWith("Your role can view", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Single(await Host.Services.PlansAsync());
    }

    [Fact]
    public async Task OutsideChange_TwoSettings_IsOneRowAndRevertsBoth()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        (Host.Character("Dockhand Pell").ModelCode, Host.Character("Dockhand Pell").Temperature) = ("gpt-4.1", 0.1m);
        await Host.Services.ObserveAsync();
        var page = await OpenAsync("");
        Assert.Equal("2 changes in 1 entry · read-only log · times in UTC", Count(page));
        var row = NormalizeText(Assert.Single(page.FindAll("tr.act-drifted")).TextContent);
        Assert.Contains("becomes GPT-4.1", row, StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.95 → becomes 0.10", row, StringComparison.Ordinal);
        Assert.Contains("Unreviewed", row, StringComparison.Ordinal);

        var dialogs = Render<MudBlazor.MudDialogProvider>();
        // Ends with the dialog.
        _ = ClickAsync(page, "Undo…");
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Temperature: 0.10 → becomes 0.95", NormalizeText(dialogs.Find(".revert").TextContent), StringComparison.Ordinal));
        Assert.Contains("Model: GPT-4.1", NormalizeText(dialogs.Find(".revert").TextContent), StringComparison.Ordinal);
        Assert.DoesNotContain("Since then", dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_CannotBeReverted_ShowsReason()
    {
        await StartSandboxAsync();
        // No one settles what this test leaves open.
        await using var turn = await Host.Get<CharacterLocks>().AcquireAsync(MiraId, Cancellation);
        await Host.Services.AddChangesAsync(
            In(ChangeState.Sent), In(ChangeState.Conflict), In(ChangeState.Rejected), In(ChangeState.Unchanged), In(ChangeState.NoOp), In(ChangeState.Confirmed, before: null), In(ChangeState.Confirmed));
        var reverted = (await Host.Services.ChangesAsync())[^1];
        await Host.Services.AddChangesAsync(In(ChangeState.Confirmed, undoes: reverted.Id), In(ChangeState.Rejected, undoes: reverted.Id));
        var page = await OpenAsync("");
        Assert.Equal(
            ["Nothing was changed", "Undo…", "Undone 12:00", "No earlier value", "Nothing was changed", "Nothing was changed", "Nothing was changed", "Nothing was changed", "Not finished yet"],
            page.FindAll("tr.act td.act-do").Select(cell => cell.TextContent.Trim()));
        // Those that wrote nothing recede; a failure does not.
        Assert.Equal(["Convai already had these values.", "Someone changed it first, so nothing was saved."], page.FindAll("tr.act-void .act-reason").Select(cell => NormalizeText(cell.TextContent)));
        Assert.Equal(["Rejected", "Nothing changed", "Rejected", "In progress"], page.FindAll("tr.act .badge").Select(badge => badge.TextContent));
    }

    [Theory]
    [InlineData("kind=banana&from=2026-99-99")]
    [InlineData("kind=99&field=99&outcome=-1")]
    [InlineData("kind=&person=&character=&from=&to=")]
    [InlineData("character=%20%20&to=31.12.2026&banana=yes")]
    public async Task Url_InvalidValues_AreIgnored(string query)
    {
        await StartWithChangesAsync();
        var page = await OpenAsync(query);
        Assert.Equal("4 changes · read-only log · times in UTC", Count(page));
    }

    [Fact]
    public async Task Url_OverlongValues_AreIgnored()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync($"character={new string('x', 10_000)}&person={new string('y', 10_000)}");
        Assert.Equal("4 changes · read-only log · times in UTC", Count(page));
        Assert.Equal(["history/export.csv", "history/export.json"], Exports(page));
    }

    [Fact]
    public async Task ColleagueSaves_PageOpen_IsCountedAndListed()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Equal("1 change · read-only log · times in UTC", Count(page)));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("Undo…", Assert.Single(Rows(page)), StringComparison.Ordinal));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.43m));
        await page.WaitForAssertionAsync(() => Assert.Equal("2 changes · read-only log · times in UTC", Count(page)));
        Assert.Contains("Jonas Brandt", page.FindAll("select")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportLinks_IncludeTheFilter()
    {
        await StartWithChangesAsync();
        Assert.Equal(["history/export.csv", "history/export.json"], Exports(await OpenAsync("")));
        Assert.Equal(
            ["history/export.csv?person=jonas&character=Mira%20%26%20Co&from=2026-01-31", "history/export.json?person=jonas&character=Mira%20%26%20Co&from=2026-01-31"],
            Exports(await OpenAsync("person=jonas&character=Mira%20%26%20Co&from=2026-01-31&kind=banana")));
    }

    [Fact]
    public async Task Revert_SomethingToRestore_IsOffered()
    {
        await StartWithChangesAsync();
        var page = await OpenAsync("");
        // The newest first: drift on Pell, a change that came to nothing, and two that came about.
        Assert.Equal([1, 0, 1, 1], page.FindAll("tr.act").Select(row => row.QuerySelectorAll(".act-do button").Length));
        Assert.Equal("Undo the change to Dockhand Pell…", page.Find(".act-do button").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Viewer_SeesEveryChangeWithoutRevert()
    {
        await StartWithChangesAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync("");
        Assert.Equal(4, Rows(page).Count);
        Assert.All(page.FindAll("td.act-do"), cell => Assert.Equal("", cell.TextContent));
    }

    [Fact]
    public async Task DatabaseUnreadable_ShowsErrorAndRetries()
    {
        await StartWithChangesAsync();
        await Host.Services.HideHistoryAsync();
        var page = Render<HistoryPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal("The history could not be loaded", page.Find("h2").TextContent));
        await Host.Services.RestoreHistoryAsync();
        await RetryAsync(page);
        await page.WaitForAssertionAsync(() => Assert.Equal(4, Rows(page).Count));
    }

    /// <summary>By Jonas the model of Mira, and a temperature that came to nothing; by Ana the temperature of Tobias; drift on Pell.</summary>
    private async Task StartWithChangesAsync()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", null));
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.5m), "Old Tobias");
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        Host.Character("Dockhand Pell").Temperature = 0.1m;
        await Host.Services.ObserveAsync();
    }

    private async Task<IRenderedComponent<HistoryPage>> OpenAsync(string query)
    {
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo($"/history{(query.Length > 0 ? "?" : null)}{query}");
        var page = Render<HistoryPage>();
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("[aria-busy]")));
        return page;
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private async Task<FakeTimeProvider> StartAtAsync(string now, string zone)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        await StartSandboxAsync(time, ("Drift:ReadEvery", "00:00:00"));
        Services.GetRequiredService<PageClock>().SetZone(zone);
        return time;
    }

    private static ChangeRecord In(ChangeState state, decimal? before = 0.7m, long? undoes = null) => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Kind = undoes is null ? ChangeKind.Edit : ChangeKind.Undo,
        PersonId = "jonas",
        PersonName = "Jonas Brandt",
        CharacterId = MiraId,
        CharacterName = "Mira the Innkeeper",
        TemperatureBefore = before,
        TemperatureAfter = 0.5m,
        UndoesId = undoes,
        State = state,
    };

    private static ChangeRecord At(string time) => new()
    {
        At = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
        Kind = ChangeKind.Edit,
        PersonId = "jonas",
        PersonName = "Jonas Brandt",
        CharacterId = MiraId,
        CharacterName = "Mira the Innkeeper",
        TemperatureBefore = 0.7m,
        TemperatureAfter = 0.5m,
        State = ChangeState.Confirmed,
    };

    private static Task ClickAsync(IRenderedComponent<HistoryPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private static IEnumerable<string> PressedPeriods(IRenderedComponent<HistoryPage> page) => page.FindAll(".periods [aria-pressed=true]").Select(button => button.TextContent);

    private static string Count(IRenderedComponent<HistoryPage> page) => page.Find("[role=status]").TextContent;

    private static IReadOnlyList<string> Rows(IRenderedComponent<HistoryPage> page) => [.. page.FindAll("tr.act").Select(row => NormalizeText(row.TextContent))];

    private static IEnumerable<string?> Exports(IRenderedComponent<HistoryPage> page) =>
        page.FindAll("a[href*=export]").Select(link => link.GetAttribute("href"));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
