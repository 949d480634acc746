using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.History;

/// <summary>The plan that leads back to the cast of an earlier time, and its steps one by one.</summary>
[Trait("Speed", "Slow")]
public sealed class PointInTimePageTests : DashboardTestContext
{
    private const string BeforeTheChanges = "2026-11-24T08:30";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("")]
    [InlineData("?at=")]
    [InlineData("?at=banana")]
    [InlineData("?at=2026-99-99T08:30")]
    [InlineData("?at=2026-11-24")]
    public async Task NoTime_AsksForATime(string query)
    {
        await StartWithChangesAsync();
        var page = Open(query);
        await page.WaitForAssertionAsync(() => Assert.Equal("Choose a time", page.Find("h2").TextContent));
        Assert.Empty(page.FindAll("table"));
    }

    /// <summary>What Blazor's script makes of the field's value: it adds the seconds where the browser leaves them out.</summary>
    [Theory]
    [InlineData("2026-11-24T08:30:00", "2026-11-24T08:30")]
    [InlineData("2026-11-24T08:30:15", "2026-11-24T08:30:15")]
    [InlineData("2026-11-24T08:30:15.5", "2026-11-24T08:30:15.5")]
    [InlineData("2026-11-24T08:30:15.250", "2026-11-24T08:30:15.25")]
    public async Task ChooseTime_UpdatesUrlAndShowsPlan(string sent, string address)
    {
        await StartWithChangesAsync();
        var page = Open("");
        await page.InvokeAsync(() => page.Find("input[type=datetime-local]").ChangeAsync(sent));
        await page.WaitForAssertionAsync(() => Assert.Equal(2, Rows(page).Count));
        Assert.EndsWith($"?at={Uri.EscapeDataString(address)}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("input[type=datetime-local]").ChangeAsync(""));
        await page.WaitForAssertionAsync(() => Assert.Equal("Choose a time", page.Find("h2").TextContent));
    }

    /// <summary>The field shows the clock of the person; the address, which others open elsewhere, is in UTC.</summary>
    [Fact]
    public async Task OtherZone_FieldIsLocalAndUrlIsUtc()
    {
        await StartWithChangesAsync();
        Services.GetRequiredService<PageClock>().SetZone("Asia/Kolkata");
        var page = await OpenPlanAsync();
        Assert.Equal("2026-11-24T14:00:00", page.Find("input[type=datetime-local]").GetAttribute("value"));
        await page.InvokeAsync(() => page.Find("input[type=datetime-local]").ChangeAsync("2026-11-24T14:30:00"));
        await page.WaitForAssertionAsync(() => Assert.EndsWith("?at=2026-11-24T09%3A00", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        await page.WaitForAssertionAsync(() => Assert.Contains("0.43 → becomes 0.42", Rows(page)[1], StringComparison.Ordinal));
        await RestoreAsync(page, "Dockhand Pell");
        Assert.Equal("Restored to 24 Nov 2026, 14:30 (UTC+5:30)", (await Host.Services.ChangesAsync())[^1].Reason);
    }

    [Fact]
    public async Task Plan_ListsOnlyDifferences_AndWritesNothing()
    {
        await StartWithChangesAsync();
        var calls = Host.Endpoints.Count;
        var page = await OpenPlanAsync();
        Assert.Equal("2 characters have different settings now. 22 have the same settings.", page.Find("[role=status]").TextContent);
        Assert.Equal(["Dockhand Pell", "Mira the Innkeeper"], page.FindAll("tbody th").Select(header => header.TextContent));
        Assert.Contains("Temperature: 0.10 → becomes 0.95", Rows(page)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Model:", Rows(page)[0], StringComparison.Ordinal);
        Assert.Contains("Model: Claude-4-Sonnet claude-4-sonnet → becomes GPT-4o gpt-4o", Rows(page)[1], StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.43 → becomes 0.70", Rows(page)[1], StringComparison.Ordinal);
        Assert.Equal(calls, Host.Endpoints.Count);
        Assert.Equal(3, (await Host.Services.ChangesAsync()).Count);
    }

    [Theory]
    [InlineData("2026-11-24T09:00", "2 characters have different settings now. 22 have the same settings.", "0.43 → becomes 0.42")]
    [InlineData("2026-11-24T09:03", "Nothing to restore. 24 have the same settings.", null)]
    [InlineData("2026-11-24T07:59", "Nothing to restore. 24 were first seen later, so the settings at that time are unknown.", null)]
    [InlineData("0001-01-01T00:00", "Nothing to restore. 24 were first seen later, so the settings at that time are unknown.", null)]
    public async Task Plan_OtherTime_RevertsLaterChanges(string at, string words, string? mira)
    {
        await StartWithChangesAsync();
        var page = Open($"?at={at}");
        await page.WaitForAssertionAsync(() => Assert.Equal(words, page.Find("[role=status]").TextContent));
        Assert.Equal(mira is not null, Rows(page).Any(row => row.Contains("Mira", StringComparison.Ordinal) && row.Contains(mira ?? "Mira", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2026-11-24T09:04")]
    [InlineData("9999-12-31T23:59")]
    public async Task Plan_FutureTime_ShowsError(string at)
    {
        await StartWithChangesAsync();
        var page = Open($"?at={at}");
        await page.WaitForAssertionAsync(() => Assert.Equal("That is in the future", page.Find("h2").TextContent));
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public async Task Plan_CharactersFirstSeenLater_AreCountedAsUnknown()
    {
        await StartAsync();
        var account = (List<SandboxCharacter>)Host.Sandbox.Account.Characters;
        var pip = Host.Character("Pip");
        account.Remove(pip);
        await Host.Services.ObserveAsync();
        _time.Advance(TimeSpan.FromHours(1));
        account.Add(pip);
        await Host.Services.ObserveAsync();
        var page = Open($"?at={BeforeTheChanges}");
        await page.WaitForAssertionAsync(() => Assert.Equal(
            "Nothing to restore. 23 have the same settings. 1 was first seen later, so the settings at that time are unknown.", page.Find("[role=status]").TextContent));
        Assert.Equal(["Pip, known since 24 Nov 2026, 09:00"], page.FindAll(".plan-unknown li").Select(line => line.TextContent));
        Assert.Contains("24 Nov 2026, 08:30:00 · UTC", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoTime_ShowsEarliestKnownTime()
    {
        await StartAsync();
        var page = Open("");
        await page.WaitForAssertionAsync(() => Assert.Contains("No character has been seen yet, so nothing is known about earlier settings.", page.Markup, StringComparison.Ordinal));
        await Host.Services.ObserveAsync();
        page = Open("");
        await page.WaitForAssertionAsync(() => Assert.Contains("Earliest time: 24 Nov 2026, 08:00 UTC", page.Markup, StringComparison.Ordinal));
        // The times that people look for are there, and say that nothing is known about them.
        Assert.Equal(["Start of today", "Yesterday evening"], page.FindAll("p.choice b").Select(name => name.TextContent));
        Assert.Empty(page.FindAll("a.choice"));
    }

    [Fact]
    public async Task UsefulTimes_InPersonsZone_OpenPlan()
    {
        await StartWithChangesAsync();
        Services.GetRequiredService<PageClock>().SetZone("Asia/Kolkata");
        _time.Advance(TimeSpan.FromDays(1));
        var batch = await _time.AdvanceUntilAsync(BatchTest.RunAsync(Host, new SettingsPatch(null, 0.33m), character => character.Name is "Pip" or "Old Tobias"));
        var page = Open("");
        await page.WaitForAssertionAsync(() => Assert.Equal(
            ["Start of today 00:00 2 characters changed since", "Yesterday evening 18:00 2 characters changed since", "Before the last batch Test · today, 14:33 2 characters changed since"],
            page.FindAll(".choice").Select(choice => string.Join(' ', choice.Children.Select(part => part.TextContent)))));
        Assert.Equal("history/as-it-was?at=2026-11-24T18%3A30", page.Find(".choice").GetAttribute("href"));
        Assert.Equal("24 Nov 2026, 18:00:00 · Kolkata (UTC+5:30)", page.FindAll(".choice")[1].GetAttribute("title"));

        page = Open(page.FindAll(".choice")[2].GetAttribute("href")!["history/as-it-was".Length..]);
        await page.WaitForAssertionAsync(() => Assert.Equal(["Old Tobias", "Pip"], page.FindAll("tbody th").Select(header => header.TextContent)));
        Assert.Equal("Before the last batch", page.Find(".choice[aria-current] b").TextContent);
        Assert.Equal(2, batch.Items.Count);
    }

    [Fact]
    public async Task Restore_RecordsReasonAndKeepsStepVisible()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        await RestoreAsync(page, "Mira the Innkeeper");
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", Rows(page)[1], StringComparison.Ordinal));
        Assert.Equal("1 character has different settings now. 23 have the same settings.", page.Find("[role=status]").TextContent);
        Assert.Contains("Temperature: 0.43 → becomes 0.70", Rows(page)[1], StringComparison.Ordinal);
        Assert.Equal(["Restore Dockhand Pell"], page.FindAll("tbody button").Select(button => button.GetAttribute("aria-label")));
        Assert.Equal(("gpt-4o", 0.70m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
        var change = (await Host.Services.ChangesAsync())[^1];
        Assert.Equal((ChangeKind.Edit, "Ana Keller", "Restored to 24 Nov 2026, 08:30 (UTC)", ChangeState.Confirmed), (change.Kind, change.PersonName, change.Reason, change.State));
    }

    [Fact]
    public async Task Restore_ColleagueChangesItAgain_NoLongerShowsConfirmed()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        await RestoreAsync(page, "Mira the Innkeeper");
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", Rows(page)[1], StringComparison.Ordinal));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.8m));
        await page.WaitForAssertionAsync(() => Assert.Contains("Temperature: 0.80 → becomes 0.70", Rows(page)[1], StringComparison.Ordinal));
        Assert.DoesNotContain("Confirmed by Convai", page.Markup, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("tbody button").Count);
    }

    [Fact]
    public async Task Restore_FailedThenRestoredByColleague_NoLongerShowsFailed()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await RestoreAsync(page, "Dockhand Pell");
        await page.WaitForAssertionAsync(() => Assert.Contains("Nothing was changed", page.Markup, StringComparison.Ordinal));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.95m), "Dockhand Pell");
        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("Dockhand Pell", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_EveryStep_LeavesNothingToRestore()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        await RestoreAsync(page, "Dockhand Pell");
        await RestoreAsync(page, "Mira the Innkeeper");
        await page.WaitForAssertionAsync(() => Assert.Equal("Nothing to restore. 24 have the same settings.", page.Find("[role=status]").TextContent));
        Assert.All(Rows(page), row => Assert.Contains("Confirmed by Convai", row, StringComparison.Ordinal));
        Assert.Equal(ChangeState.Restored, (await Host.Services.ChangesAsync()).Single(change => change.Kind == ChangeKind.Outside).State);
    }

    [Fact]
    public async Task Restore_NotConfirmed_ShowsItAndOffersRetry()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await _time.AdvanceUntilAsync(RestoreAsync(page, "Dockhand Pell"));
        Assert.Contains("Saved, not confirmed yet", Rows(page)[0], StringComparison.Ordinal);
        await _time.AdvanceUntilAsync(page.WaitForAssertionAsync(() => Assert.Contains("Not confirmed", Rows(page)[0], StringComparison.Ordinal)));
        Assert.Contains("reports 0.10 instead of 0.95", Rows(page)[0], StringComparison.Ordinal);
        await RestoreAsync(page, "Dockhand Pell");
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", Rows(page)[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_ChangedSincePlan_WritesNothingAndShowsNewPlan()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        Host.Character("Dockhand Pell").Temperature = 0.2m;
        var writes = Host.Endpoints.Count(endpoint => endpoint == "update");
        await RestoreAsync(page, "Dockhand Pell");
        await page.WaitForAssertionAsync(() => Assert.Contains("Temperature: 0.20 → becomes 0.95", Rows(page)[0], StringComparison.Ordinal));
        Assert.Contains("has changed since you opened it", Rows(page)[0], StringComparison.Ordinal);
        Assert.Equal(writes, Host.Endpoints.Count(endpoint => endpoint == "update"));
        await RestoreAsync(page, "Dockhand Pell");
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", Rows(page)[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task ColleagueSaves_PlanOpen_UpdatesPlan()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.8m), "Old Tobias");
        await page.WaitForAssertionAsync(() => Assert.Equal(["Dockhand Pell", "Mira the Innkeeper", "Old Tobias"], page.FindAll("tbody th").Select(header => header.TextContent)));
    }

    [Fact]
    public async Task Viewer_SeesPlanWithoutRestore()
    {
        await StartWithChangesAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenPlanAsync();
        Assert.Empty(page.FindAll("tbody button"));
    }

    [Fact]
    public async Task RestoreAll_CreatesBatchPlan_AndWritesNothing()
    {
        await StartWithChangesAsync();
        var page = await OpenPlanAsync();
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Restore all 2…").ClickAsync());
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.EndsWith($"batches/{batch.Id}/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Equal(("Restore to 24 Nov 2026, 08:30 (UTC)", ChangeKind.Undo), (batch.Title, batch.Kind));
        Assert.Equal([(new SettingsPatch(null, 0.95m)), new SettingsPatch("gpt-4o", 0.70m)], rows.Select(row => row.Asked));
        Assert.Equal(3, (await Host.Services.ChangesAsync()).Count);
    }

    [Fact]
    public async Task DatabaseUnreadable_ShowsErrorAndRetries()
    {
        await StartWithChangesAsync();
        await Host.Services.HideHistoryAsync();
        var page = Open($"?at={BeforeTheChanges}");
        await page.WaitForAssertionAsync(() => Assert.Equal("The history could not be loaded", page.Find("h2").TextContent));
        await Host.Services.RestoreHistoryAsync();
        await RetryAsync(page);
        await page.WaitForAssertionAsync(() => Assert.Equal(2, Rows(page).Count));
    }

    private Task StartAsync() => StartSandboxAsync(_time, ("Drift:ReadEvery", "00:00:00"), SandboxHost.NoRetries);

    /// <summary>First seen at 8:00. Jonas changes Mira at 9:00 and once more at 9:01; Pell is found changed outside at 9:02.</summary>
    private async Task StartWithChangesAsync()
    {
        await StartAsync();
        await Host.Services.ObserveAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.42m));
        _time.Advance(TimeSpan.FromMinutes(1));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.43m));
        _time.Advance(TimeSpan.FromMinutes(1));
        Host.Character("Dockhand Pell").Temperature = 0.1m;
        await Host.Services.ObserveAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    private IRenderedComponent<PointInTimePage> Open(string query)
    {
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo($"/history/as-it-was{query}");
        return Render<PointInTimePage>();
    }

    private async Task<IRenderedComponent<PointInTimePage>> OpenPlanAsync()
    {
        var page = Open($"?at={BeforeTheChanges}");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, Rows(page).Count));
        return page;
    }

    private static Task RestoreAsync(IRenderedComponent<PointInTimePage> page, string name) =>
        page.InvokeAsync(() => page.FindAll("tbody button").Single(button => button.GetAttribute("aria-label") == $"Restore {name}").ClickAsync());

    private static IReadOnlyList<string> Rows(IRenderedComponent<PointInTimePage> page) =>
        [.. page.FindAll("tbody tr").Select(row => string.Join(' ', row.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
}
