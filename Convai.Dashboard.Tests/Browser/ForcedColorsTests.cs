using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>In the person's own colours (a contrast theme of Windows) every state is still to be seen, on every page.</summary>
[Trait("Speed", "Slow")]
public sealed class ForcedColorsTests : BrowserTest
{
    // What is marked looks other than its unmarked sibling, what is pressed has an edge, and what is drawn stands out from its ground.
    private const string WhatIsNotSeen = """
        () => {
            const shown = selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility());
            const look = element => {
                const style = getComputedStyle(element);
                return [style.backgroundColor, style.outlineStyle, style.borderTopWidth, style.borderTopColor, style.fontWeight].join(" ");
            };
            const words = element => element.outerHTML.slice(0, 120);
            const canvas = getComputedStyle(document.body).backgroundColor;
            const missing = [];
            const marks = [["[aria-pressed=true]", "[aria-pressed=false]"], ["nav [aria-current]", "nav a:not([aria-current])"], [".views [aria-current]", ".views li a:not([aria-current])"],
                [".palette-option[aria-selected=true]", ".palette-option[aria-selected=false]"], [".picker-option-active", ".picker-option:not(.picker-option-active)"]];
            for (const [on, off] of marks) {
                for (const element of shown(on)) {
                    const other = shown(off).find(sibling => sibling.className.split(" ")[0] === element.className.split(" ")[0]);
                    if (other && look(other) === look(element)) {
                        missing.push(`looks like the others: ${words(element)}`);
                    }
                }
            }
            for (const button of shown(".mud-button-filled, .mud-button-outlined, .chip, .note, .mud-dialog, dialog[open]")) {
                const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(button);
                if (parseFloat(borderTopWidth) < 1 || borderTopStyle === "none" || borderTopColor === canvas || borderTopColor === "rgba(0, 0, 0, 0)") {
                    missing.push(`has no edge: ${words(button)}`);
                }
            }
            for (const drawing of shown(".heat-value, .bar rect, .column rect")) {
                const ground = getComputedStyle(drawing.closest("button") ?? document.body).backgroundColor;
                if ([canvas, ground].every(colour => colour === getComputedStyle(drawing).fill)) {
                    missing.push(`is not seen: ${words(drawing)}`);
                }
            }
            for (const bar of shown("progress")) {
                if (getComputedStyle(bar).forcedColorAdjust !== "none" || getComputedStyle(bar).borderTopWidth === "0px") {
                    missing.push(`shows no progress: ${words(bar)}`);
                }
            }
            const focused = document.activeElement;
            if (focused?.matches(":focus-visible") && focused.matches("a, button, input:not([type=range]), select, textarea") && getComputedStyle(focused).outlineStyle === "none" && getComputedStyle(focused, "::after").outlineStyle === "none") {
                missing.push(`does not show the focus: ${words(focused)}`);
            }
            return missing;
        }
        """;

    private readonly List<string> _found = [];

    protected override BrowserNewContextOptions ContextOptions => new()
    {
        ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        ForcedColors = ForcedColors.Active,
        ColorScheme = ColorScheme.Dark,
    };

    [Fact]
    public async Task EveryPage_StatesStayVisible()
    {
        var cast = new CastScreen(Page);
        await OpenAsync("?flag=flagship&t=0.5");
        await Expect(cast.Names.First).ToBeVisibleAsync();
        await cast.Views.ClickAsync();
        await cast.ViewName.FillAsync("Mine");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(cast.View("Mine")).ToBeVisibleAsync();
        await CheckForcedColorsAsync("cast, filtered");
        await OpenAsync("");
        await cast.SelectAsync("Mira the Innkeeper", "Pip");
        await CheckForcedColorsAsync("cast, two selected");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("a");
        await Expect(Page.GetByRole(AriaRole.Option).Nth(1)).ToBeVisibleAsync();
        await CheckForcedColorsAsync("go to");
        await Page.Keyboard.PressAsync("Escape");
        await cast.Change.ClickAsync();
        var plan = new BatchPlanScreen(Page);
        await plan.SetTemperatureAsync("0.25");
        await CheckForcedColorsAsync("changing two");
        await plan.Review.ClickAsync();
        await Expect(plan.Apply).ToBeVisibleAsync();
        await CheckForcedColorsAsync("plan");
        Dashboard.Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await plan.Apply.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try 1 character again" })).ToBeVisibleAsync();
        await CheckForcedColorsAsync("batch, one failed");

        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Character.Model.ClickAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator(".picker-option-active")).ToHaveCountAsync(1);
        await CheckForcedColorsAsync("character, draft and picker");
        foreach (var path in new[] { "history", "history/as-it-was", "presets", "batches", "cast/import", "team", "team/jonas", "usage", "about", "no-such-page" })
        {
            await OpenAsync(path);
            await Page.Keyboard.PressAsync("Tab");
            await CheckForcedColorsAsync(path);
        }

        foreach (var path in new[] { "account", "account/authenticator" })
        {
            await Page.GotoAsync(new Uri(Address, path).ToString());
            await CheckForcedColorsAsync(path);
        }

        Assert.Equal("rgb(255, 255, 255)", await Page.Locator(".qr-code").EvaluateAsync<string>("code => getComputedStyle(code).backgroundColor"));
        Assert.True(_found.Count == 0, string.Join('\n', _found));
    }

    private async Task CheckForcedColorsAsync(string what) => _found.AddRange((await Page.EvaluateAsync<string[]>(WhatIsNotSeen)).Select(missing => $"{what}: {missing}"));
}
