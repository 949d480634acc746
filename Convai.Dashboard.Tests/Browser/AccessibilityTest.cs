using Convai.Dashboard.Testing;
using Deque.AxeCore.Commons;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>
/// Looks at what is open with axe, in both themes, wide and narrow, compares it with its approved pictures (<see cref="ApprovedPictures"/>), and
/// looks for what would have to be scrolled sideways or is cut. These tests take minutes, so they are part of .ci/run only.
/// </summary>
public abstract class AccessibilityTest : BrowserTest
{
    private static readonly int[] Widths = [1440, 390];

    // 200 % zoom of a wide window, and 400 % (WCAG 1.4.10, Reflow).
    private static readonly int[] ZoomedWidths = [720, 320];

    private static readonly object AllRules = new { type = "tag", values = new[] { "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa" } };

    // All that the theme can change.
    private static readonly object Colours = new { type = "rule", values = new[] { "color-contrast", "link-in-text-block" } };

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // The one font that is the same everywhere is the one that the dashboard brings, and times go by.
    private const string NormalizeForComparison = """
        () => {
            document.documentElement.style.setProperty("--font-code", "Inter");
            const settle = () => document.querySelectorAll("time").forEach(({ firstChild: text }) => {
                if (text.nodeValue !== "2 h ago") {
                    text.nodeValue = "2 h ago";
                }
            });
            settle();
            // Some tick, and may do so between this and the picture.
            window.settling ??= new MutationObserver(settle);
            window.settling.observe(document.body, { subtree: true, childList: true, characterData: true });
            for (const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); texts.nextNode();) {
                const text = texts.currentNode.nodeValue;
                // The sandbox counts the calls that it answers.
                const fixed = text.replace(/\d\d:\d\d:\d\d/g, "09:30:00").replace(/[\d,]+( of [\d,]+ API calls)/, "18,157$1").replace(/\b\d+\.\d s\b/g, "0.9 s");
                if (fixed !== text) {
                    texts.currentNode.nodeValue = fixed;
                }
            }
            // The trace id of an error.
            document.querySelectorAll(".empty-state code").forEach(id => { id.firstChild.nodeValue = "0".repeat(32); });
            // Secrets, what a server says about itself, and how long an answer took.
            document.querySelectorAll("input[readonly], [aria-label^='QR code'], details code, .fact dd, .answer-times").forEach(part => { part.style.opacity = 0; });
        }
        """;

    // In the page itself and for what is wrong alone: the package for Playwright opens another page for each look and carries everything over, which takes five seconds.
    private const string RunAxe = """
        async runOnly => {
            const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"], selectors: false });
            return violations.flatMap(violation => violation.nodes.map(node => `${violation.id}: ${node.html} ${node.any[0]?.message ?? ""}`));
        }
        """;

    private const string FindHorizontalOverflow = """
        () => {
            const { scrollWidth, clientWidth } = document.documentElement;
            const out = [...document.body.querySelectorAll("*")].filter(element => element.getBoundingClientRect().right > clientWidth + 1);
            return scrollWidth > clientWidth ? out.at(-1)?.outerHTML.slice(0, 200) ?? "?" : null;
        }
        """;

    private const string FindCutPlaceholders = """
        () => [...document.querySelectorAll("input[placeholder]")].filter(input => {
            const { font, paddingLeft, paddingRight } = getComputedStyle(input);
            const pen = Object.assign(document.createElement("canvas").getContext("2d"), { font });
            const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
            return input.checkVisibility() && input.value === "" && room > 0 && pen.measureText(input.placeholder).width > room + 1;
        }).map(input => input.outerHTML.slice(0, 200))
        """;

    private readonly List<string> _violations = [];
    private readonly ShiftedTime _time = new();

    /// <summary>Nothing is looked at while it moves.</summary>
    protected override BrowserNewContextOptions ContextOptions => new() { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce };

    protected IReadOnlyList<string> Violations => _violations;

    protected DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The day is always the same, so that the pictures are.</summary>
    private protected override void Configure(IServiceCollection services)
    {
        _time.Advance(new DateTimeOffset(2027, 1, 15, 9, 30, 0, TimeSpan.Zero) - _time.GetUtcNow());
        services.AddSingleton<TimeProvider>(_time);
    }

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TEST_VISUAL") == "1", "The visual tests are part of .ci/run. Set TEST_VISUAL=1 to run them here.");
        await base.InitializeAsync();
    }

    /// <param name="what">What is open, for the reader of the failure.</param>
    /// <param name="isNarrow">It is there on narrow screens alone.</param>
    /// <param name="hasPicture">False: there is no approved picture of it.</param>
    /// <param name="part">What the pictures begin with; null where the page happens to be.</param>
    protected async Task CheckAccessibilityAsync(string what, IPage? page = null, bool isNarrow = false, bool hasPicture = true, ILocator? part = null)
    {
        page ??= Page;
        var widths = isNarrow ? Widths[1..] : Widths;
        // What is under the mouse looks different.
        await page.Mouse.MoveAsync(0, 0);
        // What was clicked is tinted for most of a second, by a script that does not ask for reduced motion.
        await page.WaitForFunctionAsync("() => !document.querySelector('.mud-ripple-effect')");
        if (await page.EvaluateAsync<bool>("() => !window.axe"))
        {
            await page.EvaluateAsync(Axe);
        }

        foreach (var width in widths)
        {
            await page.SetViewportSizeAsync(width, 900);
            if (part is not null)
            {
                // Below the bar that stays at the top.
                await part.EvaluateAsync("part => { part.scrollIntoView({ block: 'start', behavior: 'instant' }); scrollBy({ top: -80, behavior: 'instant' }); }");
            }

            foreach (var (theme, rules) in new[] { (ColorScheme.Dark, Colours), (ColorScheme.Light, AllRules) })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme });
                _violations.AddRange((await page.EvaluateAsync<string[]>(RunAxe, rules)).Select(violation => $"{what}, {width} px, {theme}: {violation}"));
                if (hasPicture && ApprovedPictures.ReasonToSkip(page.Context.Browser!) is null && await ComparePictureAsync(page, $"{what}, {width} px, {theme}") is { } difference)
                {
                    _violations.Add(difference);
                }
            }
        }

        foreach (var width in widths.Concat(ZoomedWidths))
        {
            await page.SetViewportSizeAsync(width, 900);
            var over = await page.EvaluateAsync<string?>(FindHorizontalOverflow);
            _violations.AddRange(over is null ? [] : [$"{what}, {width} px has to be scrolled sideways: {over}"]);
            _violations.AddRange((await page.EvaluateAsync<string[]>(FindCutPlaceholders)).Select(cut => $"{what}, {width} px cuts a placeholder: {cut}"));
        }

        await page.SetViewportSizeAsync(1440, 900);
    }

    private static async Task<string?> ComparePictureAsync(IPage page, string name)
    {
        await page.EvaluateAsync(NormalizeForComparison);
        var picture = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        return await ApprovedPictures.CompareAsync(page, name, picture);
    }

    protected void AssertNoViolations() => Assert.True(_violations.Count == 0, string.Join('\n', _violations));
}
