using System.Text;
using System.Text.Json;
using Bunit;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.SettingsFile;
using Convai.Dashboard.Testing;
using CsvHelper;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Faults;

/// <summary>Whatever a character or a model is called at Convai: pages stay whole, and what is exported can be read again.</summary>
[Trait("Speed", "Slow")]
public sealed class HostileNameTests : DashboardTestContext
{
    private const string Id = "odd-1";

    private static readonly Dictionary<string, string> Hostile = new(StringComparer.Ordinal)
    {
        ["markup"] = """<img src=x onerror=alert(1)><b class="hostile">"&lt;'</b><script>alert(1)</script>""",
        ["templates"] = "@(1+1) {{7*7}} ${7*7} %0d%0a",
        ["controls"] = "a\u0001\u0007\u001b[31m\r\nb\tc\u0085\u2028d\u007f",
        ["U+0000"] = "a\0b",
        ["turned round"] = "\u202eevil\u2066 name \u2069\u202d",
        ["ten thousand letters"] = new string('x', 10_000),
        ["a thousand families"] = string.Concat(Enumerable.Repeat("\U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466", 1_000)),
        ["five thousand accents"] = $"Z{new string('\u0301', 5_000)}",
        ["right to left"] = "مرشد القرية שלום (Mira) 123",
        ["half a pair"] = "Half \ud83d of one",
        ["nothing to see"] = "\u200b\u200f\u2060",
        ["a formula"] = "=HYPERLINK(\"http://evil.example\";\"x\")",
        ["a formula behind a quote"] = "'\t=1+1",
        ["cells and lines"] = "a,\"b\";'c'\r\n=1+1;\"\"",
    };

