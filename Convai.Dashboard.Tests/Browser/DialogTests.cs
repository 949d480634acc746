using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Components.Layout;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Every dialog of the product: the focus goes into it, Tab stays in it, Esc closes it, and the focus goes back. A dialog that is added fails until it is opened here.</summary>
[Trait("Speed", "Slow")]
public sealed class DialogTests : BrowserTest
{
    private static readonly Dictionary<string, Func<DialogTests, Task<(ILocator Opener, ILocator Home)>>> Openers = new()
    {
        [nameof(BatchDialog)] = async test =>
        {
            await test.OpenAsync("");
            var cast = new CastScreen(test.Page);
            await cast.SelectAsync("Mira the Innkeeper", "Pip");
            return (cast.Change, cast.Change);
        },
        [nameof(GroupsDialog)] = test => test.OnPageAsync("", "Groups…"),
        [nameof(RevertDialog)] = async test =>
        {
            await test.Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m));
            await test.OpenAsync("history");
            var revert = new HistoryScreen(test.Page).Revert("Mira the Innkeeper");
            return (revert, revert);
        },
        [nameof(PresetDialog)] = test => test.OnPageAsync("presets", "New preset…"),
        [nameof(ApplyPresetDialog)] = async test =>
        {
            await test.Dashboard.Services.CreatePresetAsync("Villager", null, 0.4m);
            return await test.OnPageAsync("presets", "Apply to… Villager");
        },
        [nameof(ModelNoteDialog)] = test => test.OnPageAsync(CharacterAddress.ForPage(test.Dashboard.Host.Character("Mira the Innkeeper").Id), "Add a note on GPT-4o…"),
        [nameof(LeaveDialog)] = async test =>
        {
            await test.OpenAsync(CharacterScreen.Path);
            await test.Character.DraftTemperatureAsync("0.33");
            return (test.Character.BackToTheCast, test.Character.BackToTheCast);
        },
        [nameof(WhatChangesDialog)] = async test =>
        {
            var services = test.Dashboard.Services;
            var cast = await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
            var rows = cast.Characters!.Where(character => character.Name == "Mira the Innkeeper").Select(character => BatchItemRequest.From(character, new SettingsPatch("gpt-4.1", null))).ToList();
            var plan = await services.GetRequiredService<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Test", ChangeKind.Batch, rows), Cancellation);
            return await test.OnPageAsync(BatchPlanner.GetAddress(plan.Value!.BatchId), "What changes: Mira the Innkeeper");
        },
        [nameof(LabelsDialog)] = async test =>
        {
            await test.OpenAsync("history");
            var palette = test.Page.Locator(".palette-button");
            await palette.ClickAsync();
            await test.Page.Locator(".palette-input").FillAsync("what the labels");
            await Expect(test.Page.Locator(".palette-option")).ToHaveCountAsync(1);
            return (test.Page.Locator(".palette-input"), palette);
        },
        [nameof(ScriptDialog)] = test => test.OnPageAsync("rehearsals", "New script…"),
        [nameof(NewRehearsalDialog)] = test => test.OnPageAsync("rehearsals", "New rehearsal…"),
        [nameof(InviteDialog)] = test => test.OnPageAsync("team", "Invite someone"),
        [nameof(ConfirmDialog)] = test => test.OnPageAsync("team/jonas", "Disable account"),
        [nameof(ShortcutsDialog)] = async test =>
        {
            await test.OpenAsync("");
            await test.Page.Locator(".person-button").ClickAsync();
            return (test.Button("Keyboard shortcuts"), test.Page.Locator(".person-button"));
        },
    };

    private static readonly string[] Native = ["palette", "components-reconnect-modal", "blazor-error-ui"];

    private ILocator Dialog => Page.Locator(".mud-dialog");

    public static TheoryData<string> Dialogs => [.. Names];

    private static IEnumerable<string> Names =>
        typeof(Program).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IComponent)) && type.Name.EndsWith("Dialog", StringComparison.Ordinal)).Select(type => type.Name);

    [Theory]
    [MemberData(nameof(Dialogs))]
    public async Task Dialog_TrapsFocusAndRestoresItOnClose(string name)
    {
        var (opener, home) = await Openers[name](this);
        await Expect(opener).ToBeEnabledAsync();
        await opener.PressAsync("Enter");
        await ExpectFocusInsideAsync();
        foreach (var key in Enumerable.Repeat("Tab", 12).Concat(Enumerable.Repeat("Shift+Tab", 12)))
        {
            await Page.Keyboard.PressAsync(key);
            await ExpectFocusInsideAsync();
        }

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(home).ToBeFocusedAsync();
        Assert.Empty(Problems);
    }

    // Nothing is entered into these; a search or a choice is no loss.
    private static readonly string[] WithoutEntries = [nameof(ConfirmDialog), nameof(LeaveDialog), nameof(WhatChangesDialog), nameof(NewRehearsalDialog), nameof(ShortcutsDialog), nameof(LabelsDialog)];

    public static TheoryData<string> Forms => [.. Names.Except(WithoutEntries)];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task FilledIn_Escape_AsksBeforeItIsDiscarded(string name)
    {
        var (opener, home) = await Openers[name](this);
        await Expect(opener).ToBeEnabledAsync();
        await opener.PressAsync("Enter");
        await ExpectFocusInsideAsync();
        var field = Dialog.Locator("input[type=text], input[type=email], textarea").Last;
        await field.FillAsync("unsaved");
        await field.PressAsync("Escape");
        var question = Page.GetByRole(AriaRole.Heading, new() { Name = "Discard this change?" });
        await Expect(question).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(question).ToHaveCountAsync(0);
        await Expect(field).ToHaveValueAsync("unsaved");
        await Button("Close").Or(Button("Cancel")).ClickAsync();
        await Button("Discard").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(home).ToBeFocusedAsync();
        Assert.Empty(Problems);
    }

    /// <summary>A dialog that moves while it is filled in makes the next click miss.</summary>
    [Fact]
    public async Task Filling_DoesNotMoveTheDialog()
    {
        var (opener, _) = await Openers[nameof(BatchDialog)](this);
        await opener.ClickAsync();
        var model = Dialog.GetByRole(AriaRole.Radio, new() { Name = "Replace models" });
        await Dialog.GetByRole(AriaRole.Radio, new() { Name = "At most" }).CheckAsync();
        var (dialog, field) = ((await Dialog.BoundingBoxAsync())!, (await model.BoundingBoxAsync())!);
        await Dialog.GetByLabel("Temperature value").FillAsync("0.5");
        await Expect(Dialog.GetByText("to 0.50.").First).ToBeVisibleAsync();
        Assert.Equal((dialog.Y, field.Y), ((await Dialog.BoundingBoxAsync())!.Y, (await model.BoundingBoxAsync())!.Y));
        await model.CheckAsync();
        Assert.Equal(dialog.Y, (await Dialog.BoundingBoxAsync())!.Y);
        Assert.Empty(Problems);
    }

    /// <summary>It is shown once: only the button that says so takes it away.</summary>
    [Fact]
    public async Task InvitationLink_Escape_StaysOpen()
    {
        var (invite, _) = await Openers[nameof(InviteDialog)](this);
        await invite.PressAsync("Enter");
        await ExpectFocusInsideAsync();
        await Page.Keyboard.TypeAsync("lea@studio.example");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.GetByLabel("Link")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Button("Close").PressAsync("Enter");
        // Not copied yet: the question's safe answer has the focus.
        await Expect(Button("Keep it open")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog).ToHaveCountAsync(1);
        await Button("Copy").PressAsync("Enter");
        await Page.Keyboard.PressAsync("Escape");
        await Button("Close").PressAsync("Enter");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(invite).ToBeFocusedAsync();
    }

    /// <summary>The browser does the same for those that are its own; each has its test: <see cref="KeyboardTests"/>, <see cref="LostConnectionTests"/>, <see cref="StoppedPageTests"/>.</summary>
    [Fact]
    public async Task NativeDialogs_MatchKnownList()
    {
        await OpenAsync("");
        Assert.Equal(Native, await Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('dialog')].map(dialog => dialog.id)"));
    }

    private async Task<(ILocator Opener, ILocator Home)> OnPageAsync(string path, string button)
    {
        await OpenAsync(path);
        return (Button(button), Button(button));
    }

    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    private Task ExpectFocusInsideAsync() => Expect(Dialog.Locator(":focus")).ToHaveCountAsync(1);
}
