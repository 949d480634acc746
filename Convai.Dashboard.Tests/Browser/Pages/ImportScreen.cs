using System.Text;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>A settings file laid beside the cast.</summary>
internal sealed class ImportScreen(IPage page)
{
    public const string Path = "cast/import";

    public ILocator Field => page.GetByLabel("Settings file, CSV or JSON");

    public ILocator Summary => page.Locator(".import-summary");

    public ILocator Errors => page.GetByRole(AriaRole.Region, new() { Name = "error" }).GetByRole(AriaRole.Listitem);

    public ILocator Review => page.GetByRole(AriaRole.Button, new() { Name = "Review plan for" });

    public static FilePayload Csv(string text) => new() { Name = "cast.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };

    public Task ChooseAsync(string text) => Field.SetInputFilesAsync(Csv(text));

    /// <summary>As from the desktop: the browser itself takes the file, no script of the page does.</summary>
    public async Task DropAsync(string file)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        var box = (await Field.BoundingBoxAsync())!;
        foreach (var step in new[] { "dragEnter", "dragOver", "drop" })
        {
            await browser.SendAsync("Input.dispatchDragEvent", new()
            {
                ["type"] = step,
                ["x"] = box.X + (box.Width / 2),
                ["y"] = box.Y + (box.Height / 2),
                ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = new[] { file }, ["dragOperationsMask"] = 1 },
            });
        }
    }
}
