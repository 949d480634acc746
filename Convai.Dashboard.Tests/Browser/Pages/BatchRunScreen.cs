using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>A batch while it runs, and what came of each of its rows.</summary>
internal sealed class BatchRunScreen(IPage page)
{
    public ILocator Progress => page.GetByRole(AriaRole.Progressbar, new() { Name = "Sent and confirmed" });

    public ILocator Pause => page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true });

    public ILocator Resume => page.GetByRole(AriaRole.Button, new() { Name = "Resume" });

    public ILocator Undo => page.GetByRole(AriaRole.Button, new() { Name = "Undo batch…" });

    private ILocator State => page.Locator(".page-lead");

    public ILocator ItemsInState(string state) =>
        page.GetByRole(AriaRole.List, new() { Name = "The batch, character by character" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = state });

    public Task ExpectStateAsync(string state) => Expect(State).ToContainTextAsync(state);

    /// <summary>Every row has ended well.</summary>
    public async Task ExpectConfirmedAsync(int rows)
    {
        await ExpectStateAsync("Done");
        await Expect(page.GetByText($"{rows} of {rows} sent · {rows} confirmed")).ToBeVisibleAsync();
    }
}
