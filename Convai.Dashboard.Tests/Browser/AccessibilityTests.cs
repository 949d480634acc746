using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Every page, and every dialog and popover that opens on it.</summary>
[Trait("Speed", "Slow")]
public sealed class AccessibilityTests : AccessibilityTest
{
    /// <summary>One item after another, so that it is always the first that fails.</summary>
    private protected override Task<(string Key, string? Value)[]> SettingsAsync() => Task.FromResult<(string Key, string? Value)[]>([("Batches:Parallelism", "1")]);

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    [Fact]
    public async Task KnownViolations_AreFound()
    {
        await OpenAsync("history");
        await Page.EvaluateAsync("() => { const image = new Image(2000); image.src = 'favicon.svg'; document.querySelector('main').append(image); document.querySelector('main input').placeholder = 'w'.repeat(300); }");
        await CheckAccessibilityAsync("a wide picture without words", hasPicture: false);
        Assert.Contains(Violations, found => found.Contains("390 px, Light: image-alt", StringComparison.Ordinal));
        Assert.Contains(Violations, found => found.Contains("1440 px has to be scrolled sideways", StringComparison.Ordinal));
        Assert.Contains(Violations, found => found.Contains("1440 px cuts a placeholder", StringComparison.Ordinal));
    }

    [Fact]
    public void ApprovedScreenshots_ExistForThisBrowser()
    {
        var reason = ApprovedPictures.ReasonToSkip(Page.Context.Browser!);
        Assert.SkipWhen(reason is not null, reason ?? "");
        Assert.NotEmpty(Directory.GetFiles(ApprovedPictures.Folder, "*.webp"));
    }

    [Fact]
    public async Task ChangedScreen_DiffersFromApprovedScreenshot()
    {
        await OpenAsync("history");
        var (_, approved) = await ApprovedPictures.DifferenceAsync(Page, await Page.ScreenshotAsync(), null);
        Assert.Equal(0, (await ApprovedPictures.DifferenceAsync(Page, await Page.ScreenshotAsync(), approved)).DifferentPixels);
        foreach (var change in new[] { "document.querySelector('h1').textContent = 'Histories'", "document.querySelector('main').style.paddingTop = '60px'", "document.body.style.color = 'red'" })
        {
            await Page.EvaluateAsync($"() => {{ {change}; }}");
            var (different, changed) = await ApprovedPictures.DifferenceAsync(Page, await Page.ScreenshotAsync(), approved);
            Assert.True(different > ApprovedPictures.MaxDifferentPixels, $"{change}: {different}");
            approved = changed;
        }
    }

    [Fact]
    public async Task SignInPages_AreAccessible()
    {
        var page = await OpenOtherBrowserAsync(person: null);
        await page.GotoAsync(Address.ToString());
        await CheckAccessibilityAsync("sign-in page", page);
        await page.GetByLabel("Email").FillAsync("ana@studio.example");
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAccessibilityAsync("sign-in page, refused", page);
        await page.GotoAsync(new Uri(Address, "account/join").ToString());
        await CheckAccessibilityAsync("join page without a link", page);
        var invited = await Dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation);
        await page.GotoAsync(new Uri(Address, $"account/join#{invited.Value!.Secret}").ToString());
        await Expect(page.GetByLabel("Your name")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("join page", page);
        AssertNoViolations();
    }

