using System.Text.Json;
using Convai.Dashboard.Browser;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;

namespace Convai.Dashboard.Benchmarks;

/// <summary>What a browser that has never been here fetches from the published dashboard, and how long until the picker works, beside the bare page.</summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class FirstVisitBenchmark(PublishedPrograms programs) : BrowserTest
{
    private const int Rounds = 9;

    // What a program does often is compiled again, and better, while it runs.
    private const int RoundsUntilWarm = 40;

    // Types until the server answers; what it answers in is given with it.
    private const string Operate = """
        ([field, text, answer]) => setInterval(() => {
            const input = document.querySelector(field);
            if (!input || window.operable) {
                return;
            }
            if (document.querySelector(answer)) {
                window.operable = performance.now();
            } else {
                input.value = text;
                input.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }, 20)
        """;

    private MeasuredProgram? _dashboard;

    private static ITestOutputHelper Report => TestContext.Current.TestOutputHelper!;

    private protected override Person? SignedInAs => TestPeople.Jonas;

    private protected override async Task<Uri> StartDashboardAsync()
    {
        var data = programs.CreateFolder("data");
        await using var database = await TestDatabase.CreateSqliteAsync(data);
        _dashboard = await MeasuredProgram.StartAsync(await programs.DashboardAsync(), data, ("Convai__MaxRequestsPerMinute", "100000"));
        return _dashboard.Address;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_dashboard is not null)
        {
            await _dashboard.DisposeAsync();
        }
    }

    [Theory(Explicit = true)]
    [InlineData("account/sign-in", "[name='Input.Password']")]
    [InlineData("characters/57a0c93e-7472-11ef-ac22-42010a7be011", "[data-interactive]")]
    public async Task FirstVisit_BytesTransferred(string path, string ready)
    {
        var page = await OpenOtherBrowserAsync(path.StartsWith("account", StringComparison.Ordinal) ? null : SignedInAs);
        var network = await page.Context.NewCDPSessionAsync(page);
        var (addresses, bytes) = (new Dictionary<string, Uri>(), new Dictionary<string, double>());
        network.Event("Network.responseReceived").OnEvent += (_, message) => addresses[Of(message)] = new Uri(message!.Value.GetProperty("response").GetProperty("url").GetString()!);
        network.Event("Network.loadingFinished").OnEvent += (_, message) => bytes[Of(message)] = message!.Value.GetProperty("encodedDataLength").GetDouble();
        await network.SendAsync("Network.enable");
        await page.GotoAsync(new Uri(Address, path).ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.WaitForSelectorAsync(ready, new() { State = WaitForSelectorState.Attached });

        Assert.All(addresses.Values, address => Assert.True(address.Scheme == "data" || address.Authority == Address.Authority, address.ToString()));
        Report.WriteLine($"{path}: {bytes.Values.Sum() / 1024:0.0} KB with all headers");
        foreach (var (id, size) in bytes.OrderByDescending(file => file.Value).Take(8))
        {
            Report.WriteLine($"    {size / 1024,6:0.0} KB {addresses[id].AbsolutePath}");
        }

        static string Of(JsonElement? message) => message!.Value.GetProperty("requestId").GetString()!;
    }

    [Fact(Explicit = true)]
    public async Task Picker_TimeToInteractive_ComparedWithBarePage()
    {
        await using var bare = await MeasuredProgram.StartAsync(await programs.BareAsync(), programs.CreateFolder("bare"));
        var signedIn = await Page.Context.StorageStateAsync();
        // By another name it is another site, from which both are come to: from an empty tab only the dashboard would have to wait for a process
        // of its own, for the sake of its opener policy.
        var elsewhere = new UriBuilder(bare.Address) { Host = "localhost", Path = "_framework/blazor.web.js" }.Uri;
        var (floor, page) = (new List<double>(), new List<double>());
        for (var round = 0; round < RoundsUntilWarm + Rounds; round++)
        {
            floor.Add(await MeasureAsync(new(), elsewhere, bare.Address, "#picker", "gpt-2", ".mud-popover-open .mud-list-item"));
            page.Add(await MeasureAsync(new() { StorageState = signedIn }, elsewhere, new Uri(Address, CharacterScreen.Path), "#model-input", "gemini", "#model-input[data-searching]"));
        }

        Say("right after the start", floor.Take(Rounds), page.Take(Rounds));
        Say("warm", floor.TakeLast(Rounds), page.TakeLast(Rounds));

        static void Say(string when, IEnumerable<double> floor, IEnumerable<double> page) =>
            Report.WriteLine($"until the picker works, {when}: {Median(page):0} ms, {Median(page) / Median(floor):0.00} times the bare page ({Median(floor):0} ms)");
    }

    private async Task<double> MeasureAsync(BrowserNewContextOptions options, Uri elsewhere, Uri address, string field, string text, string answer)
    {
        // A browser whose answers are not kept: keeping them would be measured too, file by file.
        var context = await Page.Context.Browser!.NewContextAsync(options);
        var page = await context.NewPageAsync();
        await page.GotoAsync(elsewhere.ToString());
        await page.AddInitScriptAsync($"({Operate})({JsonSerializer.Serialize<string[]>([field, text, answer])})");
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await page.WaitForFunctionAsync("() => window.operable > 0");
        // From the beginning of the navigation, by the browser's own clock.
        var time = await page.EvaluateAsync<double>("() => window.operable");
        await context.CloseAsync();
        return time;
    }

    private static double Median(IEnumerable<double> times) => times.Order().ElementAt(Rounds / 2);
}
