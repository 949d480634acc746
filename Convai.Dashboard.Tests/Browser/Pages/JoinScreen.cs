using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>Where a link of an invitation, or that of the set-up, leads.</summary>
internal sealed class JoinScreen(IPage page)
{
    public ILocator Name => page.GetByLabel("Your name");

    public ILocator Email => page.GetByLabel("Email");

    /// <summary>The address is filled in already if someone was invited by it.</summary>
    public async Task CreateAccountAsync(string name, string password)
    {
        await Name.FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
    }
}
