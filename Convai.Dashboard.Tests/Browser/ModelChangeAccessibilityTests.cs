using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>A reasoning level, what a model changes, what Convai would use, and the team's notes, in both themes and both widths.</summary>
[Trait("Speed", "Slow")]
public sealed class ModelChangeAccessibilityTests : AccessibilityTest
{
    private ILocator Reasoning => Page.GetByLabel("Reasoning", new() { Exact = true });

    [Fact]
    public async Task CharacterPage_ModelChange_IsAccessible()
    {
        await Dashboard.Services.GetRequiredService<ModelNotes>().WriteAsync(TestPeople.As(Role.Designer), "claude-opus-4.1", "Good at French, slow in the evening.", null, ModelLists.WithoutAccountList(), Cancellation);
        Dashboard.Host.Faults["chatHistory/get_prompt"] = new SandboxFault(SandboxFaultKind.Answer, Body: """{"model": "gpt-4o-2024-08-06"}""");
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Model).ToBeEnabledAsync();
        await Character.Model.FillAsync("claude-opus-4.1");
        await Character.Model.PressAsync("Enter");
        await Reasoning.SelectOptionAsync("high");
        await Expect(Page.GetByText("2 active functions, 1 MCP server.")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, reasoning", part: Page.GetByRole(AriaRole.Heading, new() { Name = "Model", Exact = true }));
        await CheckAccessibilityAsync("character, what changes", part: Page.GetByRole(AriaRole.Heading, new() { Name = "What changes" }));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Check what Convai would use" }).ClickAsync();
        await Expect(Page.GetByText("These can't be compared")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, what Convai would use", part: Page.GetByRole(AriaRole.Heading, new() { Name = "Running on" }));
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Edit note on ") }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await CheckAccessibilityAsync("note on a model");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Character.Save.ClickAsync();
        await Expect(Page.GetByText("Sent, not confirmed").First).ToBeVisibleAsync();
        await Expect(Page.GetByText("Last set here: high")).ToBeVisibleAsync();
        await CheckAccessibilityAsync("character, sent, not confirmed", part: Page.GetByRole(AriaRole.Heading, new() { Level = 1 }));
        await CheckAccessibilityAsync("character, level last set here", part: Page.GetByRole(AriaRole.Heading, new() { Name = "Model", Exact = true }));
        AssertNoViolations();
    }
}
