using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>What surrounds the table of the cast: chips, filters, charts, notices, columns, views and the selection.</summary>
[Trait("Speed", "Slow")]
public sealed class CastToolsTests : DashboardTestContext
{
    [Fact]
    public async Task Chips_CountTheWholeCast_AndOmitEmptyOnes()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal(["7 flagship", "2 not available to your account", "2 retired soon", "1 uncensored"], Chips(page));
        await ClickAsync(page, "7 flagship");
        await RowsAsync(page, 7);
        Assert.Equal(["7 flagship", "2 not available to your account", "2 retired soon", "1 uncensored"], Chips(page));
        Assert.Equal("7 flagship", NormalizeText(page.Find(".chip[aria-pressed=true]")));
        Assert.Contains("Flagship interaction cap", Button(page, "7 flagship").GetAttribute("title"), StringComparison.Ordinal);
        Assert.EndsWith("/?flag=flagship", Address, StringComparison.Ordinal);
        Assert.Equal("7 of 24 characters", NormalizeText(page.Find(".page-lead [role=status]")));
        await ClickAsync(page, "7 flagship");
        await RowsAsync(page, 24);
        Assert.EndsWith("/", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chips_FromJournal_CountChanges()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        Host.Character("Dockhand Pell").Temperature = 0.1m;
        await Host.Services.ObserveAsync();
        var page = await OpenAsync();
        Assert.Equal(["1 changed in Convai", "2 changed this week"], Chips(page)[^2..]);
        Assert.Contains("1 character was changed in Convai.", page.Find(".cast-notice [role=status]").TextContent, StringComparison.Ordinal);
        await ClickAsync(page, "1 changed in Convai");
        Assert.Equal(["Dockhand Pell"], await RowsAsync(page, 1));
        Assert.Equal("Changed in Convai just now", NormalizeText(page.Find(".cast-changed")));
        Assert.Equal("was 0.95", NormalizeText(page.Find(".cast-was")));
        await ClickAsync(page, "Clear filters");
        await RowsAsync(page, 24);
        Assert.Equal("Jonas Brandt · just now", NormalizeText(Row(page, "Mira the Innkeeper").QuerySelector(".cast-changed")!));
        Assert.Equal("Never", NormalizeText(Row(page, "Pip").QuerySelector(".cast-changed")!));
    }

