using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>The bar above every page.</summary>
internal sealed class TopBar(IPage page)
{
    public ILocator ThemeSwitch => page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark theme" });

    public ILocator AccountButton(string person) => page.GetByRole(AriaRole.Button, new() { Name = $"Your account, {person}" });

    public ILocator Pages => page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });

    /// <summary>Where the pages do not fit into the bar.</summary>
    public async Task GoToAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Pages" }).TapAsync();
        await Pages.GetByRole(AriaRole.Link, new() { Name = name }).TapAsync();
    }

    public async Task SignOutAsync(string person)
    {
        await AccountButton(person).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
    }
}
