using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>A rehearsal as a designer does it: set up, watched, read, revealed and used.</summary>
[Trait("Speed", "Slow")]
public sealed class RehearsalPagesTests : BrowserTest
{
    private const string Mira = "characters/57a0c93e-7472-11ef-ac22-42010a7be011";

    private protected override Person? SignedInAs => TestPeople.Jonas;

    private ILocator Candidate(int number) => Page.GetByRole(AriaRole.Region, new() { Name = $"Candidate {number}", Exact = true });

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    [Fact]
    public async Task Rehearsal_FromTheCharacterToItsDraft()
    {
        await OpenAsync(Mira);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Rehearse" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Rehearse Mira the Innkeeper" })).ToBeVisibleAsync();
        await Page.WaitForFunctionAsync("() => document.querySelector('[data-interactive]') !== null");
        await Candidate(1).GetByLabel("Model").SelectOptionAsync("claude-4-sonnet");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0,4");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add candidate" }).ClickAsync();
        await Candidate(2).GetByLabel("Model").SelectOptionAsync("gemini-2.5-flash");
        await Candidate(2).GetByLabel("Temperature value").FillAsync("2");
        await Expect(Candidate(2)).ToContainTextAsync("Enter a value between 0 and 1");
        await Candidate(2).GetByLabel("Temperature value").FillAsync("0.1");
        await Candidate(2).GetByLabel("Reasoning").SelectOptionAsync(new SelectOptionValue { Label = "low" });
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Where is the old mill?");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByLabel("Line 2", new() { Exact = true })).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("Do you have a room for tonight?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add line" }).ClickAsync();
        await Expect(Page.GetByLabel("Line 3", new() { Exact = true })).ToBeFocusedAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove line 3" }).ClickAsync();
        await Expect(Page.GetByText("3 copies · 6 answers = 6 interactions")).ToBeVisibleAsync();
        await Page.GetByLabel("Repeats").SelectOptionAsync("2");
        await Expect(Page.GetByText("12 interactions", new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(Page.GetByText("of 10,000 interactions left")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();

        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        var now = Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true });
        await Expect(now).ToContainTextAsync("GPT-4o (gpt-4o) at 0.70");
        await Expect(now).ToContainTextAsync("Convai reports gpt-4o at 0.70.");
        await Expect(Candidate(2)).ToContainTextAsync("reasoning low");
        await Expect(Candidate(2).Locator(".answer-text")).ToHaveCountAsync(2);
        await Expect(now.GetByRole(AriaRole.Button, new() { Name = "Use this one" })).ToHaveCountAsync(0);
        Assert.Empty(Dashboard.Sandbox.Account.Copies);
        Assert.Equal(0.7m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);

        await Candidate(1).GetByRole(AriaRole.Button, new() { Name = "Use this one" }).ClickAsync();
        await Expect(Page.Locator(".draft-bar")).ToContainTextAsync("0.70 → becomes 0.40");
        await Page.WaitForFunctionAsync("() => !location.search");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(Page.GetByText("Confirmed by Convai").First).ToBeVisibleAsync();
        await OpenAsync("history");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Rehearsal", Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Rehearsal of Mira the Innkeeper" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to the rehearsals" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "“Where is the old mill?”" })).ToContainTextAsync("12");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Draft_IsRehearsedAsCandidate1_AndIsStillThereAfterwards()
    {
        await OpenAsync(Mira);
        await Character.DraftTemperatureAsync("0.35");
        await Page.Locator(".draft-bar").GetByRole(AriaRole.Link, new() { Name = "Rehearse" }).ClickAsync();
        await Expect(Candidate(1).GetByLabel("Temperature value")).ToHaveValueAsync("0.35");
        await Page.GoBackAsync();
        await Expect(Page.Locator(".draft-bar")).ToContainTextAsync("0.70 → becomes 0.35");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task HiddenNames_NothingReachesTheBrowser_UntilRevealedForEveryone()
    {
        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Model").SelectOptionAsync("claude-4-sonnet");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await Page.GetByLabel("Hide names").CheckAsync();
        KeepReceived();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Column A" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Column B" })).ToBeVisibleAsync();

        // What a page of its own receives, from its first byte on.
        var reader = await OpenOtherBrowserAsync(TestPeople.Vera);
        KeepReceived(reader);
        var before = Received.Count;
        await OpenAsync(reader, new Uri(Page.Url).PathAndQuery[1..]);
        await Expect(reader.GetByRole(AriaRole.Region, new() { Name = "Column A" })).ToBeVisibleAsync();
        await OpenAsync(reader, "rehearsals");
        await Expect(reader.GetByText("2 columns, names hidden")).ToBeVisibleAsync();
        var received = string.Concat(Received.Skip(before).Select(System.Text.Encoding.UTF8.GetString));
        Assert.DoesNotContain("claude-4-sonnet", received, StringComparison.Ordinal);
        Assert.DoesNotContain("gpt-4o", received, StringComparison.Ordinal);
        Assert.DoesNotContain("Candidate 1", received, StringComparison.Ordinal);
        await Expect(reader.GetByRole(AriaRole.Button, new() { Name = "Reveal" })).ToHaveCountAsync(0);

        await OpenAsync(reader, new Uri(Page.Url).PathAndQuery[1..]);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Keep hidden" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Column A" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();
        await Expect(Candidate(1)).ToBeVisibleAsync();
        await Expect(reader.GetByRole(AriaRole.Region, new() { Name = "Candidate 1", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.GetByText("Names revealed by Jonas Brandt.")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Run_IsStopped_AndItsAnswersAreDeleted()
    {
        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0.1");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await Page.GetByLabel("Repeats").SelectOptionAsync("5");
        Dashboard.Sandbox.Options.AnswerTime = TimeSpan.FromSeconds(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.Locator(".answer-text").First).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(Page.GetByText("Someone stopped this rehearsal.")).ToBeVisibleAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete answers now…" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete answers" }).ClickAsync();
        await Expect(Page.Locator(".answer-text")).ToHaveCountAsync(0);
        await Expect(Page.GetByText("The answers were deleted")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Phone_ShowsOneColumnAtATime()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0.1");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        var now = Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true });
        await Expect(now).ToBeVisibleAsync();
        await Expect(Candidate(1)).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Candidate 1", Exact = true }).ClickAsync();
        await Expect(Candidate(1)).ToBeVisibleAsync();
        await Expect(now).ToBeHiddenAsync();
    }
}