    [Fact]
    public async Task AccountPages_AreAccessible()
    {
        await Page.GotoAsync(new Uri(Address, "account").ToString());
        await CheckAccessibilityAsync("account");
        await Page.GotoAsync(new Uri(Address, "account/authenticator").ToString());
        await Page.GetByText("Can't scan it?").ClickAsync();
        await CheckAccessibilityAsync("authenticator");
        var key = (await Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        await Page.GetByLabel("Code", new() { Exact = true }).FillAsync(AuthenticatorApp.GetCode(key, Now));
        await Expect(Page.GetByText("Your recovery codes.")).ToBeVisibleAsync();
        // The codes differ each time.
        await CheckAccessibilityAsync("recovery codes", hasPicture: false);
        await Page.GotoAsync(new Uri(Address, "account/recovery-codes").ToString());
        await CheckAccessibilityAsync("recovery codes, question", hasPicture: false);
        await Page.GotoAsync(new Uri(Address, "account/authenticator/off").ToString());
        await CheckAccessibilityAsync("authenticator off, question", hasPicture: false);
        await Page.GotoAsync(new Uri(Address, "no-such-page").ToString());
        await CheckAccessibilityAsync("page not found");
        await Page.GotoAsync(new Uri(Address, "error").ToString());
        await CheckAccessibilityAsync("error page");
        AssertNoViolations();
    }

    [Fact]
    public async Task RehearsalPages_AreAccessible()
    {
        await OpenAsync("rehearsals");
        await CheckAccessibilityAsync("rehearsals, none");
        await OpenAsync("characters/57a0c93e-7472-11ef-ac22-42010a7be011/rehearse?model=gemini-2.5-flash&temperature=0.1&reasoning=low");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Where is the old mill?");
        await ClickAsync("Add line");
        await Page.GetByLabel("Line 2", new() { Exact = true }).FillAsync("Are you a computer?");
        await ClickAsync("Add candidate");
        var second = Page.GetByRole(AriaRole.Region, new() { Name = "Candidate 2", Exact = true });
        await second.GetByLabel("Model").SelectOptionAsync("llama-4-scout");
        await second.GetByLabel("Temperature value").FillAsync("7");
        await Expect(Page.GetByText("interactions left")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("rehearsal, set-up");
        await second.GetByLabel("Temperature value").FillAsync("0.2");
        await Page.GetByLabel("Repeats").SelectOptionAsync("2");
        // So that each answer is the same in each run.
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await ClickAsync("Save as script…");
        await Dialog.GetByLabel("Name").FillAsync("First evening");
        await CheckAccessibilityAsync("rehearsal, script");
        await ClickAsync("Save script");
        await Expect(Dialog).ToHaveCountAsync(0);
        using (Dashboard.Host.HoldAnswers())
        {
            await ClickAsync("Start rehearsal");
            await Expect(Page.GetByText("Speaking…").First).ToBeVisibleAsync();
            // Which column speaks first is not fixed.
            await CheckAccessibilityAsync("rehearsal, running", hasPicture: false);
        }

        await Expect(Page.GetByText("All copies are removed.")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("rehearsal, read");
        await Page.GetByRole(AriaRole.Group, new() { Name = "Mark Candidate 1, line 1" }).GetByRole(AriaRole.Button, new() { Name = "In character" }).ClickAsync();
        await Page.GetByRole(AriaRole.Group, new() { Name = "Mark Now, line 2" }).GetByRole(AriaRole.Button, new() { Name = "Broke the fourth wall" }).ClickAsync();
        await Page.GetByRole(AriaRole.Group, new() { Name = "Now, line 2", Exact = true }).GetByRole(AriaRole.Button, new() { Name = "Note" }).ClickAsync();
        await Page.GetByLabel("Your note on this answer").FillAsync("Sounds like a hotel website.");
        await CheckAccessibilityAsync("rehearsal, marked");
        await ClickAsync("Save note");
        await Expect(Page.Locator(".answer-note")).ToHaveCountAsync(1);
        await ClickAsync("Delete answers now…");
        await Expect(Dialog).ToBeVisibleAsync();
        await CheckAccessibilityAsync("rehearsal, deletion");
        await ClickAsync("Keep them");
        await OpenAsync("rehearsals");
        await Expect(Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await CheckAccessibilityAsync("rehearsals");
        await ClickAsync("New rehearsal…");
        await Expect(Dialog.GetByRole(AriaRole.Link)).ToHaveCountAsync(8);
        await CheckAccessibilityAsync("rehearsals, new");
        await ClickAsync("Cancel");

        await OpenAsync("characters/57a0c93e-7472-11ef-ac22-42010a7be011/rehearse?temperature=0.1");
        await Page.GetByLabel("Line 1", new() { Exact = true }).FillAsync("Where is the old mill?");
        await Page.GetByLabel("Hide names").CheckAsync();
        Dashboard.Host.Fail("getResponse", SandboxFaultKind.ErrorInside200, after: 1);
        Dashboard.Host.Fail("delete", SandboxFaultKind.IgnoreWrite);
        await ClickAsync("Start rehearsal");
        await Expect(Page.GetByText("The copies are being removed.")).ToBeVisibleAsync();
        // Which column is which is random.
        await CheckAccessibilityAsync("rehearsal, hidden", hasPicture: false);
        await OpenAsync("rehearsals");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Leftover copies" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await CheckAccessibilityAsync("rehearsals, leftover copies", hasPicture: false);
        foreach (var choice in await Page.GetByRole(AriaRole.Checkbox).AllAsync())
        {
            await choice.CheckAsync();
        }

        await Page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await Expect(Page.GetByText("Not spoken in this run")).ToHaveCountAsync(1);
        await CheckAccessibilityAsync("rehearsals, compared", hasPicture: false);
        AssertNoViolations();
    }

    [Fact]
    public async Task CastPage_IsAccessible()
    {
        await OpenAsync("");
        await Expect(Page.GetByText("Not available to your account").First).ToBeVisibleAsync();
        await CheckAccessibilityAsync("cast");
        foreach (var menu in new[] { "Views", "File", "Columns" })
        {
            await ClickAsync(menu);
            await CheckAccessibilityAsync($"cast, {menu}");
            await Page.Keyboard.PressAsync("Escape");
        }

        await Page.GetByRole(AriaRole.Button, new() { Name = "Your account, Ana Keller" }).ClickAsync();
        await CheckAccessibilityAsync("your menu");
        await Page.Keyboard.PressAsync("Escape");
        await ClickAsync("What the labels mean");
        await CheckAccessibilityAsync("cast, labels");
        await Page.Keyboard.PressAsync("Escape");
        await ClickAsync("Charts");
        await CheckAccessibilityAsync("cast, charts");
        await ClickAsync("Charts");
        await Page.SetViewportSizeAsync(390, 900);
        await ClickAsync("Filter");
        await CheckAccessibilityAsync("cast, filters", isNarrow: true);
        await Page.Keyboard.PressAsync("Escape");
        await Page.SetViewportSizeAsync(390, 900);
        await ClickAsync("Pages");
        await CheckAccessibilityAsync("menu of pages", isNarrow: true);
        // On the wide screen, which it is again now, they are in the bar.
        await Expect(Page.Locator("#main-nav:popover-open")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("?");
        await Expect(Dialog).ToBeVisibleAsync();
        await CheckAccessibilityAsync("keyboard shortcuts");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("a");
        await Expect(Page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await CheckAccessibilityAsync("go to");
        await Page.Keyboard.PressAsync("Escape");
        await OpenAsync("?q=nobody");
        await Expect(Page.GetByText("No character matches")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("cast, nothing found");
        AssertNoViolations();
    }

    [Fact]
    public async Task CastPage_LoadFails_IsAccessible()
    {
        Dashboard.Host.Fail("list", SandboxFaultKind.ServerError);
        await OpenAsync("");
        await Expect(Page.GetByText("The cast could not be loaded")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("cast, not read");
        Dashboard.Host.Faults.Clear();
        await ClickAsync("Try again");
        await Expect(Page.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
        Dashboard.Host.Fail("list", SandboxFaultKind.ServerError);
        await ClickAsync("Refresh");
        await Expect(Page.GetByText("Showing the cast as of")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("cast, stale");
        AssertNoViolations();
    }

    [Fact]
    public async Task CharacterPage_UnreadableValues_IsAccessible()
    {
        const string Odd = """{"character_id": "1", "character_name": "Mira", "personalised_prompt_config": {"MODEL": ["gpt-4o"], "TEMPERATURE": "0,7"}}""";
        Dashboard.Host.Faults["get"] = new SandboxFault(SandboxFaultKind.Answer, Body: Odd);
        Dashboard.Host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Body: $$"""{"characters": [{{Odd}}]}""");
        await OpenAsync("");
        await Expect(Page.GetByText("1 not understood")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("cast, not understood");
        await OpenAsync("characters/1");
        await Expect(Page.GetByText("Convai has a value that the dashboard doesn't understand.")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, not understood");
        AssertNoViolations();
    }

    [Fact]
    public async Task CharacterPage_IsAccessible()
    {
        await Dashboard.Services.ApplyPresetAsync(await Dashboard.Services.CreatePresetAsync("Villager", "gpt-4o", 0.4m), "Mira the Innkeeper");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.6m), reason: "Drier");
        await Dashboard.Services.ObserveAsync();
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.75m;
        await Dashboard.Services.ObserveAsync();
        await OpenAsync(CharacterScreen.Path);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Keep Convai's value" })).ToBeVisibleAsync();
        await Character.Model.ClickAsync();
        await CheckAccessibilityAsync("character, drift and picker");
        await Page.Keyboard.PressAsync("Escape");
        await Character.Number.FillAsync("2");
        await Expect(Page.GetByText("The temperature needs correcting.")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, wrong temperature");
        await Character.Number.FillAsync("0.33");
        await Expect(Page.GetByText("1 setting changed")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, draft");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to the cast" }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync();
        await CheckAccessibilityAsync("leaving a draft");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await Character.Save.ClickAsync();
        await Expect(Page.GetByText("has changed since you opened it")).ToBeVisibleAsync();
        // How far a page is scrolled depends on what had the focus when.
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        await CheckAccessibilityAsync("character, conflict");
        Dashboard.Host.Fail("update", SandboxFaultKind.ServerError, times: 1);
        await ClickAsync("Overwrite with mine");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        await CheckAccessibilityAsync("character, failed");
        await ClickAsync("Try again");
        await Expect(Character.Confirmation).ToBeVisibleAsync();
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        await CheckAccessibilityAsync("character, confirmed");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Undo the change by" }).First.ClickAsync();
        await Expect(Dialog).ToContainTextAsync("Restores");
        await CheckAccessibilityAsync("reverting");
        await OpenAsync("characters/nobody");
        await CheckAccessibilityAsync("no such character");
        AssertNoViolations();
    }

    [Fact]
    public async Task HistoryPages_AreAccessible()
    {
        await OpenAsync("history");
        await Expect(Page.GetByText("No changes yet")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("history, empty");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.3m), reason: "Drier");
        await Expect(new Pages.HistoryScreen(Page).Rows).ToHaveCountAsync(1);
        await CheckAccessibilityAsync("history");
        await OpenAsync("history/as-it-was");
        await CheckAccessibilityAsync("as it was");
        await OpenAsync($"history/as-it-was?at={Now.AddDays(1):yyyy-MM-ddTHH:mm}");
        await Expect(Page.GetByText("That is in the future")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("as it was, in the future");
        AssertNoViolations();
    }

    [Fact]
    public async Task PresetsPage_IsAccessible()
    {
        await OpenAsync("presets");
        await Expect(Page.GetByText("No presets yet")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("presets, none");
        await ClickAsync("New preset…");
        await Expect(Dialog.GetByLabel("Name")).ToBeFocusedAsync();
        await ClickAsync("Save preset");
        await Expect(Dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAccessibilityAsync("new preset, refused");
        await Page.Keyboard.PressAsync("Escape");
        await Dashboard.Services.ObserveAsync();
        var preset = await Dashboard.Services.CreatePresetAsync("Villager", "gpt-4o", 0.4m, "For whoever only passes by.");
        await Dashboard.Services.ApplyPresetAsync(preset, "Mira the Innkeeper");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.6m));
        await OpenAsync("presets");
        await Page.Locator("summary").ClickAsync();
        await CheckAccessibilityAsync("presets");
        await ClickAsync("Delete…");
        await Expect(Dialog).ToBeVisibleAsync();
        await CheckAccessibilityAsync("deleting a preset");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        await ClickAsync("Apply to…");
        await Expect(Dialog.GetByRole(AriaRole.Checkbox).First).ToBeVisibleAsync();
        await CheckAccessibilityAsync("applying a preset");
        AssertNoViolations();
    }

    [Fact]
    public async Task BatchPages_AreAccessible()
    {
        await OpenAsync("batches");
        await Expect(Page.GetByText("No batches yet")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("batches, none");
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Mira the Innkeeper" }).CheckAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Captain Reyes" }).CheckAsync();
        await CheckAccessibilityAsync("cast, two selected");
        await ClickAsync("Change 2 characters…");
        await Expect(Dialog).ToBeVisibleAsync();
        var changing = new BatchPlanScreen(Page);
        await changing.ModelMode("Replace models").CheckAsync();
        await Page.Locator("#batch-swap-0").ClickAsync();
        await Expect(Page.Locator(".picker-panel")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("changing two, models");
        await Page.Locator("#batch-swap-0-input").PressAsync("Escape");
        await changing.ModelMode("Leave unchanged").CheckAsync();
        await changing.SetTemperatureAsync("0.25");
        await CheckAccessibilityAsync("changing two");
        await ClickAsync("Review plan");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Apply to" })).ToBeVisibleAsync();
        await CheckAccessibilityAsync("plan");
        Dashboard.Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await ClickAsync("Apply to");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try 1 character again" })).ToBeVisibleAsync();
        await CheckAccessibilityAsync("batch, one failed");
        await ClickAsync("Undo batch…");
        await Expect(Page.GetByText("Nothing has been written yet.")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("plan of an undo");
        await OpenAsync("batches");
        await Expect(Page.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
        await CheckAccessibilityAsync("batches");
        AssertNoViolations();
    }

    [Fact]
    public async Task ImportPage_IsAccessible()
    {
        await OpenAsync("cast/import");
        await CheckAccessibilityAsync("import");
        await Dashboard.Services.ObserveAsync();
        await ChooseAsync($"id,name,model,temperature\n{Dashboard.Host.Character("Mira the Innkeeper").Id},Someone else,,0.1\nnobody,Nobody,,0.2\n");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Review plan for" })).ToBeVisibleAsync();
        await CheckAccessibilityAsync("import, one different and one stranger");
        await ChooseAsync($"id,name,model,temperature\n{Dashboard.Host.Character("Mira the Innkeeper").Id},Mira,,warm\n");
        await Expect(Page.GetByText("1 error")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("import, one error");
        AssertNoViolations();
    }

    [Fact]
    public async Task TeamPages_AreAccessible()
    {
        await OpenAsync("team");
        await ClickAsync("Invite someone");
        await Expect(Dialog.GetByLabel("Email")).ToBeFocusedAsync();
        await CheckAccessibilityAsync("inviting");
        await Dialog.GetByLabel("Email").FillAsync("lea@studio.example");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.GetByLabel("Link")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("link to hand over");
        await ClickAsync("Close");
        await ClickAsync("Close anyway");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.GetByText("3 people · 1 invited")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("team");
        await OpenAsync("team/jonas");
        await ClickAsync("Create reset link");
        await Expect(Page.GetByLabel("Link")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("person");
        await ClickAsync("Disable account");
        await Expect(Dialog).ToBeVisibleAsync();
        await CheckAccessibilityAsync("disabling a person");
        await OpenAsync("team/log");
        await Expect(Page.GetByText("lea@studio.example")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("security log");
        await OpenAsync("about");
        await CheckAccessibilityAsync("about this server");
        var vera = await OpenOtherBrowserAsync(TestPeople.Vera);
        await vera.GotoAsync(new Uri(Address, "team/log").ToString());
        await CheckAccessibilityAsync("not for this role", vera);
        await OpenAsync(vera, "team");
        await CheckAccessibilityAsync("team, names and roles", vera);
        Dashboard.Host.Faults["user-api-usage"] = new SandboxFault(SandboxFaultKind.Answer, Body: """
            {"usage_v2": {"plan_name": "Professional", "expiry_ts": "2027-03-03", "metrics": [
                {"id": "interactions", "usage_details": [{"limit": 10000, "usage": "9520"}]},
                {"id": "core-api", "usage_details": [{"limit": "20000", "usage": 1840}]},
                {"id": "provider_pool_1", "usage_details": [{"limit": -1, "usage": 412}]},
                {"id": "scene-pool", "usage_details": [{"usage": 12}]}
            ]}}
            """);
        await OpenAsync("usage");
        await Expect(Page.GetByText("95% used")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("account usage, little left");
        AssertNoViolations();
    }

    [Fact]
    public async Task LostConnection_IsAccessible()
    {
        await OpenAsync(CharacterScreen.Path);
        // As Blazor's own script tells it, which would close it again while it is looked at.
        foreach (var state in new[] { "show", "failed" })
        {
            await Page.EvaluateAsync(
                "state => { const dialog = document.getElementById('components-reconnect-modal'); dialog.classList.add(`components-reconnect-${state}`); dialog.dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state } })); }", state);
            await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Connection lost" })).ToBeVisibleAsync();
            await CheckAccessibilityAsync($"connection, {state}");
        }

        AssertNoViolations();
    }

    [Fact]
    public async Task StoppedPage_IsAccessible()
    {
        await OpenAsync(CharacterScreen.Path);
        // As Blazor's own script shows it once the circuit has ended.
        await Page.EvaluateAsync("() => { document.getElementById('blazor-error-ui').style.display = 'block'; }");
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "This page has stopped" })).ToBeVisibleAsync();
        await CheckAccessibilityAsync("stopped page");
        AssertNoViolations();
    }

    private Task ClickAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    private Task ChooseAsync(string csv) =>
        Page.Locator("#import-file").SetInputFilesAsync(new FilePayload { Name = "cast.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(csv) });
}
