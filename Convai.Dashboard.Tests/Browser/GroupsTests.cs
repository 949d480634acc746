using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Characters that belong together: put into a group, found by it, changed together.</summary>
[Trait("Speed", "Slow")]
public sealed class GroupsTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    private ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    [Fact]
    public async Task Group_FromSelection_FiltersCastAndIsChangedTogether()
    {
        await OpenAsync("");
        await Cast.SelectAsync("Mira the Innkeeper", "Pip");
        await Cast.AddToGroup.ClickAsync();
        await Page.GetByLabel("New group").FillAsync("Villagers");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByText("2 characters were added to “Villagers”.")).ToBeVisibleAsync();
        await Expect(Cast.GroupBox("Villagers")).ToBeCheckedAsync();
        // The keyboard alone: out of the group and back into it.
        await Cast.GroupBox("Villagers").FocusAsync();
        await Page.Keyboard.PressAsync("Space");
        await Expect(Cast.GroupBox("Villagers")).Not.ToBeCheckedAsync();
        await Expect(Cast.GroupBox("Villagers")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Space");
        await Expect(Cast.GroupBox("Villagers")).ToBeCheckedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Cast.AddToGroup).ToBeFocusedAsync();

        await Cast.Group.SelectOptionAsync("Villagers");
        await Expect(Cast.Names).ToHaveTextAsync(["Mira the Innkeeper", "Pip"]);
        await Expect(Page.Locator(".cast-groups").First).ToHaveTextAsync("Villagers");
        var address = Page.Url;
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove the filter: Group: Villagers" }).ClickAsync();
        await Expect(Cast.Names).ToHaveCountAsync(Dashboard.Sandbox.Account.Characters.Count);

        await Cast.Groups.ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Change its 2 characters… Villagers" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Heading, new() { Name = "Change 2 characters" })).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);

        await OpenAsync(new Uri(address).PathAndQuery);
        await Expect(Cast.Names).ToHaveTextAsync(["Mira the Innkeeper", "Pip"]);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task GroupsDialog_RenamesDeletesAndRestores()
    {
        await Dashboard.Services.AddToGroupsAsync("Mira the Innkeeper", "Villagers");
        await OpenAsync("");
        await Cast.Groups.ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Rename Villagers" }).ClickAsync();
        var name = Dialog.GetByLabel("New name of Villagers");
        await Expect(name).ToBeFocusedAsync();
        await name.FillAsync("Townsfolk");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog.GetByText("“Villagers” is now called “Townsfolk”.")).ToBeVisibleAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete Townsfolk" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete group" }).ClickAsync();
        await Expect(Dialog.GetByText("“Townsfolk” was deleted.")).ToBeVisibleAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Link, new() { Name = "Townsfolk 1 character" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Cast.Names).ToHaveTextAsync(["Mira the Innkeeper"]);
        Assert.Empty(Problems);
    }
}
