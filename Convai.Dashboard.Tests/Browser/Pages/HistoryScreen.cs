using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>Every change of every character, newest first.</summary>
internal sealed class HistoryScreen(IPage page)
{
    public ILocator Rows => page.GetByRole(AriaRole.Listitem);

    public ILocator Person => page.GetByLabel("Person");

    public ILocator Character => page.GetByLabel("Character");

    public ILocator Outcome => page.GetByLabel("Status");

    public ILocator ShowAll => page.GetByRole(AriaRole.Button, new() { Name = "Show all", Exact = true });

    public ILocator Revert(string character) => page.GetByRole(AriaRole.Button, new() { Name = $"Revert the change to {character}" });

    /// <summary>Cut where there is no room for it; the button shows it in full.</summary>
    public ILocator Reason(string words) => page.GetByRole(AriaRole.Button, new() { Name = $"“{words}”", Exact = true });
}