    [Fact]
    public async Task ColleagueSaves_PageOpen_IsCountedAndShown()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Contains("1 changed this week", Chips(page)));
        Assert.Contains("Jonas Brandt", Row(page, "Mira the Innkeeper").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.42", Row(page, "Mira the Innkeeper").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Models", "provider:Anthropic", "?provider=Anthropic", 6)]
    [InlineData("Temperature", "predictable", "?band=predictable", 5)]
    [InlineData("Temperature", "unset", "?band=unset", 1)]
    [InlineData("Moderation", "Off", "?moderation=off", 1)]
    [InlineData("Sort", "Temperature", "?sort=temperature", 24)]
    public async Task Filters_AreKeptInUrl(string control, string value, string query, int rows)
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.Find($"select[aria-label={control}]").ChangeAsync(value));
        await RowsAsync(page, rows);
        Assert.EndsWith(query, Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelFilter_ListsModelsInUse_AndFiltersByOne()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        var options = page.FindAll("select[aria-label=Models] option");
        Assert.Equal("Retired or unavailable", page.FindAll("select[aria-label=Models] optgroup")[^1].GetAttribute("label"));
        await page.InvokeAsync(() => page.Find("select[aria-label=Models]").ChangeAsync(options.Single(option => option.TextContent == "GPT-4o (2)").GetAttribute("value")!));
        Assert.Equal(["Dockhand Pell", "Mira the Innkeeper"], await RowsAsync(page, 2));
        Assert.EndsWith("?model=gpt-4o", Address, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("select[aria-label=Models]").ChangeAsync("code:0000000000000000"));
        await RowsAsync(page, 24);
    }

    [Fact]
    public async Task Filters_InUrl_ShowInControlsAndFollowNavigation()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("?q=pell&provider=OpenAI&band=inventive&moderation=on&sort=model");
        Assert.Equal(["Dockhand Pell"], await RowsAsync(page, 1));
        Assert.Equal("pell", page.Find("input[type=search]").GetAttribute("value"));
        Assert.Equal(["provider:OpenAI", "inventive", "", "On", "Model"], page.FindAll("#cast-filters select").Select(select => ((AngleSharp.Html.Dom.IHtmlSelectElement)select).Value));
        await page.InvokeAsync(() => Services.GetRequiredService<BunitNavigationManager>().NavigateTo("/?t=0.4"));
        await RowsAsync(page, 3);
        Assert.Equal("", page.Find("input[type=search]").GetAttribute("value") ?? "");
        Assert.Equal("tenth", ((AngleSharp.Html.Dom.IHtmlSelectElement)page.Find("select[aria-label=Temperature]")).Value);
    }

    [Fact]
    public async Task Url_InvalidFilters_ShowsWholeCast()
    {
        await StartSandboxAsync();
        await RowsAsync(await OpenAsync($"?flag=banana&t=2&sort=99&provider={new string('x', 5000)}"), 24);
    }

    [Fact]
    public async Task NoMatches_OffersToShowAll()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("?moderation=unknown");
        await page.WaitForAssertionAsync(() => Assert.Equal("No character matches these filters", page.Find(".empty-state h2").TextContent));
        await ClickAsync(page, "Show all 24");
        await RowsAsync(page, 24);
    }

    [Fact]
    public async Task AccountListUnavailable_ReportsNoProblems()
    {
        await StartSandboxAsync();
        Host.Fail("getSupportedModel", SandboxFaultKind.ServerError);
        var page = await OpenAsync("?unlisted=1");
        await page.WaitForAssertionAsync(() => Assert.Contains("could not be loaded", page.Find(".empty-state").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".cast-notice"));
        Assert.Contains("0 not available to your account", Chips(page));
    }

    [Fact]
    public async Task Charts_Bars_AreLabelledButtonsThatFilter()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".bar"));
        await ClickAsync(page, "Charts");
        Assert.Equal("GPT-4.1: 2 characters", page.Find(".bar").GetAttribute("aria-label"));
        Assert.Equal(6, page.FindAll(".bar").Count);
        await ClickAsync(page, "13 more models");
        Assert.Equal(19, page.FindAll(".bar").Count);
        await ClickAsync(page, "Fewer models");

        await page.InvokeAsync(() => page.Find("[aria-label='GPT-4o: 2 characters']").ClickAsync());
        Assert.Equal(["Dockhand Pell", "Mira the Innkeeper"], await RowsAsync(page, 2));
        Assert.Equal("true", page.Find("[aria-label='GPT-4o: 2 characters']").GetAttribute("aria-pressed"));
        await page.InvokeAsync(() => page.Find("[aria-label='0.7 to 0.8: 1 character']").ClickAsync());
        Assert.Equal(["Mira the Innkeeper"], await RowsAsync(page, 1));
        Assert.EndsWith("?model=gpt-4o&t=0.7", Address, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("[aria-label='GPT-4o: 1 character']").ClickAsync());
        await page.InvokeAsync(() => page.Find("[aria-label='Not set: 1 character']").ClickAsync());
        Assert.Equal(["The Ferryman"], await RowsAsync(page, 1));
        Assert.Equal("false", page.Find("[aria-label='0.7 to 0.8: 2 characters']").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task Charts_FilteredModel_ShowsEvenWhenCollapsed()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("?model=claude-opus-4");
        await RowsAsync(page, 1);
        await ClickAsync(page, "Charts");
        Assert.Equal("true", page.Find("[aria-label='Claude-Opus-4: 1 character']").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task Headings_Sort_AndSetAriaSort()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal("ascending", Heading(page, "Character").GetAttribute("aria-sort"));
        await page.InvokeAsync(() => Heading(page, "Temperature").QuerySelector("button")!.ClickAsync());
        Assert.Equal(["Unit 7", "Dr. Lucien Marchetti"], (await RowsAsync(page, 24))[..2]);
        await page.InvokeAsync(() => Heading(page, "Temperature").QuerySelector("button")!.ClickAsync());
        Assert.Equal("Pip", (await RowsAsync(page, 24))[0]);
        Assert.Equal("The Ferryman", (await RowsAsync(page, 24))[^1]);
        Assert.Equal("descending", Heading(page, "Temperature").GetAttribute("aria-sort"));
        Assert.False(Heading(page, "Character").HasAttribute("aria-sort"));
        Assert.EndsWith("?sort=temperature&dir=desc", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_AreRememberedPerPerson()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        var atFirst = Headings(page).ToList();
        Assert.DoesNotContain("Moderation", atFirst);
        Assert.Empty(page.FindAll(".cast-moderation"));
        await page.InvokeAsync(() => page.FindAll("#columns-menu label").Single(label => NormalizeText(label) == "Moderation").QuerySelector("input")!.ChangeAsync(true));
        await page.WaitForAssertionAsync(() => Assert.Contains("Moderation", Headings(page)));
        Assert.Equal("Off", NormalizeText(Row(page, "Brother Anselm").QuerySelector(".cast-moderation")!));
        var again = await OpenAsync();
        await again.WaitForAssertionAsync(() => Assert.Equal(Headings(page), Headings(again)));
        Visitor.SwitchRole(Role.Viewer);
        var viewers = await OpenAsync();
        await viewers.WaitForAssertionAsync(() => Assert.Equal(atFirst, Headings(viewers)));
    }

    [Fact]
    public async Task Views_CanBeSavedListedAndDeleted()
    {
        await StartSandboxAsync();
        var page = await OpenAsync("?flag=flagship&sort=temperature");
        await page.InvokeAsync(() => page.Find("#view-name").InputAsync("Expensive"));
        await page.InvokeAsync(() => page.Find("#views-menu form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("Saved as “Expensive”.", NormalizeText(page.Find("#views-menu [role=status]"))));
        var link = page.Find("#views-menu li a");
        Assert.Equal(("Expensive", "./?flag=flagship&sort=temperature", "true"), (NormalizeText(link), link.GetAttribute("href"), link.GetAttribute("aria-current")));
        await page.InvokeAsync(() => page.Find("[aria-label='Delete the view Expensive']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll(".view-ask")));
        await page.InvokeAsync(() => page.Find(".view-ask [aria-label='Delete the view Expensive']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("#views-menu li")));
        await page.InvokeAsync(() => page.Find("#views-menu form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("Enter a name for the view.", NormalizeText(page.Find("#views-menu [role=status]"))));
    }

    [Fact]
    public async Task Notice_ModelsGoingAway_OffersReviewAndReplacement()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        Assert.StartsWith("4 characters use models that are being retired or aren't available to your account.", NormalizeText(page.Find(".cast-notice")), StringComparison.Ordinal);
        await ClickAsync(page, "Review 4 characters");
        Assert.Equal(["Captain Reyes", "Market Crier", "Queen Ashara", "Yuki Arakawa"], await RowsAsync(page, 4));
        Assert.EndsWith("?review=models", Address, StringComparison.Ordinal);
        _ = ClickAsync(page, "Replace models…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Change 4 characters", dialogs.Find("h2").TextContent));
        Assert.DoesNotContain("update", Host.Endpoints);
        await ClickAsync(page, "Show all");
        await RowsAsync(page, 24);
    }

    [Fact]
    public async Task Notice_OutsideChanges_KeepsOrRestoresAll()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        Host.Character("Dockhand Pell").Temperature = 0.1m;
        Host.Character("Pip").Temperature = 0.2m;
        await Host.Services.ObserveAsync();
        var page = await OpenAsync();
        await page.InvokeAsync(() => page.FindAll(".cast-notice button").Single(button => NormalizeText(button) == "Review").ClickAsync());
        Assert.Equal(["Dockhand Pell", "Pip"], await RowsAsync(page, 2));
        await ClickAsync(page, "Restore all…");
        Assert.Matches("/batches/[0-9]+/plan$", Address);
        Assert.DoesNotContain("update", Host.Endpoints);

        page = await OpenAsync("?drifted=1");
        await ClickAsync(page, "Keep all");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".cast-row")));
        Assert.DoesNotContain("update", Host.Endpoints);
        Assert.Equal((0.1m, 0.2m), (Host.Character("Dockhand Pell").Temperature, Host.Character("Pip").Temperature));
    }

    [Fact]
    public async Task Selection_SurvivesFilters_AndOpensPlan()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".selection"));
        await SelectAsync(page, "Pip");
        await SelectAsync(page, "Mira the Innkeeper");
        Assert.StartsWith("2 selected of 24 Select all 24 Clear", NormalizeText(page.Find(".selection")), StringComparison.Ordinal);
        await ClickAsync(page, "7 flagship");
        Assert.StartsWith("2 selected of 24 · 1 hidden by the filters Select all 7 matching Clear", NormalizeText(page.Find(".selection")), StringComparison.Ordinal);
        await ClickAsync(page, "Select all 7 matching");
        Assert.StartsWith("8 selected of 24 · 1 hidden by the filters Clear", NormalizeText(page.Find(".selection")), StringComparison.Ordinal);
        Assert.True(page.Find(".head-check input").HasAttribute("checked"));
        _ = ClickAsync(page, "Change 8 characters…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Change 8 characters", dialogs.Find("h2").TextContent));
        await ClickAsync(page, "Clear");
        Assert.Empty(page.FindAll(".selection"));
    }

    [Fact]
    public async Task Selection_ShiftClick_SelectsRange()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await SelectAsync(page, "Brother Anselm");
        await SelectAsync(page, "Hedda Stormborn", isShift: true);
        Assert.Equal(["Brother Anselm", "Captain Reyes", "Dockhand Pell", "Dr. Lucien Marchetti", "Grandmother Oyelaran", "Hedda Stormborn"], page.FindAll(".cast-row-selected a").Select(link => link.TextContent));
    }

    [Fact]
    public async Task Selection_DropsDeletedCharacters()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await SelectAsync(page, "Pip");
        await SelectAsync(page, "Unit 7");
        ((List<SandboxCharacter>)Host.Sandbox.Account.Characters).RemoveAll(character => character.Name == "Pip");
        await ClickAsync(page, "Refresh");
        await page.WaitForAssertionAsync(() => Assert.StartsWith("1 selected of 23", NormalizeText(page.Find(".selection")), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Viewer_FiltersAndSavesViewsButCannotSelect()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync();
        await ClickAsync(page, "Review 4 characters");
        Assert.Empty(page.FindAll(".cast-check, .head-check"));
        Assert.DoesNotContain("Replace models…", page.FindAll("button").Select(NormalizeText));
        await ClickAsync(page, "Show all");
        await ClickAsync(page, "7 flagship");
        await RowsAsync(page, 7);
    }

    [Fact]
    public async Task FiveThousandCharacters_RenderEightyRowsWithOneConvaiCall()
    {
        await StartSandboxAsync();
        var cast = (List<SandboxCharacter>)Host.Sandbox.Account.Characters;
        cast.AddRange(Enumerable.Range(cast.Count, 5000 - cast.Count).Select(place =>
            new SandboxCharacter($"{place:x8}-7472-11ef-ac22-42010a7be011", $"Villager {place}", true, place) { ModelCode = "gpt-4o", Temperature = place % 101 / 100m }));
        var page = await OpenAsync();
        Assert.InRange(page.FindAll("tbody .cast-row").Count, 1, 80);
        await ClickAsync(page, "4983 flagship");
        await page.WaitForAssertionAsync(() => Assert.Equal("4983 of 5000 characters", NormalizeText(page.Find(".page-lead [role=status]"))));
        Assert.InRange(page.FindAll("tbody .cast-row").Count, 1, 80);
        await OpenAsync();
        Assert.Single(Host.Endpoints, endpoint => endpoint == "list");
    }

    [Fact]
    public async Task JournalUnreadable_StillShowsTheCast()
    {
        await StartSandboxAsync();
        await Host.Services.HideHistoryAsync();
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Recent changes could not be loaded.", page.Find(".note-warning").TextContent, StringComparison.Ordinal));
        Assert.Equal("Unknown", NormalizeText(page.Find(".cast-changed")));
        await Host.Services.RestoreHistoryAsync();
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private async Task<IRenderedComponent<CastPage>> OpenAsync(string query = "")
    {
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo($"/{query}");
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.True(page.FindAll("[aria-busy=true]").Count == 0 && page.FindAll(".chip").Count > 0), TimeSpan.FromSeconds(10));
        if (!Host.Faults.Has("getSupportedModel"))
        {
            await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".cast-notice")));
        }

        return page;
    }

    private static async Task<List<string>> RowsAsync(IRenderedComponent<CastPage> page, int count)
    {
        await page.WaitForAssertionAsync(() => Assert.Equal(count, page.FindAll("tbody .cast-row").Count));
        return [.. page.FindAll("tbody .cast-row a").Select(link => link.TextContent)];
    }

    private static async Task SelectAsync(IRenderedComponent<CastPage> page, string name, bool isShift = false)
    {
        await page.InvokeAsync(() => page.Find($"[aria-label='Select {name}']").ClickAsync(new MouseEventArgs { ShiftKey = isShift }));
        await page.InvokeAsync(() => page.Find($"[aria-label='Select {name}']").ChangeAsync(true));
    }

    private static Task ClickAsync(IRenderedComponent<CastPage> page, string words) => page.InvokeAsync(() => Button(page, words).ClickAsync());

    private static IElement Button(IRenderedComponent<CastPage> page, string words) => page.FindAll("button").Single(button => NormalizeText(button) == words);

    private static IElement Row(IRenderedComponent<CastPage> page, string name) => page.FindAll("tbody .cast-row").Single(row => row.QuerySelector("a")!.TextContent == name);

    private static IElement Heading(IRenderedComponent<CastPage> page, string words) => page.FindAll("th").Single(heading => heading.TextContent.StartsWith(words, StringComparison.Ordinal));

    private static IEnumerable<string> Headings(IRenderedComponent<CastPage> page) => page.FindAll("th .head-sort").Select(heading => NormalizeText(heading).TrimEnd('↑', '↓', ' '));

    private static string[] Chips(IRenderedComponent<CastPage> page) => [.. page.FindAll(".chip").Select(NormalizeText)];

    /// <summary>As a screen reader says it: elements of their own are separate words.</summary>
    private static string NormalizeText(IElement element) => string.Join(' ', string.Join(' ', element.GetDescendants().OfType<IText>().Select(text => text.Data)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
