using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>Looks at what is open with axe, in both themes, wide and narrow, and for whatever would have to be scrolled sideways.</summary>
public abstract class AccessibilityTest : BrowserTest
{
    private static readonly int[] Widths = [1440, 390];

    // 200 % zoom of a wide window, and 400 % (WCAG 1.4.10, Reflow).
    private static readonly int[] ZoomedWidths = [720, 320];

    private static readonly AxeRunOptions AllRules = Rules("tag", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

    // All that the theme can change.
    private static readonly AxeRunOptions Colours = Rules("rule", "color-contrast", "link-in-text-block");

    private const string WhatSticksOut = """
        () => {
            const { scrollWidth, clientWidth } = document.documentElement;
            const out = [...document.body.querySelectorAll("*")].filter(element => element.getBoundingClientRect().right > clientWidth + 1);
            return scrollWidth > clientWidth ? out.at(-1)?.outerHTML.slice(0, 200) ?? "?" : null;
        }
        """;

    private readonly List<string> _found = [];

    /// <summary>Nothing is looked at while it moves.</summary>
    protected override BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce };

    /// <param name="what">What is open, for whoever reads that it failed.</param>
    protected async Task LookAsync(string what, IPage? page = null)
    {
        page ??= Page;
        foreach (var width in Widths)
        {
            await page.SetViewportSizeAsync(width, 900);
            foreach (var (theme, rules) in new[] { (ColorScheme.Dark, Colours), (ColorScheme.Light, AllRules) })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme });
                var result = await page.RunAxe(rules);
                _found.AddRange(result.Violations.SelectMany(violation => violation.Nodes, (violation, node) => $"{what}, {width} px, {theme}: {violation.Id}: {node.Html} {node.Any.FirstOrDefault()?.Message}"));
            }
        }

        foreach (var width in Widths.Concat(ZoomedWidths))
        {
            await page.SetViewportSizeAsync(width, 900);
            var over = await page.EvaluateAsync<string?>(WhatSticksOut);
            _found.AddRange(over is null ? [] : [$"{what}, {width} px has to be scrolled sideways: {over}"]);
        }

        await page.SetViewportSizeAsync(1440, 900);
    }

    private static AxeRunOptions Rules(string type, params List<string> values) =>
        new() { RunOnly = new RunOnlyOptions { Type = type, Values = values }, ResultTypes = [ResultType.Violations] };

    protected void AssertNothingFound() => Assert.True(_found.Count == 0, string.Join('\n', _found));
}
