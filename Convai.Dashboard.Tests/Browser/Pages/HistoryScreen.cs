using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>Everything that was done, newest first, by day and by act.</summary>
internal sealed class HistoryScreen(IPage page)
{
    /// <summary>The acts, and the changes of batches that are open.</summary>
    public ILocator Rows => page.Locator("tr.act");

    public ILocator Days => page.GetByRole(AriaRole.Heading, new() { Level = 2 });

    public ILocator Person => page.GetByLabel("Person");

    public ILocator Character => page.GetByLabel("Character or reason");

    public ILocator Outcome => page.GetByLabel("Status");

    public ILocator ShowAll => page.GetByRole(AriaRole.Button, new() { Name = "Show all", Exact = true });

    public ILocator Revert(string character) => page.GetByRole(AriaRole.Button, new() { Name = $"Undo the change to {character}" });

    public ILocator Reason(string words) => page.GetByText($"“{words}”", new() { Exact = true });

    /// <summary>The button that opens the changes of a batch in place.</summary>
    public ILocator Batch(int characters) => page.Locator("tr.act").Filter(new() { HasText = $"Batch of {characters}" }).Locator(".act-expand");

    /// <summary>"Any time", "Today", "Yesterday", "Last 7 days", "Dates…".</summary>
    public ILocator Period(string name) => page.GetByRole(AriaRole.Group, new() { Name = "Days" }).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
