using System.Reflection;
using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Keys as input methods, keyboard layouts and autofill really send them, to every handler there is.</summary>
[Trait("Speed", "Slow")]
public sealed partial class KeyHandlerTests : BrowserTest
{
    private const int Control = 2;

    /// <summary>Notes what every key handler receives, except the one filter before all of them.</summary>
    private const string Listen = """
        window.heard = [];
        const isNoKey = event => event.isComposing || event.keyCode === 229 || typeof event.key !== "string";
        const add = EventTarget.prototype.addEventListener;
        EventTarget.prototype.addEventListener = function (type, listener, options) {
            const isFilter = (this ?? window) === window && /\/keys[^/]*\.js/.test(new Error().stack);
            return add.call(this ?? window, type, !type.startsWith("key") || isFilter ? listener : function (event) {
                heard.push(`${isNoKey(event) ? "no key" : "key"}: ${type}`);
                return typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event);
            }, options);
        };
        """;

    private const string SendToEverything = """
        () => {
            for (const element of document.querySelectorAll("body, input, textarea, select, button, a, dialog, [tabindex], [role]")) {
                for (const type of ["keydown", "keypress", "keyup"]) {
                    element.dispatchEvent(new Event(type, { bubbles: true }));
                    for (const key of ["Enter", "Escape", "ArrowDown", "s", "Process"]) {
                        element.dispatchEvent(new KeyboardEvent(type, { key, code: "KeyS", ctrlKey: key === "s", isComposing: true, bubbles: true, cancelable: true }));
                        element.dispatchEvent(new KeyboardEvent(type, { key, keyCode: 229, bubbles: true, cancelable: true }));
                    }
                }
            }
            const real = new KeyboardEvent("keydown", { key: "F2", code: "F2", bubbles: true });
            (document.querySelector("[data-keys]") ?? document.body).dispatchEvent(real);
            return heard;
        }
        """;

    /// <summary>Every page of the program: also one that is added later, with whatever handlers it brings.</summary>
    [Fact]
    public async Task KeyHandlers_OnEveryPage_IgnoreNonKeyEvents()
    {
        await Page.AddInitScriptAsync(Listen);
        foreach (var path in Paths().Prepend(CharacterScreen.Path))
        {
            await Page.GotoAsync(new Uri(Address, path).ToString());
            if (await Page.Locator("script[src*=blazor]").CountAsync() > 0)
            {
                await Expect(Page.Locator("[data-interactive]")).ToBeAttachedAsync();
            }

            var heard = await Page.EvaluateAsync<string[]>(SendToEverything);
            Assert.True(heard.Contains("key: keydown"), path);
            Assert.DoesNotContain(heard, line => line.StartsWith("no key", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(Problems, problem => problem.StartsWith("exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ImeComposition_EnterAndArrows_AreLeftToTheInputMethod()
    {
        await OpenAsync(CharacterScreen.Path);
        var browser = await Page.Context.NewCDPSessionAsync(Page);
        await Character.Model.ClickAsync();
        await Expect(Character.Model).ToHaveAttributeAsync("aria-expanded", "true");
        await ComposeAsync(browser);
        await Expect(Character.Model).ToHaveValueAsync("そ");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Character.Model).ToHaveValueAsync("GPT-4o");
        await Expect(Character.Draft).ToHaveCountAsync(0);

        await Page.Keyboard.PressAsync("Control+k");
        var palette = Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to", Exact = true });
        await Page.Keyboard.TypeAsync("mira");
        await Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await ComposeAsync(browser);
        await Expect(palette.GetByRole(AriaRole.Combobox)).ToHaveValueAsync("miraそ");
        await Expect(palette).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    /// <summary>The letter by its place where the layout has no Latin ones, and by what the key produces where it has.</summary>
    [Theory]
    [InlineData("ы", "в", "л")]
    [InlineData("σ", "δ", "κ")]
    [InlineData("ד", "ג", "ל")]
    [InlineData("ห", "ก", "า")]
    public async Task Shortcuts_OnNonLatinLayout_Work(string s, string d, string k)
    {
        await OpenAsync(CharacterScreen.Path);
        var browser = await Page.Context.NewCDPSessionAsync(Page);
        await Character.Model.ClickAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await PressAsync(browser, d, "KeyD");
        await Expect(Page.Locator(".picker-foot [role=status]")).ToContainTextAsync("is a favourite.");
        await Page.Keyboard.PressAsync("Escape");
        await Character.DraftTemperatureAsync("0.33");
        await PressAsync(browser, s, "KeyS");
        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
        await PressAsync(browser, k, "KeyK");
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to", Exact = true })).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Shortcuts_OnDvorak_FollowTheLetter()
    {
        await OpenAsync(CharacterScreen.Path);
        var browser = await Page.Context.NewCDPSessionAsync(Page);
        await Character.DraftTemperatureAsync("0.33");
        // The place of S has an o, and that of K a t; S is where the semicolon is.
        await PressAsync(browser, "o", "KeyS");
        await PressAsync(browser, "t", "KeyK");
        await Character.Number.FillAsync("0.34");
        await PressAsync(browser, "s", "Semicolon");
        await Expect(Character.Confirmation).ToContainTextAsync("0.34");
        Assert.Single(Dashboard.Host.Endpoints, endpoint => endpoint == "update");
        await Expect(Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    /// <summary>An input method at work: keys with code 229, a composition, and Enter that ends it.</summary>
    private static async Task ComposeAsync(ICDPSession browser)
    {
        await SendKeyAsync(browser, "Process", "KeyS", 229, 0);
        await browser.SendAsync("Input.imeSetComposition", new() { ["text"] = "そ", ["selectionStart"] = 1, ["selectionEnd"] = 1 });
        await SendKeyAsync(browser, "ArrowDown", "ArrowDown", 229, 0);
        await SendKeyAsync(browser, "Enter", "Enter", 229, 0);
        await browser.SendAsync("Input.insertText", new() { ["text"] = "そ" });
    }

    private static Task PressAsync(ICDPSession browser, string key, string code) => SendKeyAsync(browser, key, code, code[^1], Control);

    private static async Task SendKeyAsync(ICDPSession browser, string key, string code, int keyCode, int modifiers)
    {
        foreach (var type in new[] { "rawKeyDown", "keyUp" })
        {
            await browser.SendAsync("Input.dispatchKeyEvent", new()
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = code,
                ["windowsVirtualKeyCode"] = keyCode,
                ["modifiers"] = modifiers,
            });
        }
    }

    private static IEnumerable<string> Paths() =>
        from type in typeof(ConvaiClient).Assembly.GetTypes()
        from route in type.GetCustomAttributes<RouteAttribute>()
        select Parameter().Replace(route.Template.TrimStart('/'), "404");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
