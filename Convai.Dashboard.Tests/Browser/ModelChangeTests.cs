using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What a designer learns about a model before saving it, and what Convai would use: in a browser, the way people do it.</summary>
[Trait("Speed", "Slow")]
public sealed class ModelChangeTests : BrowserTest
{
    private ILocator Changes => Page.GetByRole(AriaRole.Region, new() { Name = "What changes", Exact = true });

    private ILocator Check => Page.GetByRole(AriaRole.Button, new() { Name = "Check what Convai would use", Exact = true });

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    [Fact]
    public async Task WhatChanges_IsShownWhileDraftChangesModel()
    {
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Model).ToBeEnabledAsync();
        await Expect(Changes).ToHaveCountAsync(0);
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("gpt-4.1-mini");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Changes.GetByRole(AriaRole.Row, new() { Name = "Tools" })).ToContainTextAsync("2 active functions, 1 MCP server.");
        await Expect(Changes.GetByRole(AriaRole.Row, new() { Name = "Cost" })).ToContainTextAsync("The dashboard's catalogue; Convai's page of 9 Jul 2026 doesn't mark it");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(Changes).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Check_ShowsModelInUse()
    {
        await OpenAsync(CharacterScreen.Path);
        await Check.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Running on" })).ToContainTextAsync("GPT-4o gpt-4o matches the saved model.");
        Assert.DoesNotContain(Received, part => System.Text.Encoding.UTF8.GetString(part).Contains("An invented character of the sandbox", StringComparison.Ordinal));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Note_ByKeyboardOnly_IsSeenByColleagueAndViewer()
    {
        var other = await OpenOtherBrowserAsync(TestPeople.Jonas);
        await OpenAsync(other, CharacterScreen.Path);
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Model).ToBeEnabledAsync();
        await TabToAsync(Character.Model);
        await TabToAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Add a note on GPT-4o…" }));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.GetByLabel("Note", new() { Exact = true })).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("Good at French, slow in the evening.");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Page.GetByText("Team note").First).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Edit note on GPT-4o" })).ToBeVisibleAsync();

        await new CharacterScreen(other).Model.ClickAsync();
        await Expect(other.Locator(".model-explanation")).ToContainTextAsync("Good at French, slow in the evening. Ana Keller");
        var viewer = await OpenOtherBrowserAsync(TestPeople.Vera);
        await OpenAsync(viewer, CharacterScreen.Path);
        await Expect(viewer.Locator(".model-explanation")).ToContainTextAsync("Good at French, slow in the evening. Ana Keller");
        await Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "note on" })).ToHaveCountAsync(0);
        await viewer.GetByRole(AriaRole.Button, new() { Name = "Check what Convai would use", Exact = true }).ClickAsync();
        await Expect(viewer.GetByRole(AriaRole.Region, new() { Name = "Running on" })).ToContainTextAsync("matches the saved model.");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Plan_ToolsCheckedOnRequest_ShowsWhatChangesForEach()
    {
        var services = Dashboard.Services;
        var cast = await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var rows = cast.Characters!.Where(character => character.Name is "Mira the Innkeeper" or "Market Crier" or "Old Tobias").Select(character => BatchItemRequest.From(character, new SettingsPatch("gpt-4.1", null))).ToList();
        var plan = (await services.GetRequiredService<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest("Test", Features.Changes.ChangeKind.Batch, rows), Cancellation)).Value!;
        await OpenAsync(BatchPlanner.GetAddress(plan.BatchId));
        var warnings = Page.Locator(".plan-warnings");
        await Expect(warnings).ToContainTextAsync("Tools of 3 characters not checked yet");
        Assert.Equal(0, Dashboard.Host.Faults.Count("functions/list"));
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Check tools ({3 * CharacterTools.CallsPerCharacter} calls)" }).ClickAsync();
        await Expect(warnings).ToContainTextAsync("2 characters have tools that GPT-4.1 may not call.");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Check tools" })).ToHaveCountAsync(0);
        await Expect(new BatchPlanScreen(Page).Line("Mira the Innkeeper")).ToContainTextAsync("2 active functions, 1 MCP server");
        await Page.GetByRole(AriaRole.Button, new() { Name = "What changes: Market Crier" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Region, new() { Name = "What changes", Exact = true })).ToContainTextAsync("Leaves Gemini-2.0-Flash, which Convai is retiring.");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }
}
