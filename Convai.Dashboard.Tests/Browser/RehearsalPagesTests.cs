using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task Rehearsal_WinningCandidate_BecomesTheDraft()
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
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "What changes" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "Answer time" })).ToContainTextAsync("in 4 answers");
        await Character.Model.FocusAsync();
        await Expect(Page.Locator(".picker-option[data-code='gemini-2.5-flash']")).ToContainTextAsync("in 4 answers");
        await Page.WaitForFunctionAsync("() => !location.search");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(Page.GetByText("Confirmed by Convai").First).ToBeVisibleAsync();
        await OpenAsync("history");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Rehearsal", Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Rehearsal of Mira the Innkeeper" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to the rehearsals" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "“Where is the old mill?”" })).ToContainTextAsync("Used Claude-4-Sonnet (claude-4-sonnet), temperature 0.40");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Draft_Rehearsed_IsCandidateAndKept()
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
    public async Task HiddenNames_ReachNoBrowser_UntilRevealed()
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
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Column A" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();
        await Expect(Candidate(1)).ToBeVisibleAsync();
        await Expect(reader.GetByRole(AriaRole.Region, new() { Name = "Candidate 1", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.GetByText("Names revealed by Jonas Brandt.")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SetUp_LeftWithLines_Asks_AndKeepsThem()
    {
        await OpenAsync($"{Mira}/rehearse");
        await Expect(new TopBar(Page).Pages.GetByRole(AriaRole.Link, new() { Name = "Rehearsals" })).ToHaveAttributeAsync("aria-current", "page");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await new TopBar(Page).Pages.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();
        await Expect(Page.GetByLabel("Line 1", new() { Exact = true })).ToHaveValueAsync("Hello");
        await new TopBar(Page).Pages.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Discard and leave" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "History", Exact = true })).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SetUp_ShowsTheChosenPreset_UntilTheCandidateIsEdited()
    {
        var preset = await Dashboard.Services.CreatePresetAsync("Villager", null, 0.4m);
        Assert.NotNull(preset);
        await OpenAsync($"{Mira}/rehearse");
        var choice = Candidate(1).GetByLabel("Apply a preset");
        await choice.SelectOptionAsync("Villager");
        await Expect(Candidate(1).GetByLabel("Temperature value")).ToHaveValueAsync("0.40");
        await Expect(choice.Locator("option:checked")).ToHaveTextAsync("Villager");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0.5");
        await Expect(choice.Locator("option:checked")).ToHaveTextAsync("Choose a preset…");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Run_Stopped_AnswersCanBeDeleted()
    {
        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0.1");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await Page.GetByLabel("Repeats").SelectOptionAsync("5");
        Dashboard.Sandbox.Options.AnswerTime = TimeSpan.FromSeconds(1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.Locator(".answer-text").First).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(Page.GetByText("Someone stopped it.")).ToBeVisibleAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete answers now…" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete answers" }).ClickAsync();
        await Expect(Page.Locator(".answer-text")).ToHaveCountAsync(0);
        await Expect(Page.GetByText("The answers were deleted")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Answers_ByKeyboardOnly_AreMarkedNotedAndRevealed()
    {
        await StartAsync(lines: ["Hello", "Are you a computer?"], hidesNames: true);
        var (a, b) = (Page.GetByRole(AriaRole.Region, new() { Name = "Column A" }), Page.GetByRole(AriaRole.Region, new() { Name = "Column B" }));
        ILocator Cell(string name) => Page.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });
        await TabToAsync(Cell("Column A, line 1"));
        await Page.Keyboard.PressAsync("1");
        await Expect(a.GetByText("In character Jonas Brandt")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("j");
        await Expect(Cell("Column A, line 2")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("l");
        await Expect(Cell("Column B, line 2")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("3");
        await Expect(b.GetByText("Broke the fourth wall Jonas Brandt")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("3");
        await Expect(b.GetByText("Broke the fourth wall Jonas Brandt")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("k");
        await Page.Keyboard.PressAsync("h");
        await Expect(Cell("Column A, line 1")).ToBeFocusedAsync();
        // The first one is marked.
        await Page.Keyboard.PressAsync("u");
        await Expect(Cell("Column B, line 1")).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("n");
        await Expect(Page.GetByLabel("Your note on this answer")).ToBeFocusedAsync();
        // These letters are keys of the grid.
        await Page.Keyboard.TypeAsync("just like a hotel: 1, 2, 3");
        await Page.Keyboard.PressAsync("Control+Enter");
        await Expect(b.GetByText("just like a hotel: 1, 2, 3")).ToBeVisibleAsync();
        await Expect(Cell("Column B, line 1")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("n");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByLabel("Your note on this answer")).ToHaveCountAsync(0);
        await Expect(Cell("Column B, line 1")).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("f");
        await Expect(a).ToBeHiddenAsync();
        await Expect(Cell("Column B, line 1")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("h");
        await Expect(a).ToBeVisibleAsync();
        await Expect(b).ToBeHiddenAsync();
        await Expect(Cell("Column A, line 1")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(b).ToBeVisibleAsync();
        await Expect(Cell("Column A, line 1")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("r");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).PressAsync("Enter");
        await Expect(Candidate(1)).ToBeVisibleAsync();
        await Expect(Page.GetByText("1 in character, the most of the two columns")).ToBeVisibleAsync();
        var isNowFirst = await Page.GetByRole(AriaRole.Region).First.GetAttributeAsync("aria-label") == "Now";
        await TabToAsync(Cell(isNowFirst ? "Now, line 1" : "Candidate 1, line 1"));
        if (isNowFirst)
        {
            await Page.Keyboard.PressAsync("l");
            await Expect(Cell("Candidate 1, line 1")).ToBeFocusedAsync();
        }

        await Page.Keyboard.PressAsync("Control+Enter");
        await Expect(Page.Locator(".draft-bar")).ToContainTextAsync("0.70 → becomes 0.10");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Marks_ByMouse_ReachOtherPagesReadOnlyForViewers()
    {
        await StartAsync(lines: ["Hello"], repeats: 3, temperature: "0.9");
        var reader = await OpenOtherBrowserAsync(TestPeople.Vera);
        await OpenAsync(reader, new Uri(Page.Url).PathAndQuery[1..]);
        await Expect(reader.GetByRole(AriaRole.Button, new() { Name = "Too long" })).ToHaveCountAsync(0);
        var marks = Page.GetByRole(AriaRole.Group, new() { Name = "Mark Candidate 1, line 1" });
        // The first mark moves nothing.
        var before = (await marks.BoundingBoxAsync())!.Y;
        await marks.GetByRole(AriaRole.Button, new() { Name = "Too long" }).ClickAsync();
        await Expect(Page.GetByText("1 too long")).ToBeVisibleAsync();
        Assert.Equal(before, (await marks.BoundingBoxAsync())!.Y);
        await Expect(marks.GetByRole(AriaRole.Button, new() { Name = "Too long" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(reader.GetByText("Too long Jonas Brandt")).ToBeVisibleAsync();
        await Expect(reader.GetByText("1 too long")).ToBeVisibleAsync();

        await Candidate(1).GetByRole(AriaRole.Button, new() { Name = "Note", Exact = true }).First.ClickAsync();
        await Page.GetByLabel("Your note on this answer").FillAsync("<b>so</b> long");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(reader.GetByText("<b>so</b> long")).ToBeVisibleAsync();
        await Candidate(1).GetByRole(AriaRole.Button, new() { Name = "Change note" }).ClickAsync();
        await Page.GetByLabel("Your note on this answer").FillAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(reader.GetByText("<b>so</b> long")).ToHaveCountAsync(0);

        await Candidate(1).GetByRole(AriaRole.Button, new() { Name = "Focus" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true })).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Group, new() { Name = "Shown column" }).GetByRole(AriaRole.Button, new() { Name = "Now" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
        await Expect(Candidate(1)).ToBeHiddenAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task FourColumns_NarrowWindow_ShowsThreeAtATime()
    {
        await StartAsync(lines: ["Hello"], candidates: 3);
        // Until the end the columns are redrawn, and a click may hit a button that is just being replaced.
        await Expect(Page.GetByText("4 answers · started by")).ToBeVisibleAsync();
        var now = Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true });
        await Expect(now).ToBeVisibleAsync();
        await Expect(Candidate(3)).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Candidate 1 to Candidate 3" }).ClickAsync();
        await Expect(Candidate(3)).ToBeVisibleAsync();
        await Expect(now).ToBeHiddenAsync();
        // The one answer that Tab reaches is among those that are shown.
        await TabToAsync(Page.GetByRole(AriaRole.Group, new() { Name = "Candidate 1, line 1", Exact = true }));
        await Page.SetViewportSizeAsync(1680, 900);
        await Expect(now).ToBeVisibleAsync();
        await Expect(Candidate(3)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Script_IsSavedEditedUsedAndDeleted()
    {
        await OpenAsync("rehearsals");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New rehearsal…" }).ClickAsync();
        await Dialog.GetByLabel("Character").PressSequentiallyAsync("mira");
        await Expect(Dialog.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Rehearse Mira the Innkeeper" })).ToBeVisibleAsync();
        await Page.WaitForFunctionAsync("() => document.querySelector('[data-interactive]') !== null");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Suggest lines" }).ClickAsync();
        await Expect(Page.GetByLabel("Line 5", new() { Exact = true })).ToHaveValueAsync("Are you real?");
        for (var line = 5; line > 1; line--)
        {
            await Page.GetByRole(AriaRole.Button, new() { Name = $"Remove line {line}", Exact = true }).ClickAsync();
        }

        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Are you a computer?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save as script…" }).ClickAsync();
        await Dialog.GetByLabel("Name").PressSequentiallyAsync("Fourth wall");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Save script" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);

        await OpenAsync("rehearsals");
        var scripts = Page.GetByRole(AriaRole.Region, new() { Name = "Scripts" });
        await Expect(scripts).ToContainTextAsync("1 line · not used yet");
        await scripts.GetByRole(AriaRole.Button, new() { Name = "Edit the script Fourth wall" }).ClickAsync();
        await Dialog.GetByLabel("Player’s lines").PressAsync("Control+End");
        await Page.Keyboard.TypeAsync("\nWho made you?");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Save script" }).ClickAsync();
        await Expect(scripts).ToContainTextAsync("2 lines · not used yet");

        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Temperature value").FillAsync("0.1");
        await Page.GetByLabel("Use a script").SelectOptionAsync(new SelectOptionValue { Label = "Fourth wall (2 lines)" });
        await Expect(Page.GetByLabel("Line 2", new() { Exact = true })).ToHaveValueAsync("Who made you?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("“Fourth wall”")).ToBeVisibleAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();

        await OpenAsync("rehearsals");
        await Expect(scripts).ToContainTextAsync("used once");
        await scripts.GetByRole(AriaRole.Button, new() { Name = "Delete the script Fourth wall" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete script" }).ClickAsync();
        await Expect(scripts.GetByText("Fourth wall")).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Mira the Innkeeper" })).ToContainTextAsync("Fourth wall");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task List_IsFilteredAndSearched_AndComparesTwoRuns()
    {
        await StartAsync(lines: ["Hello", "Are you a computer?", "Hello"]);
        await StartAsync(lines: ["Are you a computer?", "Where is the old mill?"], temperature: "0.2", hidesNames: true);
        await OpenAsync("rehearsals");
        var rows = Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Mira the Innkeeper" });
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("Undecided · 0 of 4 marked");
        await Page.GetByRole(AriaRole.Button, new() { Name = "0 used" }).ClickAsync();
        await Expect(Page.GetByText("No rehearsal matches")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Page.GetByLabel("Search rehearsals").PressSequentiallyAsync("0.10");
        await Expect(rows).ToHaveCountAsync(1);
        // What is hidden is not found either.
        await Page.GetByLabel("Search rehearsals").FillAsync("0.20");
        await Expect(rows).ToHaveCountAsync(0);
        await Page.GetByLabel("Search rehearsals").FillAsync("");

        await rows.First.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(Page.GetByText("Select a second one to compare them.")).ToBeVisibleAsync();
        await rows.Last.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Two rehearsals of Mira the Innkeeper" })).ToBeVisibleAsync();
        // What was said twice is there twice.
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 3 })).ToHaveTextAsync(["1 Hello", "2 Are you a computer?", "3 Hello", "4 Where is the old mill?"]);
        await Expect(Page.GetByText("Not spoken in this run")).ToHaveCountAsync(3);
        await Page.GetByLabel("Column of the first run").SelectOptionAsync(new SelectOptionValue { Label = "Now: GPT-4o (gpt-4o) at 0.70" });
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "First run" })).ToContainTextAsync("Convai reports gpt-4o at 0.70.");
        await Expect(Page.GetByLabel("Column of the second run").Locator("option")).ToHaveTextAsync(["Column A", "Column B"]);
        await OpenAsync("rehearsals/compare?first=1&second=99");
        await Expect(Page.GetByText("These rehearsals can't be compared")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Judge_ChosenByName_GivesVerdict()
    {
        await OpenAsync($"{Mira}/rehearse");
        await Candidate(1).GetByLabel("Model").SelectOptionAsync("claude-4-sonnet");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Hello");
        await Page.GetByLabel("Ask a judge").CheckAsync();
        await Expect(Page.GetByText("3 copies · 2 answers = 2 interactions")).ToBeVisibleAsync();
        await Page.GetByLabel("Judge", new() { Exact = true }).PressSequentiallyAsync("Tobias");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("No single character in the cast has this name. Choose another judge.")).ToBeVisibleAsync();
        await Page.GetByLabel("Judge", new() { Exact = true }).FillAsync("old tobias");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        await Expect(Candidate(1)).ToContainTextAsync("Judge: 5 of 5");
        await Expect(Page.GetByText("judges favour longer answers")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Answers_WithMarkupOrRightToLeftText_AreShownAsText()
    {
        Dashboard.Host.Faults["getResponse"] = new SandboxFault(SandboxFaultKind.Answer, Body: """{"text": "<script>document.title = 'stolen'</script> שלום \u202e evil", "sessionID": "abc"}""");
        await StartAsync(lines: ["Hello"]);
        await Expect(Candidate(1).Locator(".answer-text")).ToContainTextAsync("<script>document.title = 'stolen'</script> שלום");
        await Expect(Page).Not.ToHaveTitleAsync("stolen");
        Assert.DoesNotContain("\u202e", await Candidate(1).Locator(".answer-text").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Note_SaveFails_ShowsReasonAndKeepsText()
    {
        await StartAsync(lines: ["Hello"]);
        await Candidate(1).GetByRole(AriaRole.Button, new() { Name = "Note", Exact = true }).ClickAsync();
        await Page.GetByLabel("Your note on this answer").FillAsync("Just like her");
        await Dashboard.Services.GetRequiredService<RehearsalRepository>().DeleteAnswersAsync(1, Cancellation);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(Page.GetByText("This answer hasn't arrived yet or was deleted, so nothing was saved.")).ToBeVisibleAsync();
        await Expect(Page.GetByLabel("Your note on this answer")).ToHaveValueAsync("Just like her");
    }

    [Fact]
    public async Task Phone_ShowsOneColumnAtATime()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await StartAsync(lines: ["Hello"]);
        var now = Page.GetByRole(AriaRole.Region, new() { Name = "Now", Exact = true });
        await Expect(now).ToBeVisibleAsync();
        await Expect(Candidate(1)).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Candidate 1", Exact = true }).ClickAsync();
        await Expect(Candidate(1)).ToBeVisibleAsync();
        await Expect(now).ToBeHiddenAsync();
    }

    /// <summary>Rehearses Mira through the page, and waits for the end.</summary>
    private async Task StartAsync(string[] lines, int candidates = 1, int repeats = 1, string temperature = "0.1", bool hidesNames = false)
    {
        await OpenAsync($"{Mira}/rehearse");
        for (var number = 1; number <= candidates; number++)
        {
            if (number > 1)
            {
                await Page.GetByRole(AriaRole.Button, new() { Name = "Add candidate" }).ClickAsync();
            }

            await Candidate(number).GetByLabel("Temperature value").FillAsync(temperature);
        }

        for (var number = 1; number <= lines.Length; number++)
        {
            if (number > 1)
            {
                await Page.GetByRole(AriaRole.Button, new() { Name = "Add line" }).ClickAsync();
            }

            await Page.GetByLabel($"Line {number}", new() { Exact = true }).FillAsync(lines[number - 1]);
        }

        await Page.GetByLabel("Repeats").SelectOptionAsync($"{repeats}");
        await Page.GetByLabel("Hide names").SetCheckedAsync(hidesNames);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start rehearsal" }).ClickAsync();
        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
    }
}
