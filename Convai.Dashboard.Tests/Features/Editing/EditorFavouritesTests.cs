using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Favourites on the page of a character, over the real database.</summary>
public sealed class EditorFavouritesTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task Star_AddsPrivateFavouriteWithoutDraft()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await ClickStarAsync(page, "claude-4-sonnet");
        await page.WaitForAssertionAsync(() => Assert.Equal("claude-4-sonnet", page.FindAll("[role=option]")[1].GetAttribute("data-code")));
        Assert.Equal("Claude-4-Sonnet is a favourite.", page.Find(".picker-foot [role=status]").TextContent);
        Assert.Empty(page.FindAll(".draft-bar"));

        var again = await OpenAsync();
        await again.WaitForAssertionAsync(() => Assert.Contains("Favourites", again.FindAll(".picker-heading")[1].TextContent, StringComparison.Ordinal));
        Visitor.SwitchRole(Role.Designer);
        Assert.DoesNotContain("Favourites", (await OpenAsync()).FindAll(".picker-heading")[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Viewer_SeesFavourites_WithoutStar()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        await Host.Get<FavouriteModels>().SetAsync(TestPeople.As(Role.Viewer), "gpt-4.1", isFavourite: true, ModelLists.WithoutAccountList(), Cancellation);
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Favourites", page.FindAll(".picker-heading")[1].TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".picker-star, .picker-foot"));
    }

    [Fact]
    public async Task Star_BeyondFifty_ShowsReason()
    {
        await StartSandboxAsync();
        var many = ModelLists.WithAccountList([.. Enumerable.Range(0, 50).Select(number => new ConvaiApi.AccountModel($"m{number}", null, false))]);
        foreach (var model in many.Models.Where(model => model.Code.StartsWith('m')))
        {
            await Host.Get<FavouriteModels>().SetAsync(TestPeople.As(Role.Admin), model.Code, isFavourite: true, many, Cancellation);
        }

        var page = await OpenAsync();
        await ClickStarAsync(page, "claude-4-sonnet");
        await page.WaitForAssertionAsync(() => Assert.Equal("You have 50 favourites already. Remove one first.", page.Find(".picker-problem").TextContent));
    }

    /// <summary>As soon as it is there: the favourites are read beside the rest of the page.</summary>
    private static async Task ClickStarAsync(IRenderedComponent<CharacterPage> page, string code)
    {
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll($"[data-code={code}] .picker-star")));
        await page.InvokeAsync(() => page.Find($"[data-code={code}] .picker-star").ClickAsync());
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync()
    {
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Markup, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[role=combobox]").FocusAsync(new()));
        return page;
    }
}
