using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>A settings file laid beside the cast.</summary>
internal sealed class ImportScreen(IPage page)
{
    public const string Path = "cast/import";

    public ILocator Field => page.GetByLabel("Settings file, CSV or JSON");

    public ILocator Cells => page.GetByLabel("Cells from a spreadsheet");

    public ILocator Compare => page.GetByRole(AriaRole.Button, new() { Name = "Compare these cells" });

    public ILocator PlanValid => page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Plan the [0-9]+ valid row") });

    public ILocator Summary => page.Locator(".import-summary");

    public ILocator Errors => page.GetByRole(AriaRole.Region, new() { Name = "error" }).GetByRole(AriaRole.Listitem);

    public ILocator Review => page.GetByRole(AriaRole.Button, new() { Name = "Review plan for" });

    public static FilePayload Csv(string text) => new() { Name = "cast.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };

    public Task ChooseAsync(string text) => Field.SetInputFilesAsync(Csv(text));

    /// <summary>As from the desktop.</summary>
    /// <param name="target">Where it is dropped; null for the field.</param>
    /// <param name="over">What to check while the file is over it.</param>
    public async Task DropAsync(string file, ILocator? target = null, Func<Task>? over = null)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        var box = (await (target ?? Field).BoundingBoxAsync())!;
        await DragAsync("dragEnter");
        // As long as the file is over the page, a browser says so again and again, and a person waits for the page to show it.
        do
        {
            await DragAsync("dragOver");
        }
        while (await page.Locator("[data-dropping]").CountAsync() == 0);
        if (over is not null)
        {
            await over();
        }

        await DragAsync("drop");

        Task DragAsync(string type) => browser.SendAsync("Input.dispatchDragEvent", new()
        {
            ["type"] = type,
            ["x"] = box.X + (box.Width / 2),
            ["y"] = box.Y + (box.Height / 2),
            ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = new[] { file }, ["dragOperationsMask"] = 1 },
        });
    }
}
