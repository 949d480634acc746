using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>The table of all characters: finding them, selecting them, and what is done with the selected.</summary>
internal sealed class CastScreen(IPage page)
{
    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Name = "Cast", Exact = true });

    public ILocator Search => page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the cast" });

    public ILocator Models => page.GetByRole(AriaRole.Combobox, new() { Name = "Models" });

    public ILocator Names => page.Locator(".cast-name a");

    public ILocator Selection => page.GetByRole(AriaRole.Region, new() { Name = "Selection" });

    public ILocator Change => Selection.GetByRole(AriaRole.Button, new() { Name = "Change" });

    /// <summary>Also names the view that is shown.</summary>
    public ILocator Views => page.Locator("[popovertarget=views-menu]");

    public ILocator ViewName => page.GetByLabel("Save this view");

    public ILocator Groups => page.GetByRole(AriaRole.Button, new() { Name = "Groups…", Exact = true });

    public ILocator Group => page.GetByRole(AriaRole.Combobox, new() { Name = "Group", Exact = true });

    public ILocator AddToGroup => Selection.GetByRole(AriaRole.Button, new() { Name = "Add to group" });

    public ILocator GroupBox(string name) => page.Locator("#group-menu").GetByRole(AriaRole.Checkbox, new() { Name = name });

    public ILocator Character(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator View(string name) => page.Locator("#views-menu").GetByRole(AriaRole.Link, new() { Name = name });

    public ILocator SelectBox(string name) => page.GetByRole(AriaRole.Checkbox, new() { Name = $"Select {name}", Exact = true });

    public async Task SelectAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await SelectBox(name).CheckAsync();
        }

        await Expect(Selection).ToContainTextAsync($"{names.Length} selected");
    }

    /// <summary>The name and the text of the file.</summary>
    public async Task<(string Name, string Text)> ExportAsync(string entry)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "File", Exact = true }).ClickAsync();
        return await DownloadAsync(page.GetByRole(AriaRole.Link, new() { Name = entry }));
    }

    public Task<(string Name, string Text)> ExportSelectedAsync() => DownloadAsync(Selection.GetByRole(AriaRole.Link, new() { Name = "Export these" }));

    private async Task<(string Name, string Text)> DownloadAsync(ILocator link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        return (download.SuggestedFilename, await File.ReadAllTextAsync(await download.PathAsync()));
    }
}
