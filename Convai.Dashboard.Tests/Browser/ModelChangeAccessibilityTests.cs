using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What a model changes, what Convai would use, and the team's notes, in both themes and both widths.</summary>
[Trait("Speed", "Slow")]
public sealed class ModelChangeAccessibilityTests : AccessibilityTest
{
    [Fact]
    public async Task CharacterPage()
    {
        await Dashboard.Services.GetRequiredService<ModelNotes>().WriteAsync(TestPeople.As(Role.Designer), "gpt-4.1-mini", "Good at French, slow in the evening.", null, ModelLists.WithoutAccountList(), Cancellation);
        Dashboard.Host.Faults["chatHistory/get_prompt"] = new SandboxFault(SandboxFaultKind.Answer, Body: """{"model": "gpt-4o-2024-08-06"}""");
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Model).ToBeEnabledAsync();
        await Character.Model.FillAsync("gpt-4.1-mini");
        await Character.Model.PressAsync("Enter");
        await Expect(Page.GetByText("2 active functions, 1 MCP server.")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Check what Convai would use" }).ClickAsync();
        await Expect(Page.GetByText("These can't be compared")).ToBeVisibleAsync();
        await LookAsync("character, what changes", hasPicture: false);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Edit note on GPT-4.1-mini" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await LookAsync("note on a model", hasPicture: false);
        AssertNothingFound();
    }
}
