using System.Globalization;
using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// Every control of the product, used the way people use it: typed into, pasted into, filled in by the browser, dragged, chosen from.
/// What a browser sends for each is the browser's own doing. A control that is added to a screen fails its test until it is used there.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ControlsTests : BrowserTest
{
    // By the name that a person hears; what a browser never shows or fills in is no control.
    private const string NamesOfControls = """
        root => [...new Set([...document.querySelector(root)?.querySelectorAll("input:not([type=hidden], [hidden], [readonly]), select, textarea") ?? []]
            .map(control => control.getAttribute("aria-label")
                ?? (document.getElementById(control.getAttribute("aria-labelledby")) ?? control.labels?.[0]?.querySelector("span, b") ?? control.labels?.[0])?.innerText
                ?? control.placeholder)
            .map(name => name.replace(/\s+/g, " ").trim())
            // A box of each row.
            .filter(name => !name.startsWith("Select ")))].sort().join("\n")
        """;

    // What a password manager or the browser's autofill does: the value at once.
    private const string Autofill = """
        (input, value) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
            input.dispatchEvent(new Event("input", { bubbles: true }));
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }
        """;

    private CastScreen List => new(Page);

    private HistoryScreen History => new(Page);

    private static string[] Roles => [.. Enum.GetValues<Role>().Select(role => $"{role} {TeamText.For(role)}")];

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>The order of the parts of a date is that of the browser's language.</summary>
    protected override BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, Locale = "en-US" };

    [Fact]
    public async Task CastPage_ControlsWork()
    {
        await OpenAsync("");
        await Expect(List.Names.First).ToBeVisibleAsync();
        await ExpectControlsAsync("main", ["Models", "Temperature", "Moderation", "Sort", "Search the cast", "Save this view", "Share with the team", .. Enum.GetValues<CastColumn>().Select(CastText.Column)]);
        await ChooseAsync("Models", "All OpenAI", "provider=OpenAI");
        await ChooseAsync("Temperature", "Balanced", "band=balanced");
        await ChooseAsync("Moderation", "Moderation on", "moderation=on");
        await Page.SetViewportSizeAsync(900, 900);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Filter 3" }).ClickAsync();
        await ChooseAsync("Sort", "By model", "sort=model");
        await Page.SetViewportSizeAsync(1440, 900);

        await OpenAsync("");
        await List.Search.ClickAsync();
        await Page.Keyboard.TypeAsync("mira");
        await Expect(List.Names).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(List.Names).Not.ToHaveCountAsync(1);
        await List.SelectAsync("Mira the Innkeeper", "Pip");
        var all = Page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new Regex("^Select all ") });
        await Expect(all).ToBeCheckedAsync(new() { Indeterminate = true });
        await all.ClickAsync();
        await Expect(List.Selection).ToContainTextAsync("24 selected");
        await Expect(all).ToBeCheckedAsync();
        await Expect(all).Not.ToBeCheckedAsync(new() { Indeterminate = true });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Moderation" }).CheckAsync();
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Moderation" })).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Moderation" }).UncheckAsync();
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Moderation" })).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Escape");
        await List.Views.ClickAsync();
        await List.ViewName.ClickAsync();
        await Page.Keyboard.TypeAsync("Everyone");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(List.View("Everyone")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task CharacterPage_ControlsWork()
    {
        await Dashboard.Services.CreatePresetAsync("Villager", null, 0.4m);
        await OpenAsync(CharacterScreen.Path);
        await ExpectControlsAsync("main", "Preset", "Model", "Temperature value", "Temperature");
        await Page.GetByLabel("Preset").SelectOptionAsync("Villager");
        await ExpectControlsAsync(".draft-bar", "Reason (optional)");
        await Expect(Character.Number).ToHaveValueAsync("0.40");
        await Character.Slider.HoverAsync();
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(0, 0);
        await Page.Mouse.UpAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.00");
        await Page.Keyboard.PressAsync("PageUp");
        await Expect(Character.Number).ToHaveValueAsync("0.10");

        await PasteAsync(Character.Number, " 0,42");
        await Expect(Character.Draft).ToContainTextAsync("0.42");
        await Expect(Character.Model).ToBeEnabledAsync();
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("claude sonnet");
        await Expect(Page.GetByText("2 of 19").First).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Character.Draft).ToContainTextAsync("2 settings changed");
        await PasteAsync(Character.Reason, "Drier");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.42");
        Assert.Equal("Drier", Assert.Single(await Dashboard.Services.ChangesAsync()).Reason);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ModelNoteDialog_ControlsWork()
    {
        await OpenAsync(CharacterScreen.Path);
        await PressAsync("Add a note on GPT-4o…");
        await ExpectControlsAsync(".mud-dialog", "Note");
        await PasteAsync(Dialog.GetByLabel("Note", new() { Exact = true }), "Good at French,\nslow in the evening.");
        await PressAsync("Save note");
        await Expect(Page.Locator(".model-explanation")).ToContainTextAsync("Good at French, slow in the evening.");
        await PressAsync("Edit note on GPT-4o");
        await Dialog.GetByLabel("Note", new() { Exact = true }).FillAsync("");
        await PressAsync("Save note");
        await Expect(Page.Locator(".model-explanation")).Not.ToContainTextAsync("Team note");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task HistoryPage_ControlsWork()
    {
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync("history");
        await Expect(History.Rows).ToHaveCountAsync(1);
        await ExpectControlsAsync("main", "Character or reason", "Person", "Type", "Setting", "Status");
        foreach (var (period, query) in new[] { ("Yesterday", "period=yesterday"), ("Today", "period=today"), ("Last 7 days", "period=week") })
        {
            await History.Period(period).PressAsync("Enter");
            await Expect(Page).ToHaveURLAsync(new Regex(query));
            await Expect(History.Rows).ToHaveCountAsync(period == "Yesterday" ? 0 : 1);
        }

        await History.Period("Dates…").PressAsync("Space");
        await Expect(Page).Not.ToHaveURLAsync(new Regex("period="));
        await ExpectControlsAsync("main", "Character or reason", "Person", "Type", "Setting", "Status", "From", "To");
        await ChooseAsync("Person", "Jonas Brandt", "person=jonas");
        await ChooseAsync("Type", "Edit", "kind=edit");
        await ChooseAsync("Setting", "Temperature", "field=temperature");
        await ChooseAsync("Status", "Succeeded", "outcome=done");

        await History.Character.ClickAsync();
        await Page.Keyboard.TypeAsync("mira");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page).ToHaveURLAsync(new Regex("character=mira"));
        var today = DateTime.UtcNow;
        foreach (var (name, day) in new[] { ("From", today.AddDays(-1)), ("To", today.AddDays(1)) })
        {
            await TypeAsync(Page.GetByLabel(name, new() { Exact = true }), day.ToString("MMddyyyy", CultureInfo.InvariantCulture));
            await Expect(Page.GetByLabel(name, new() { Exact = true })).ToHaveValueAsync(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            await Expect(Page).ToHaveURLAsync(new Regex($"={day:yyyy-MM-dd}"));
        }

        await Expect(History.Rows).ToHaveCountAsync(1);
        Assert.Empty(Problems);
    }

    /// <summary>Typed part by part: with each digit of the year the browser tells of another time.</summary>
    [Fact]
    public async Task PointInTimePage_ControlsWork()
    {
        await Dashboard.Services.ObserveAsync();
        await using (var db = await Dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            var anHourAgo = DateTimeOffset.UtcNow.AddHours(-1);
            await db.Set<KnownCharacter>().ExecuteUpdateAsync(known => known.SetProperty(character => character.FirstSeenAt, anHourAgo), Cancellation);
        }

        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
        await OpenAsync("history/as-it-was");
        await ExpectControlsAsync("main", "Date and time");
        var field = Page.GetByLabel("Date and time");
        var at = DateTime.UtcNow.AddMinutes(-10);
        await TypeAsync(field, at.ToString("MMddyyyyhhmmtt", CultureInfo.InvariantCulture));
        await Expect(Page.GetByText("1 character has different settings now.")).ToBeVisibleAsync();
        await Expect(field).ToHaveValueAsync(at.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        await Page.ReloadAsync();
        await Expect(Page.GetByText("1 character has different settings now.")).ToBeVisibleAsync();
        // The first response shows the same; its buttons work once the circuit has started.
        await Expect(Page.Locator("[data-interactive]")).ToBeVisibleAsync();
        await PressAsync("Restore Mira the Innkeeper");
        await Expect(Page.GetByText("Confirmed by Convai")).ToBeVisibleAsync();
        await field.FillAsync("");
        await Expect(Page.GetByText("Choose a time")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task PresetDialogs_ControlsWork()
    {
        // The levels come from the account's list, which the cast page reads.
        await OpenAsync("");
        await Expect(Page.GetByRole(AriaRole.Combobox, new() { Name = "Reasoning" })).ToBeVisibleAsync();
        await OpenAsync("presets");
        await PressAsync("New preset…");
        await Expect(Dialog.GetByLabel("Reasoning")).ToBeVisibleAsync();
        await ExpectControlsAsync(".mud-dialog", "Name", "Leave unchanged", "Set to", "Reasoning", "Note (optional)");
        await Dialog.GetByRole(AriaRole.Radio, new() { Name = "Set to" }).CheckAsync();
        await ExpectControlsAsync(".mud-dialog", "Name", "Leave unchanged", "Set to", "Temperature value", "Temperature", "Reasoning", "Note (optional)");
        await Dialog.GetByLabel("Reasoning").SelectOptionAsync("low");
        await Dialog.GetByLabel("Reasoning").SelectOptionAsync("Leave unchanged");
        await Dialog.GetByLabel("Name").PressSequentiallyAsync("Villager");
        await Page.Locator("#preset-model").ClickAsync();
        await Expect(Page.Locator("#preset-model-input")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("gpt-4o");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#preset-model")).ToContainTextAsync("GPT-4o");
        await PasteAsync(Dialog.GetByLabel("Temperature value"), "0,4");
        await Dialog.GetByLabel("Note").PressSequentiallyAsync("One\nTwo");
        await PressAsync("Save preset");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Table)).ToContainTextAsync("0.40");

        await PressAsync("Apply to… Villager");
        await Dialog.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("mira");
        await ExpectControlsAsync(".mud-dialog", "Search the characters", "Mira the Innkeeper", "Reason (optional)");
        await Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Dialog.GetByLabel("Reason").PressSequentiallyAsync("Drier");
        await PressAsync("Review plan for 1 character");
        await Expect(new BatchPlanScreen(Page).Heading).ToHaveTextAsync("Preset “Villager”");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task BatchDialog_ControlsWork()
    {
        await Dashboard.Services.CreatePresetAsync("Villager", null, 0.4m);
        await OpenAsync("");
        await List.SelectAsync("Mira the Innkeeper", "Pip");
        await List.Change.ClickAsync();
        string[] always = ["Preset", "Leave unchanged", "Set to", "Raise or lower by", "At most", "At least", "Set all to", "Replace models", "Reason (optional)"];
        await ExpectControlsAsync(".mud-dialog", always);
        var plan = new BatchPlanScreen(Page);
        await plan.TemperatureMode("Raise or lower by").CheckAsync();
        await ExpectControlsAsync(".mud-dialog", [.. always, "Raise or lower", "Step"]);
        await Dialog.GetByLabel("Raise or lower", new() { Exact = true }).SelectOptionAsync("Lower by");
        await PasteAsync(Dialog.GetByLabel("Step"), "0,1");
        await Expect(Page.GetByText("2 of 2 go down by 0.10.")).ToBeVisibleAsync();
        await Dialog.GetByLabel("Preset").SelectOptionAsync("Villager");
        await Expect(plan.Temperature).ToHaveValueAsync("0.40");
        await ExpectControlsAsync(".mud-dialog", [.. always, "Temperature value", "Temperature"]);
        await plan.ModelMode("Set all to").CheckAsync();
        await Page.Locator("#batch-model").ClickAsync();
        await ExpectControlsAsync(".mud-dialog", [.. always, "Temperature value", "Temperature", "Model"]);
        await Page.Keyboard.TypeAsync("gpt-4o");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#batch-model")).ToContainTextAsync("GPT-4o");
        await PasteAsync(plan.Temperature, "0,25");
        await Dialog.GetByLabel("Reason").PressSequentiallyAsync("Drier");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(new BatchPlanScreen(Page).Summary).ToBeVisibleAsync();
        Assert.Equal((0.25m, "Drier"), (await Dashboard.Services.PlansAsync()).Select(plan => (plan.Rows[0].TemperatureAfter!.Value, plan.Batch.Reason)).Single());
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ImportPage_ControlsWork()
    {
        await OpenAsync(ImportScreen.Path);
        // Asked for early: Playwright does not wait until the browser hands choosers over, and one that opens before that is lost.
        var chooser = Page.WaitForFileChooserAsync();
        await ExpectControlsAsync("main", "Settings file, CSV or JSON", "Cells from a spreadsheet");
        await Page.Locator("#import-file").ClickAsync();
        await (await chooser).SetFilesAsync(ImportScreen.Csv("id,name,model,temperature\n57a0c93e-7472-11ef-ac22-42010a7be011,Mira the Innkeeper,,0.21\n"));
        var import = new ImportScreen(Page);
        await Expect(import.Review).ToBeVisibleAsync();
        await import.Cells.FillAsync("name\ttemperature\nPip\t0.2\nMira the Innkeeper\t0.2\n");
        await import.Compare.PressAsync("Enter");
        await Expect(import.Review).ToHaveTextAsync("Review plan for 2 characters");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task TeamPages_ControlsWork()
    {
        await OpenAsync("team");
        await PressAsync("Invite someone");
        await ExpectControlsAsync(".mud-dialog", ["Email", .. Roles]);
        await Dialog.GetByLabel("Email").EvaluateAsync(Autofill, "lea@studio.example");
        await Dialog.GetByRole(AriaRole.Radio, new() { Name = "Viewer" }).CheckAsync();
        await PressAsync("Create link");
        await Expect(Dialog.GetByText("For lea@studio.example, who joins as a Viewer.")).ToBeVisibleAsync();

        await OpenAsync("team/jonas");
        await ExpectControlsAsync("main", Roles);
        await Page.GetByRole(AriaRole.Radio, new() { Name = "Designer" }).FocusAsync();
        await Page.Keyboard.PressAsync("ArrowUp");
        await PressAsync("Change role…");
        await PressAsync("Change role");
        await Expect(Page.Locator(".person-message")).ToContainTextAsync("Viewer");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SignInPages_ControlsWork()
    {
        var invited = await Dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation);
        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync(new Uri(Address, "account/join").ToString());
        await ExpectControlsAsync("main", "Your link");
        await PasteAsync(Page.GetByLabel("Your link"), new Uri(Address, $"account/join#{invited.Value!.Secret}").ToString());
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByLabel("Your name")).ToBeVisibleAsync();
        await ExpectControlsAsync("main", "Your name", "Password");
        await Page.GetByLabel("Your name").EvaluateAsync(Autofill, "Lea");
        await Page.GetByLabel("Password").EvaluateAsync(Autofill, TestPeople.Password);
        await PressAsync("Create account");
        await Expect(List.Heading).ToBeVisibleAsync();

        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync(Address.ToString());
        await ExpectControlsAsync("main", "Email", "Password", "Stay signed in on this computer");
        await Page.GetByLabel("Email").EvaluateAsync(Autofill, "lea@studio.example");
        await Page.GetByLabel("Password").EvaluateAsync(Autofill, TestPeople.Password);
        await Page.GetByLabel("Stay signed in").CheckAsync();
        await PressAsync("Sign in");
        await Expect(List.Heading).ToBeVisibleAsync();
        Assert.Contains(await Page.Context.CookiesAsync(), cookie => cookie.Expires > DateTimeOffset.UtcNow.AddDays(7).ToUnixTimeSeconds());
    }

    /// <param name="root">Where they are; they may still be on their way.</param>
    private async Task ExpectControlsAsync(string root, params IEnumerable<string> names)
    {
        var expected = string.Join('\n', names.Distinct().Order(StringComparer.Ordinal));
        try
        {
            await Page.WaitForFunctionAsync($"([root, expected]) => ({NamesOfControls})(root) === expected", new[] { root, expected });
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, await Page.EvaluateAsync<string>(NamesOfControls, root));
        }
    }

    private async Task ChooseAsync(string name, string choice, string query)
    {
        await Page.GetByRole(AriaRole.Combobox, new() { Name = name, Exact = true }).SelectOptionAsync(choice);
        await Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(query)));
    }

    private Task PressAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private async Task TypeAsync(ILocator field, string keys)
    {
        await field.FocusAsync();
        await Page.Keyboard.TypeAsync(keys);
    }

    /// <summary>By the keys, from the clipboard.</summary>
    private async Task PasteAsync(ILocator field, string text)
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", text);
        await field.FocusAsync();
        await Page.Keyboard.PressAsync("Control+a");
        await Page.Keyboard.PressAsync("Control+v");
    }
}
