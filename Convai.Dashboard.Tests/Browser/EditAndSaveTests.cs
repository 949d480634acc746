using System.Text;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The main job, end to end in a browser, as a designer does it.</summary>
[Trait("Speed", "Slow")]
public sealed class EditAndSaveTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    [Fact]
    public async Task EditAndSave_WithMouse_IsConfirmed()
    {
        await OpenAsync("");
        await Cast.Character("Mira the Innkeeper").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeVisibleAsync();
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        await Character.Slider.FillAsync("0.42");
        await Expect(Character.Number).ToHaveValueAsync("0.42");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("claude-4-sonnet");
        await Expect(Character.Confirmation).ToContainTextAsync("0.42");
        await Expect(Page.Locator(".change-message-region")).ToBeFocusedAsync();
        var mira = Dashboard.Host.Character("Mira the Innkeeper");
        Assert.Equal(("claude-4-sonnet", 0.42m), (mira.ModelCode, mira.Temperature));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task EditAndSave_ByKeyboardOnly_IsConfirmed()
    {
        await OpenAsync("");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("mira");
        await Expect(Cast.Names).ToHaveCountAsync(1);
        await TabToAsync(Cast.Character("Mira the Innkeeper"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeFocusedAsync();
        await TabToAsync(Character.Model);
        await Page.Keyboard.TypeAsync("opus 4.1");
        await Expect(Page.Locator("[role=option]")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await TabToAsync(Character.Slider);
        await Page.Keyboard.PressAsync("PageDown");
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Character.Number).ToHaveValueAsync("0.59");
        await Expect(Page.GetByText("2 settings changed")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Character.Confirmation).ToContainTextAsync("claude-opus-4.1");
        await Expect(Character.Slider).ToBeFocusedAsync();
        Assert.Equal(0.59m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ConvaiCalls_OpeningUsesCaches_SavingTakesThree()
    {
        await OpenAsync("");
        await Expect(Page.GetByText("Not available to your account").First).ToBeVisibleAsync();
        // One reading of the cast serves everyone; the account's list is read once for the whole server, not for the page.
        Assert.Equal(["list", "getSupportedModel"], Dashboard.Host.Endpoints);
        await OpenAsync("");
        Assert.Equal(2, Dashboard.Host.Endpoints.Count);

        await OpenAsync(CharacterScreen.Path);
        await Expect(Page.GetByText("Your account's models, synced")).ToBeVisibleAsync();
        Assert.Equal(["getSupportedModel"], Dashboard.Host.Endpoints.Skip(2));
        await Character.Number.FillAsync("0.1");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToBeVisibleAsync();
        Assert.Equal(["get", "update", "get"], Dashboard.Host.Endpoints.Skip(3));
    }

    [Fact]
    public async Task Draft_SurvivesReload()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0,33");
        Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await Page.ReloadAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Expect(Page.GetByText("1 setting changed")).ToBeVisibleAsync();
        Assert.DoesNotContain("update", Dashboard.Host.Endpoints);
    }

    [Fact]
    public async Task Leaving_WithDraft_AsksForConfirmation()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Character.BackToTheCast.ClickAsync();
        await Expect(Page.GetByText("Leave with unsaved changes?")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Stay" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByText("Leave with unsaved changes?")).ToBeHiddenAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Character.BackToTheCast.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Discard and leave" }).ClickAsync();
        await Expect(Cast.Heading).ToBeVisibleAsync();
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Number).ToHaveValueAsync("0.70");
    }

    [Fact]
    public async Task SaveAndLeave_Conflict_LeavesOnceSaved()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await Character.BackToTheCast.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save and leave" }).ClickAsync();
        await Expect(Page.GetByText("Mira the Innkeeper has changed since you opened it")).ToBeVisibleAsync();
        Assert.Equal(0.2m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Keep current value" }).ClickAsync();
        await Character.DraftTemperatureAsync("0.34");
        await Character.BackToTheCast.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save and leave" }).ClickAsync();
        await Expect(Cast.Heading).ToBeVisibleAsync();
        Assert.Equal(0.34m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Save_PressedRepeatedly_SavesOnce()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        await Character.Save.FocusAsync();
        for (var presses = 0; presses < 5; presses++)
        {
            await Page.Keyboard.PressAsync("Enter", new() { Delay = 60 });
        }

        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
        await Character.Number.FillAsync("0.44");
        var box = (await Character.Save.BoundingBoxAsync())!;
        for (var clicks = 0; clicks < 3; clicks++)
        {
            await Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2), new() { Delay = 40 });
        }

        await Expect(Character.Confirmation).ToContainTextAsync("0.44");
        Assert.Equal(2, Dashboard.Host.Endpoints.Count(endpoint => endpoint == "update"));
        Assert.Equal(0.44m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Picker_TypingRightAfterChoice_ReplacesTheName()
    {
        await OpenAsync(CharacterScreen.Path);
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Character.Model.ClickAsync();
        await Page.Keyboard.TypeAsync("opus 4.1");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Character.Model).ToHaveValueAsync("Claude-Opus-4.1");
        await Page.Keyboard.TypeAsync("scout");
        await Expect(Character.Model).ToHaveValueAsync("scout");
    }

    [Fact]
    public async Task Leaving_DuringSave_WaitsForItAndLeavesNoDraft()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        Dashboard.Sandbox.Options.Latency = TimeSpan.FromMilliseconds(300);
        await Character.Save.ClickAsync();
        await Character.BackToTheCast.ClickAsync();
        await Expect(Cast.Heading).ToBeVisibleAsync();
        Assert.Equal(0.33m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Expect(Character.Draft).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task SameField_ChangedElsewhere_AsksBeforeOverwriting()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        Dashboard.Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await Character.Save.ClickAsync();
        await Expect(Page.GetByText("Mira the Innkeeper has changed since you opened it")).ToBeVisibleAsync();
        await Expect(Character.Saved).ToContainTextAsync("saved 0.20");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Overwrite with mine" }).ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
    }

    [Theory]
    [InlineData("Nameless Guard", "0.333", "0.33")]
    [InlineData("The Ferryman", "", "0.50")]
    public async Task SliderDrag_AwayAndBack_NumberMatchesDraft(string name, string before, string after)
    {
        await OpenAsync($"characters/{Dashboard.Host.Character(name).Id}");
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Expect(Character.Number).ToHaveValueAsync(before);
        var box = (await Character.Slider.BoundingBoxAsync())!;
        var start = box.X + 12 + ((box.Width - 24) * (before.Length == 0 ? 0.5f : 0.33f));
        await Page.Mouse.MoveAsync(start, box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(start + 80, box.Y + (box.Height / 2));
        await Page.Mouse.MoveAsync(start, box.Y + (box.Height / 2));
        await Page.Mouse.UpAsync();
        await Expect(Character.Number).ToHaveValueAsync(after);
        await Expect(Page.GetByText("1 setting changed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SliderDrag_SendsOneRoundTrip()
    {
        KeepReceived();
        await OpenAsync(CharacterScreen.Path);
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var box = (await Character.Slider.BoundingBoxAsync())!;
        var y = box.Y + (box.Height / 2);
        await Page.Mouse.MoveAsync(box.X + (box.Width * 0.7f), y);
        await Page.Mouse.DownAsync();
        var before = Received.Count;
        for (var step = 70; step >= 20; step--)
        {
            await Page.Mouse.MoveAsync(box.X + (box.Width * step / 100f), y);
        }

        await Expect(Page.Locator(".temperature")).ToHaveAttributeAsync("data-band", "predictable");
        Assert.NotEqual("0.70", await Character.Number.InputValueAsync());
        Assert.Equal(before, Received.Count);
        await Page.Mouse.UpAsync();
        await Expect(Page.GetByText("1 setting changed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ApiKey_NeverReachesBrowserOrLogs()
    {
        KeepReceived();
        await OpenAsync("");
        await OpenAsync("characters/nobody");
        await OpenAsync("no-such-page");
        await OpenAsync(CharacterScreen.Path);
        Dashboard.Host.Fail("update", SandboxFaultKind.MalformedKeyError, times: 1);
        await Character.Number.FillAsync("0.1");
        await Character.Save.ClickAsync();
        await Expect(Page.GetByText("Convai rejected the API key. Ask")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(Character.Confirmation).ToBeVisibleAsync();

        // The recording itself works: it holds what was certainly sent, in a page and in the circuit.
        Assert.Contains(Received, bytes => Holds(bytes, "Mira the Innkeeper"));
        Assert.Contains(Received, bytes => Holds(bytes, "Convai rejected the API key."));
        foreach (var secret in new[] { Dashboard.ConvaiKey, Convert.ToBase64String(Encoding.UTF8.GetBytes(Dashboard.ConvaiKey)), Uri.EscapeDataString(Dashboard.ConvaiKey) })
        {
            Assert.DoesNotContain(Received, bytes => Holds(bytes, secret));
            Assert.DoesNotContain(Dashboard.Logs.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        Assert.Contains(Dashboard.Logs.Lines, line => line.Contains("KeyRejected", StringComparison.Ordinal));
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
