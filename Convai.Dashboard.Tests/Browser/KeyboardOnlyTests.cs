using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What someone has who works by keyboard or by ear: every control in order and in sight, and news that are read out.</summary>
[Trait("Speed", "Slow")]
public sealed class KeyboardOnlyTests : BrowserTest
{
    /// <summary>
    /// What has the focus, whether that can be seen, and whether something hides it. The mark of a slider is on its thumb, of which no script can ask.
    /// </summary>
    private const string Focused = """
        () => {
            // Where the style sheet reorders a grid, Tab is to follow what is seen.
            const orderOf = child => Number(getComputedStyle(child).order);
            const childrenOf = parent => getComputedStyle(parent).readingFlow === "grid-order" ? [...parent.children].sort((one, other) => orderOf(one) - orderOf(other)) : [...parent.children];
            // The rows of a list are there only while it is open, and none of them is a stop.
            const inReadingOrder = element => [element, ...element.matches("[role=listbox]") ? [] : childrenOf(element).flatMap(inReadingOrder)];
            const element = document.activeElement;
            if (!element || element === document.body) return null;
            const style = getComputedStyle(element);
            const label = element.matches("input[type=checkbox], input[type=file]") ? getComputedStyle(element.closest("label") ?? element) : style;
            const box = element.getBoundingClientRect();
            const top = document.elementFromPoint(Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1));
            const isSeen = top === null || element.contains(top) || top.contains(element) || top.closest("label")?.contains(element) === true;
            return {
                Name: element.outerHTML.slice(0, 160),
                Index: inReadingOrder(document.documentElement).indexOf(element),
                IsShown: element.matches("input[type=range]") || [style, label, getComputedStyle(element, "::after")].some(each => (each.outlineStyle !== "none" && parseFloat(each.outlineWidth) > 0) || each.boxShadow !== "none"),
                IsSeen: isSeen || element.matches(".skip-link"),
            };
        }
        """;

    protected override BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce };

    [Theory]
    [InlineData("", 1440)]
    [InlineData("characters/57a0c93e-7472-11ef-ac22-42010a7be011", 1440)]
    [InlineData("characters/57a0c93e-7472-11ef-ac22-42010a7be011", 390)]
    [InlineData("history", 390)]
    [InlineData("presets", 1440)]
    [InlineData("team", 390)]
    public async Task Tab_ReachesEveryControlInOrder_VisibleWithFocusRing(string path, int width)
    {
        await Dashboard.Services.CreatePresetAsync("Villager", "gpt-4o", 0.4m);
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.6m));
        await Page.SetViewportSizeAsync(width, 844);
        await OpenAsync(path);
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var reached = new List<Stop>();
        for (var presses = 0; presses < 250; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<Stop?>(Focused) is not { } stop)
            {
                break;
            }

            reached.Add(stop);
        }

        Assert.InRange(reached.Count, 8, 249);
        Assert.Equal([], reached.Where(stop => !stop.IsShown).Select(stop => $"not marked: {stop.Name}").ToArray());
        Assert.Equal([], reached.Where(stop => !stop.IsSeen).Select(stop => $"hidden: {stop.Name}"));
        Assert.Equal(reached.Select(stop => stop.Index).Order(), reached.Select(stop => stop.Index));
    }

    [Fact]
    public async Task Updates_AreAnnouncedToScreenReaders()
    {
        // What a screen reader hears: text that comes into a region which was there before it.
        await Page.AddInitScriptAsync("""
            window.heard = [];
            new MutationObserver(changes => {
                for (const change of changes) {
                    const region = (change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement)?.closest("[role=status], [role=alert], [aria-live]");
                    if (region && region.getAttribute("aria-live") !== "off") {
                        window.heard.push(region.textContent.replace(/\s+/g, " ").trim());
                    }
                }
            }).observe(document, { subtree: true, childList: true, characterData: true });
            """);
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Searchbox).FillAsync("mira the");
        await ExpectHeardAsync("1 of 24");
        await Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        // While the list comes back, rows move away under the pointer.
        await Expect(Page.GetByRole(AriaRole.Checkbox, new() { Name = "Captain Reyes" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Mira the Innkeeper" }).CheckAsync();
        await Page.GetByRole(AriaRole.Checkbox, new() { Name = "Captain Reyes" }).CheckAsync();
        await ExpectHeardAsync("2 selected");

        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        await ExpectHeardAsync("1 setting changed", isHeard: false);
        await Character.Save.ClickAsync();
        await ExpectHeardAsync("Confirmed by Convai");
        await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.6m));
        await ExpectHeardAsync("Jonas Brandt changed the temperature to 0.60");
        Dashboard.Host.Fail("update", SandboxFaultKind.ServerError, times: 1);
        await Character.Number.FillAsync("0.44");
        await Character.Save.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        await ExpectHeardAsync("draft");
    }

    [Fact]
    public async Task ReducedMotion_DisablesAnimations()
    {
        await OpenAsync("");
        await Expect(Page.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("?");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        Assert.Empty(await MovingAsync());
        await Page.Keyboard.PressAsync("Escape");
        Dashboard.Sandbox.Options.Latency = TimeSpan.FromSeconds(2);
        await OpenAsync(CharacterScreen.Path);
        await Character.Number.FillAsync("0.33");
        await Character.Save.ClickAsync();
        Assert.Empty(await MovingAsync());
        await Expect(Character.Confirmation).ToBeVisibleAsync();
    }

    /// <summary>What takes longer than can be seen, or never ends.</summary>
    private Task<string[]> MovingAsync() => Page.EvaluateAsync<string[]>(
        "() => document.getAnimations().filter(animation => animation.playState === 'running' && (animation.effect.getComputedTiming().activeDuration > 100)).map(animation => animation.effect.target.className)");

    private async Task ExpectHeardAsync(string words, bool isHeard = true)
    {
        if (isHeard)
        {
            await Page.WaitForFunctionAsync("words => window.heard.some(heard => heard.includes(words))", words);
        }
        else
        {
            Assert.False(await Page.EvaluateAsync<bool>("words => window.heard.some(heard => heard.includes(words))", words));
        }
    }

    private sealed record Stop
    {
        public string Name { get; init; } = "";

        public int Index { get; init; }

        public bool IsShown { get; init; }

        public bool IsSeen { get; init; }
    }
}
