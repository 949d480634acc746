using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What stays in sight in the rows of the history, how a batch opens and is undone there, and what its search field does.</summary>
[Trait("Speed", "Slow")]
public sealed class HistoryTests : BrowserTest
{
    private static readonly string LongReason = new('w', ChangeRecord.MaxReasonLength);

    private HistoryScreen History => new(Page);

    [Fact]
    public async Task CharacterName_OnPhone_IsVisible()
    {
        await Dashboard.Services.ObserveAsync();
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await Dashboard.Services.ObserveAsync();
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.3m), reason: LongReason);
        await Page.SetViewportSizeAsync(390, 844);
        await OpenAsync("history");
        await Expect(History.Rows).ToHaveCountAsync(2);
        await Expect(History.Rows.GetByText("Changed in Convai")).ToBeVisibleAsync();
        foreach (var name in await Page.GetByRole(AriaRole.Link, new() { Name = "Mira the Innkeeper" }).AllAsync())
        {
            Assert.True(await name.EvaluateAsync<bool>(
                "link => { const box = link.getBoundingClientRect(); return document.elementFromPoint(box.left + 2, box.bottom - 3) === link && document.elementFromPoint(box.right - 3, box.top + 3) === link; }"));
        }

        Assert.True((await History.Rows.First.BoundingBoxAsync())!.Y < 400);
        await Expect(History.Outcome).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).ClickAsync();
        await Expect(History.Outcome).ToBeVisibleAsync();
    }

    [Fact]
    public async Task LongReason_IsShownInFull()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.3m), reason: LongReason);
        await OpenAsync("history");
        await Expect(History.Reason(LongReason)).ToBeVisibleAsync();
        foreach (var width in new[] { 1440, 1000, 700, 390 })
        {
            await Page.SetViewportSizeAsync(width, 900);
            var cut = await Page.EvaluateAsync<string>("() => [...document.querySelectorAll('html, .act > :not(.act-do)')].filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.className + cell.scrollWidth + ' ' + cell.clientWidth).join()");
            Assert.Equal("", cut);
        }
    }

    [Fact]
    public async Task Batch_ByKeyboard_OpensInPlaceAndIsUndone()
    {
        await RunBatchAsync(new SettingsPatch(null, 0.33m));
        await OpenAsync("history");
        await Expect(History.Days).ToHaveTextAsync(["Today"]);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Undo batch of 24 characters…" })).ToBeVisibleAsync();
        await Expect(History.Rows).ToHaveCountAsync(1);
        await Expect(History.Batch(24)).ToHaveAttributeAsync("aria-expanded", "false");
        await History.Batch(24).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(History.Rows).ToHaveCountAsync(12);
        await Expect(History.Batch(24)).ToBeFocusedAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show all 24" }).PressAsync("Enter");
        await Expect(History.Rows).ToHaveCountAsync(25);
        await Expect(History.Revert("Mira the Innkeeper")).ToBeVisibleAsync();
        await History.Batch(24).PressAsync("Space");
        await Expect(History.Rows).ToHaveCountAsync(1);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Undo batch" }).PressAsync("Enter");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Undo for \\d+ characters$") }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex(@"/batches/\d+$"));
        await OpenAsync("history");
        await Expect(History.Rows).ToHaveCountAsync(2);
        await Expect(History.Rows.Nth(1).GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Undone ") })).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task BeforeLastBatch_OneClick_PlansRestore()
    {
        await Dashboard.Services.ObserveAsync();
        await RunBatchAsync(new SettingsPatch("gpt-4.1-mini", 0.33m));
        await OpenAsync("history");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Undo batch of 24 characters…" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Restore to a point in time…" }).ClickAsync();
        var choice = Page.GetByRole(AriaRole.Navigation, new() { Name = "Useful times" }).GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Before the last batch") });
        // One of them had these values already, or none to go back to.
        await Expect(choice).ToContainTextAsync("23 characters changed since");
        await choice.PressAsync("Enter");
        await Expect(Page.GetByText("23 characters have different settings now.")).ToBeVisibleAsync();
        await Expect(choice).ToHaveAttributeAsync("aria-current", "true");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Restore all 23…" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex(@"/batches/\d+/plan$"));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Search_ClearedWithEsc_ClearsTheFilterImmediately()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.3m));
        await OpenAsync("history?character=nobody");
        await Expect(Page.GetByText("No change matches these filters")).ToBeVisibleAsync();
        await History.Character.PressAsync("Escape");
        await Expect(History.Rows).ToHaveCountAsync(1);
        await Expect(History.Character).ToBeFocusedAsync();
    }

    private async Task RunBatchAsync(SettingsPatch change)
    {
        var cast = await Dashboard.Services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var request = new PlanRequest("Test", ChangeKind.Batch, [.. cast.Characters!.Select(character => BatchItemRequest.From(character, change))], "for the demo");
        var plan = await Dashboard.Services.GetRequiredService<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), request, Cancellation);
        await Dashboard.Services.GetRequiredService<BatchService>().StartAsync(TestPeople.As(Role.Designer), plan.Value!.BatchId, Cancellation);
    }
}
