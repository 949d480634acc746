using AngleSharp.Html.Dom;
using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The groups in the cast: column, filter, chip, selection bar, dialog.</summary>
[Trait("Speed", "Slow")]
public sealed class CastGroupsTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task NoGroups_ShowsNeitherColumnNorFilter()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".cast-groups, .head-groups, select[aria-label=Group]"));
    }

    [Fact]
    public async Task Column_ShowsTwoGroupsAndCount_SortsUngroupedLast()
    {
        await StartSandboxAsync();
        await AddAsync(Mira, "Villagers", "Act 10", "Act 2", "Market");
        await AddAsync("Pip", "Act 2");
        var page = await OpenAsync("?sort=groups");
        await page.WaitForAssertionAsync(() => Assert.Equal(["Pip", Mira], Names(page)[..2]));
        Assert.Equal(["Act 2", "Act 10", "+2"], page.FindAll(".cast-row")[1].QuerySelectorAll(".group-chip, .group-more").Select(chip => chip.TextContent));
        Assert.Equal("Market, Villagers", page.FindAll(".cast-row")[1].QuerySelector(".group-more")!.GetAttribute("title"));
        Assert.Equal("–", page.FindAll(".cast-row")[2].QuerySelector(".cast-groups")!.TextContent.Trim());
    }

    [Fact]
    public async Task Filter_Chosen_IsInUrlAndRemovableByChip()
    {
        await StartSandboxAsync();
        var villagers = await AddAsync(Mira, "Villagers");
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("select[aria-label=Group]")));
        await page.InvokeAsync(() => page.Find("select[aria-label=Group]").ChangeAsync($"{villagers.Id}"));
        await page.WaitForAssertionAsync(() => Assert.Equal([Mira], Names(page)));
        Assert.EndsWith($"/?group={villagers.Id}", Address, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("select[aria-label=Group]").ChangeAsync("none"));
        await page.WaitForAssertionAsync(() => Assert.Equal(23, Names(page).Length));
        Assert.EndsWith("/?group=none", Address, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("[aria-label='Remove the filter: Without a group']").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(24, Names(page).Length));
        Assert.EndsWith("/", Address, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?group=banana", 24)]
    [InlineData("?group=-1", 24)]
    [InlineData("?group=99999999999999999999999999", 24)]
    [InlineData("?group=4711", 0)]
    public async Task Filter_InvalidUrl_IsIgnoredOrMatchesNothing(string query, int rows)
    {
        await StartSandboxAsync();
        await AddAsync(Mira, "Villagers");
        var page = await OpenAsync(query);
        await page.WaitForAssertionAsync(() => Assert.Equal(rows, Names(page).Length));
        Assert.Equal(rows == 0 ? ["Deleted group"] : [], page.FindAll(".filter-chip span:first-child").Select(chip => chip.TextContent));
    }

    [Fact]
    public async Task Filter_GroupRenamedOrChangedByColleague_IsUpdated()
    {
        await StartSandboxAsync();
        var villagers = await AddAsync(Mira, "Villagers");
        var page = await OpenAsync($"?group={villagers.Id}");
        await page.WaitForAssertionAsync(() => Assert.Equal([Mira], Names(page)));
        await Groups.RenameAsync(TestPeople.As(Role.Designer), villagers, "Townsfolk", Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Equal("Group: Townsfolk", page.Find(".filter-chip span").TextContent));
        await AddAsync("Pip", "Townsfolk");
        await page.WaitForAssertionAsync(() => Assert.Equal([Mira, "Pip"], Names(page)));
    }

    [Fact]
    public async Task Selection_AddedToOrRemovedFromGroup_CanBeUndone()
    {
        await StartSandboxAsync();
        await AddAsync(Mira, "Villagers");
        var page = await OpenAsync();
        await SelectAsync(page, Mira);
        await SelectAsync(page, "Pip");
        await page.WaitForAssertionAsync(() => Assert.Equal("mixed", page.Find("#group-menu [role=checkbox]").GetAttribute("aria-checked")));
        Assert.Contains("1 of 2", page.Find("#group-menu [role=checkbox]").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("#group-menu [role=checkbox]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("true", page.Find("#group-menu [role=checkbox]").GetAttribute("aria-checked")));
        Assert.Equal("1 character was added to “Villagers”.", page.Find("#group-menu [role=status]").TextContent);
        await page.InvokeAsync(() => page.Find("#group-menu [aria-label^=Undo]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("mixed", page.Find("#group-menu [role=checkbox]").GetAttribute("aria-checked")));

        await page.InvokeAsync(() => page.Find("#group-menu-name").InputAsync(" villagers "));
        await page.InvokeAsync(() => page.Find("#group-menu form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("true", page.Find("#group-menu [role=checkbox]").GetAttribute("aria-checked")));
        await page.InvokeAsync(() => page.Find("#group-menu [role=checkbox]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("false", page.Find("#group-menu [role=checkbox]").GetAttribute("aria-checked")));
        Assert.Equal("2 characters were removed from “Villagers”.", page.Find("#group-menu [role=status]").TextContent);

        await page.InvokeAsync(() => page.Find("#group-menu-name").InputAsync("Act 2"));
        await page.InvokeAsync(() => page.Find("#group-menu form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(["true", "false"], page.FindAll("#group-menu [role=checkbox]").Select(box => box.GetAttribute("aria-checked"))));
        await page.InvokeAsync(() => page.Find("#group-menu [aria-label^=Undo]").ClickAsync());
        // The new group goes with what was undone.
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll("#group-menu [role=checkbox]")));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Selection_InvalidGroupName_ShowsReason()
    {
        await StartSandboxAsync();
        await AddAsync(Mira, "Villagers");
        var page = await OpenAsync();
        await SelectAsync(page, Mira);
        await page.InvokeAsync(() => page.Find("#group-menu form").SubmitAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("Enter a name for the group.", page.Find("#group-menu [role=alert]").TextContent));
    }

    [Fact]
    public async Task Dialog_CreatesRenamesDeletesAndUndoes()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Groups…");
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("There are no groups yet.", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.Find("#group-name").InputAsync("Villagers"));
        await dialogs.InvokeAsync(() => dialogs.Find("#new-group").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Villagers 0 characters", NormalizeText(dialogs.Find(".groups-link"))));
        Assert.Equal("“Villagers” was created.", dialogs.Find(".groups-done [role=status]").TextContent);
        await dialogs.InvokeAsync(() => dialogs.Find("#group-name").InputAsync("VILLAGERS"));
        await dialogs.InvokeAsync(() => dialogs.Find("#new-group").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("A group called “Villagers” already exists.", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));

        await dialogs.InvokeAsync(() => dialogs.Find("[aria-label='Rename Villagers']").ClickAsync());
        await dialogs.InvokeAsync(() => dialogs.Find("[aria-label='New name of Villagers']").InputAsync("Townsfolk"));
        await dialogs.InvokeAsync(() => dialogs.Find("form.groups-name").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("“Villagers” is now called “Townsfolk”.", dialogs.Find(".groups-done [role=status]").TextContent));

        // A colleague fills it while the dialog is open.
        await AddAsync(Mira, "Townsfolk");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Townsfolk 1 character", NormalizeText(dialogs.Find(".groups-link"))));
        _ = dialogs.InvokeAsync(() => dialogs.Find("[aria-label='Delete Townsfolk']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("It has 1 character, which will be removed from it. Nothing changes in Convai.", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(button => NormalizeText(button) == "Delete group").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Empty(dialogs.FindAll(".groups-link")));
        await dialogs.InvokeAsync(() => dialogs.Find("[aria-label='Undo: “Townsfolk” was deleted.']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Townsfolk 1 character", NormalizeText(dialogs.Find(".groups-link"))));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Dialog_Change_OpensChangeDialogForItsCharacters()
    {
        await StartSandboxAsync();
        await AddAsync(Mira, "Villagers");
        await AddAsync("Pip", "Villagers");
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Groups…");
        await dialogs.WaitForElementAsync("[aria-label='Change its 2 characters… Villagers']");
        await dialogs.InvokeAsync(() => dialogs.Find("[aria-label='Change its 2 characters… Villagers']").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Change 2 characters", dialogs.Find("h2").TextContent));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Dialog_AsViewer_IsReadOnly()
    {
        await StartSandboxAsync();
        var villagers = await AddAsync(Mira, "Villagers");
        Visitor.SwitchRole(Role.Viewer);
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync();
        _ = ClickAsync(page, "Groups…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal($"./?group={villagers.Id}", dialogs.Find(".groups-link").GetAttribute("href")));
        Assert.Empty(dialogs.FindAll(".groups-acts, form"));
    }

    [Fact]
    public async Task GroupsUnreadable_StillShowsTheCast()
    {
        await StartSandboxAsync();
        await using (var db = await Host.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, """ALTER TABLE "GroupMembers" RENAME TO "Elsewhere" """, Cancellation);
        }

        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Groups could not be loaded.", page.Find(".note-warning").TextContent, StringComparison.Ordinal));
        Assert.Equal(24, Names(page).Length);
    }

    /// <summary>One reading for all rows.</summary>
    [Fact]
    public async Task Overview_FiveThousandCharacters_FiltersAndSortsByGroup()
    {
        await StartSandboxAsync();
        var characters = Enumerable.Range(0, 5000).Select(place => new Domain.Character($"{place}", $"Villager {place}", new Domain.CharacterCoreSettings(null, null), true, null)).ToList();
        var groups = Enumerable.Range(1, 100).Select(id => new CharacterGroup { Id = id, Name = $"Act {id}", NormalizedName = $"ACT {id}" }).ToList();
        var list = new GroupList(groups, characters.SelectMany((character, place) => new[] { new GroupMember((place % 100) + 1, character.Id), new GroupMember(((place + 1) % 100) + 1, character.Id) }));
        var overview = new CastOverview(characters, ModelLists.WithoutAccountList(), null, DateTimeOffset.UnixEpoch, list);
        Assert.Equal(100, overview.Count(new CastFilter { GroupId = 7 }));
        Assert.Equal(0, overview.Count(new CastFilter { HasNoGroup = true }));
        Assert.Equal(["Act 1", "Act 2"], overview.Select(new CastFilter { Sort = CastSort.Groups })[0].Groups.Select(group => group.Name));
        Assert.Equal(["Act 99", "Act 100"], overview.Select(new CastFilter { Sort = CastSort.Groups, IsDescending = true })[0].Groups.Select(group => group.Name));
    }

    private CharacterGroups Groups => Host.Get<CharacterGroups>();

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private Task<CharacterGroup> AddAsync(string character, params string[] names) => Host.Services.AddToGroupsAsync(character, names);

    private async Task<IRenderedComponent<CastPage>> OpenAsync(string query = "")
    {
        Services.GetRequiredService<BunitNavigationManager>().NavigateTo($"/{query}");
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll("[aria-busy=true]")), TimeSpan.FromSeconds(10));
        return page;
    }

    private static string[] Names(IRenderedComponent<CastPage> page) => [.. page.FindAll(".cast-name a").Select(link => link.TextContent)];

    private static Task SelectAsync(IRenderedComponent<CastPage> page, string name) =>
        page.InvokeAsync(() => page.Find($".cast-check input[aria-label='Select {name}']").ChangeAsync(true));

    private static Task ClickAsync(IRenderedComponent<CastPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => NormalizeText(button) == words).ClickAsync());

    private static string NormalizeText(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
