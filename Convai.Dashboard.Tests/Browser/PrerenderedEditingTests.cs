using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// Editing while a busy machine has not brought everything yet: the circuit, the picker's script or the kept draft is held back for as long
/// as a test wants.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class PrerenderedEditingTests : BrowserTest
{
    private const string Circuit = "**/_blazor/negotiate*";
    private const string PickerScript = "**/ModelPicker*.js";

    /// <summary>Reads the kept draft.</summary>
    private const string EditorScript = "**/CharacterEditor*.js";

    /// <param name="isStale">By the time the circuit starts, so that it begins with a skeleton.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TypedBeforeCircuitStarts_KeepsTextAndFocus(bool isStale)
    {
        // The second response has the cast at hand and so shows the editor at once.
        await OpenAsync(CharacterScreen.Path);
        var held = await HoldAsync(Circuit);
        await Page.ReloadAsync();
        await Character.Number.FillAsync("0.4");
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("opus 4");
        if (isStale)
        {
            Dashboard.Sandbox.Options.Latency = TimeSpan.FromSeconds(1);
            _ = Dashboard.Services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        }

        await (await held).ContinueAsync();
        await Expect(Page.Locator("[role=option]")).ToHaveCountAsync(3);
        await Expect(Character.Model).ToBeFocusedAsync();
        await Expect(Character.Model).ToHaveValueAsync("opus 4");
        await Page.Keyboard.TypeAsync(".1");
        await Expect(Character.Model).ToHaveValueAsync("opus 4.1");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Expect(Character.Draft).ToContainTextAsync("2 settings changed");
        await Expect(Character.Number).ToHaveValueAsync("0.4");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task TypedBeforePickerScriptLoads_ReplacesTheName()
    {
        var held = await HoldAsync(PickerScript);
        await OpenAsync(CharacterScreen.Path);
        await held;
        await ChooseByKeyboardAsync("opus 4.1");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await Page.Keyboard.TypeAsync("scout");
        await Expect(Character.Model).ToHaveValueAsync("scout");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ModelChosenBeforeDraftIsRestored_DraftHasBoth()
    {
        var held = await ReloadWithDelayedDraftAsync("0.33");
        await ChooseByKeyboardAsync("opus 4.1");
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await held.ContinueAsync();
        await Expect(Character.Draft).ToContainTextAsync("2 settings changed");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ResetToSavedValueBeforeDraftIsRestored_StaysReset()
    {
        var held = await ReloadWithDelayedDraftAsync("0.33");
        await Character.Number.FillAsync("0.71");
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await Character.Number.FillAsync("0.7");
        await Expect(Character.Draft).ToHaveCountAsync(0);
        await ChooseByKeyboardAsync("opus 4.1");
        await held.ContinueAsync();
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await WaitForStoredAsync("claude-opus-4.1");
        await Expect(Character.Number).ToHaveValueAsync("0.70");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task SavedBeforeDraftIsRestored_KeepsRestOfDraft()
    {
        var held = await ReloadWithDelayedDraftAsync("0.33");
        await ChooseByKeyboardAsync("opus 4.1");
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Character.Confirmation).ToContainTextAsync("claude-opus-4.1");
        await held.ContinueAsync();
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Expect(Character.Confirmation).ToBeVisibleAsync();
        Assert.Equal(("claude-opus-4.1", 0.7m), (Dashboard.Host.Character("Mira the Innkeeper").ModelCode, Dashboard.Host.Character("Mira the Innkeeper").Temperature));
        Assert.Empty(Problems);
    }

    private async Task ChooseByKeyboardAsync(string query)
    {
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync(query);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <returns>What would read the kept draft.</returns>
    private async Task<IRoute> ReloadWithDelayedDraftAsync(string temperature)
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync(temperature);
        await WaitForStoredAsync(temperature);
        var held = await HoldAsync(EditorScript);
        Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await Page.ReloadAsync();
        await Expect(Page.Locator("[data-interactive]")).ToBeAttachedAsync();
        return await held;
    }

    private async Task WaitForStoredAsync(string part) =>
        await Page.WaitForFunctionAsync("part => Object.values(sessionStorage).some(value => value.includes(part))", part);

    /// <returns>The first request for it; it waits until it is continued.</returns>
    private async Task<Task<IRoute>> HoldAsync(string address)
    {
        var asked = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Page.RouteAsync(address, route => asked.TrySetResult(route));
        return asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }
}
