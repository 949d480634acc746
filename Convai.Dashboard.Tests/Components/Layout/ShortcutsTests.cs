using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Components.Layout;

/// <summary>The help sheet, from the person's menu.</summary>
public sealed class ShortcutsTests : DashboardTestContext
{
    [Theory]
    [InlineData(Role.Admin, "Everywhere|In “Go to…”|In the cast table|In the cast table, for editing|On a character|In the list of models|In the temperature field")]
    [InlineData(Role.Designer, "Everywhere|In “Go to…”|In the cast table|In the cast table, for editing|On a character|In the list of models|In the temperature field")]
    [InlineData(Role.Viewer, "Everywhere|In “Go to…”|In the cast table|On a character")]
    public async Task Sheet_ShowsEachRoleItsShortcuts(Role role, string groups)
    {
        Visitor.SwitchRole(role);
        var (dialogs, menu) = Open();
        await ShowAsync(dialogs, menu);
        Assert.Equal("Keyboard shortcuts", dialogs.Find("[role=dialog] h2").TextContent);
        Assert.Equal(groups, string.Join('|', dialogs.FindAll("h3").Select(heading => heading.TextContent)));
    }

    [Fact]
    public async Task Sheet_ListsEveryKey()
    {
        var (dialogs, menu) = Open();
        await ShowAsync(dialogs, menu);
        var rows = dialogs.FindAll("dl > div").ToDictionary(
            row => $"{row.ParentElement!.PreviousElementSibling!.TextContent}: {row.QuerySelector("dt")!.TextContent}",
            row => string.Join(' ', row.QuerySelectorAll("kbd").Select(key => key.TextContent)));
        Assert.Equal("Ctrl K", rows["Everywhere: Find or do anything"]);
        Assert.Equal("?", rows["Everywhere: This help"]);
        Assert.Equal("Ctrl S", rows["On a character: Save the draft"]);
        Assert.Equal("Ctrl ↓ Ctrl ↑", rows["On a character: Next, previous character in the cast"]);
        Assert.Equal("Ctrl D", rows["In the list of models: Add it to your favourites, or remove it"]);
        Assert.DoesNotContain(rows.Values, string.IsNullOrEmpty);
    }

    [Fact]
    public async Task Sheet_RequestedTwice_OpensOnce()
    {
        var (dialogs, menu) = Open();
        await ShowAsync(dialogs, menu);
        _ = menu.InvokeAsync(() => menu.Find("[data-shortcuts]").ClickAsync());
        Assert.Single(dialogs.FindAll("[role=dialog]"));
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Close").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Empty(dialogs.FindAll("[role=dialog]")));
        await ShowAsync(dialogs, menu);
    }

    private (IRenderedComponent<MudDialogProvider> Dialogs, IRenderedComponent<PersonMenu> Menu) Open()
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return (Render<MudDialogProvider>(), Render<PersonMenu>(parameters => parameters.Add(menu => menu.HasCircuit, true)));
    }

    private static async Task ShowAsync(IRenderedComponent<MudDialogProvider> dialogs, IRenderedComponent<PersonMenu> menu)
    {
        // Ends with the dialog.
        _ = menu.InvokeAsync(() => menu.Find("[data-shortcuts]").ClickAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Single(dialogs.FindAll("[role=dialog]")));
    }
}