    public static TheoryData<string> Names => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CharacterName_Hostile_IsShownSafely(string name)
    {
        await StartAsync(Hostile[name], "gpt-4o");
        AssertWhole(await OpenCastAsync(), ".cast-name a");
        var character = await OpenCharacterAsync();
        AssertWhole(character, "h1");
        var title = Render(character.FindComponent<PageTitle>().Instance.ChildContent!).Markup;
        Assert.InRange(title.Length, " · Convai Dashboard".Length + 1, 1000);
        Assert.Equal(name == "nothing to see", title.StartsWith("Unnamed character ·", StringComparison.Ordinal));

        var batchId = await BatchTest.PlanAsync(Host, new SettingsPatch(null, 0.33m));
        var plan = Render<BatchPlanPage>(parameters => parameters.Add(page => page.Id, batchId));
        await plan.WaitForAssertionAsync(() => Assert.NotEmpty(plan.FindAll(".plan-name a")));
        AssertWhole(plan, ".plan-name a");

        await SaveAsync(new SettingsPatch(null, 0.42m));
        AssertWhole(await OpenHistoryAsync(), ".act-name a");
        await AssertExportsAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ModelName_Hostile_IsShownSafely(string name)
    {
        await StartAsync("Mira", Hostile[name]);
        var models = JsonSerializer.Serialize(new[] { new { model_group_name = Hostile[name], display_name = Hostile[name] }, new { model_group_name = "odd-2", display_name = Hostile[name] } });
        Host.Faults["getSupportedModel"] = new SandboxFault(SandboxFaultKind.Answer, Body: $$"""{"STATUS": {{models}}}""");
        AssertWhole(await OpenCastAsync(), ".cast-model-code");
        var character = await OpenCharacterAsync();
        await character.InvokeAsync(() => character.Find("[role=combobox]").FocusAsync(new()));
        AssertWhole(character, "[role=option] code");
        await SaveAsync(new SettingsPatch("gpt-4.1", null));
        AssertWhole(await OpenHistoryAsync(), ".act-model del");
        await AssertExportsAsync();
    }

    [Theory]
    [InlineData("../../etc?x=1#y")]
    [InlineData("<b class=\"hostile\">")]
    [InlineData("a b/%2F\\\u202e\u00e9")]
    [InlineData("\ud83d\ude00\u200d")]
    public async Task HostileId_LinkOpensItsCharacter(string id)
    {
        await StartAsync("Mira", "gpt-4o", id);
        var cast = await OpenCastAsync();
        AssertWhole(cast, ".cast-name a");
        var address = cast.Find(".cast-name a").GetAttribute("href")!;
        Assert.Equal(CharacterAddress.ForPage(id), address);
        AssertWhole(await OpenCharacterAsync(address["characters/".Length..]), ".character-facts code");
        await SaveAsync(new SettingsPatch(null, 0.42m));
        await OpenHistoryAsync();
        await AssertExportsAsync();
    }

    private async Task StartAsync(string name, string model, string id = Id)
    {
        await StartSandboxAsync();
        var characters = (List<SandboxCharacter>)Host.Sandbox.Account.Characters;
        characters.Clear();
        characters.Add(new SandboxCharacter(id, name, true, 1) { ModelCode = model, Temperature = 0.7m });
    }

    private async Task<IRenderedComponent<CastPage>> OpenCastAsync()
    {
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll(".cast-row")));
        return page;
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenCharacterAsync(string id = Id)
    {
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, id));
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Find(".account-list-note").TextContent, StringComparison.Ordinal));
        return page;
    }

    private async Task<IRenderedComponent<HistoryPage>> OpenHistoryAsync()
    {
        var page = Render<HistoryPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".act")));
        return page;
    }

    private async Task SaveAsync(SettingsPatch change)
    {
        var character = Assert.Single((await Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!);
        var outcome = await Host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), new ChangeRequest(character, character.Settings, change), null, Cancellation);
        Assert.IsType<ChangeOutcome.Confirmed>(outcome);
    }

    /// <summary>No markup of it, nothing without end, nothing invisible that garbles the text around it, and something to press.</summary>
    private static void AssertWhole<T>(IRenderedComponent<T> page, string selector)
        where T : IComponent
    {
        Assert.Empty(page.FindAll("script, .hostile, [onerror]"));
        var shown = page.FindAll(selector);
        Assert.NotEmpty(shown);
        Assert.All(shown, part => Assert.True(DisplayText.IsVisible(part.TextContent)));
        var texts = page.FindAll("*").SelectMany(part => part.ChildNodes.OfType<AngleSharp.Dom.IText>().Select(text => text.Data)
            .Concat(new[] { part.GetAttribute("title"), part.GetAttribute("aria-label"), part.GetAttribute("value") }.OfType<string>()).Select(text => (part, text)));
        Assert.All(texts, shown =>
        {
            var (part, text) = shown;
            Assert.True(text.Length <= 600, $"{part.LocalName}.{part.ClassName} is {text.Length} letters long.");
            Assert.DoesNotContain(text, letter => (char.IsControl(letter) && !char.IsWhiteSpace(letter)) || letter is '\u0085' or '\u2028' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
        });
    }

    private async Task AssertExportsAsync()
    {
        var cast = (await Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        foreach (var file in new[] { SettingsWriter.ToCsv(cast, GroupList.Empty), SettingsWriter.ToJson(cast, GroupList.Empty, DateTimeOffset.UnixEpoch) })
        {
            var reading = SettingsReader.Read(file, cast);
            Assert.Empty(reading.Errors);
            var row = Assert.Single(reading.Rows);
            Assert.Equal((cast[0].Id, cast[0].Name, SettingsPatch.From(cast[0].Settings)), (row.CharacterId, row.Name ?? "", row.Settings));
        }

        var changes = await Host.Services.ChangesAsync();
        using var csv = new MemoryStream();
        await HistoryExport.WriteCsvAsync(csv, changes.ToAsyncEnumerable(), Cancellation);
        using var records = CsvReader.Create(csv.ToArray(), new CsvReaderOptions { HasHeader = false, MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Throw });
        var lines = 0;
        while (records.Read())
        {
            lines++;
            Assert.Equal(19, records.FieldCount);
            var cells = Enumerable.Range(0, 19).Select(records.GetString).ToList();
            Assert.DoesNotContain(cells, cell => cell is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..]);
        }

        Assert.Equal(changes.Count + 1, lines);
        using var json = new MemoryStream();
        await HistoryExport.WriteJsonAsync(json, changes.ToAsyncEnumerable(), Cancellation);
        using var document = JsonDocument.Parse(json.ToArray());
        Assert.Equal(changes.Select(change => change.CharacterName), document.RootElement.EnumerateArray().Select(line => line.GetProperty("character").GetString()));
    }
}
