using System.Net;
using System.Text.RegularExpressions;
using Convai.Dashboard.Browser;
using Convai.Dashboard.Testing;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Convai.Dashboard.Benchmarks;

/// <summary>
/// What each generic control costs and how accessible it is, MudBlazor's own beside plain HTML: the figures of <c>docs/decisions/controls.md</c>,
/// as rows of its table.
/// </summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed partial class ControlsBenchmark(PublishedPrograms programs)
{
    private const int Instances = 20;

    private const int Circuits = 60;

    private const string RunAxe = """
        async () => {
            const { violations } = await axe.run(".mud-main-content", { resultTypes: ["violations"], runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
            return violations.map(violation => `${violation.id} (${violation.impact})`);
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    [Fact(Explicit = true)]
    public async Task Controls_ComparedWithPlainHtml()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(DashboardProcess.Project, "..", "Convai.Dashboard.Tests", "Benchmarks", "BarePage", "ControlPage.razor"), Cancellation);
        await using var program = await MeasuredProgram.StartAsync(await programs.BareAsync(), programs.CreateFolder("bare"));
        var browser = await (await TestContext.Current.GetFixture<SharedBrowser>())!.StartAsync(Engine.Chromium);
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        using var http = new HttpClient { BaseAddress = program.Address };
        // The first loads what is loaded once.
        _ = await MeasureAsync(program, http, Address("button", Instances));
        var floor = await MeasureAsync(program, http, Address("button", 0));
        Report("| control | KB of the heap each | bytes of the first batch each | stops of the Tab key | axe, light | axe, dark |");
        foreach (var kind in Kind().Matches(source).Select(match => match.Groups[1].Value))
        {
            var (heap, batch) = await MeasureAsync(program, http, Address(kind, Instances));
            var look = await LookAsync(page, new Uri(program.Address, Address(kind, 2)).ToString());
            Report($"| {kind} | {(heap - floor.Heap) / Instances / 1024:0.0} | {(batch - floor.Batch) / Instances:0} | {look.Stops / 2.0:0.#} | {look.Light} | {look.Dark} |");
        }
    }

    private static async Task<(double Heap, double Batch)> MeasureAsync(MeasuredProgram program, HttpClient http, string path)
    {
        var circuits = new List<OpenCircuit>();
        try
        {
            var before = await program.MemoryAsync();
            for (var number = 0; number < Circuits; number++)
            {
                circuits.Add(await OpenCircuit.OpenAsync(http, new CookieContainer(), path, new RenderedField("id", "picker")));
            }

            return (((await program.MemoryAsync()).Heap - before.Heap) / Circuits, circuits.Average(circuit => circuit.Received));
        }
        finally
        {
            foreach (var circuit in circuits)
            {
                await circuit.DisposeAsync();
            }
        }
    }

    private static async Task<(int Stops, string Light, string Dark)> LookAsync(IPage page, string address)
    {
        var found = new List<string>();
        foreach (var query in new[] { "?dark=true", "" })
        {
            await page.GotoAsync(address + query);
            await Assertions.Expect(page.Locator("#picker")).ToBeVisibleAsync();
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await page.EvaluateAsync(Axe);
            var violations = await page.EvaluateAsync<string[]>(RunAxe);
            found.Add(violations.Length == 0 ? "0" : string.Join(", ", violations));
        }

        await page.Locator("#picker").FocusAsync();
        var stops = -1;
        do
        {
            await page.Keyboard.PressAsync("Tab");
            stops++;
        }
        while (stops < 20 && await page.EvaluateAsync<bool>("() => document.activeElement !== document.body"));
        return (stops, found[1], found[0]);
    }

    private static string Address(string kind, int count) => $"control/{Uri.EscapeDataString(kind)}/{count}";

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    [GeneratedRegex("case \"(.*?)\":")]
    private static partial Regex Kind();
}
