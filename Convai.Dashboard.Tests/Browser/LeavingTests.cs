using Convai.Dashboard.Browser.Pages;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>A page that is left before everything of it has arrived.</summary>
[Trait("Speed", "Slow")]
public sealed class LeavingTests : BrowserTest
{
    [Theory]
    [InlineData("ModelPicker")]
    [InlineData("TemperatureField")]
    [InlineData("CharacterEditor")]
    public async Task LeavingPage_ScriptStillLoading_LogsNoError(string component)
    {
        var asked = new TaskCompletionSource<IRoute>();
        await Page.RouteAsync($"**/{component}.*.js", route => asked.TrySetResult(route));
        await OpenAsync(CharacterScreen.Path);
        var script = await asked.Task.WaitAsync(Cancellation);

        await Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        var heading = Page.GetByRole(AriaRole.Heading, new() { Name = "History", Level = 1 });
        await Expect(heading).ToBeVisibleAsync();
        await script.ContinueAsync();
        await Page.WaitForFunctionAsync($"() => performance.getEntriesByType('resource').some(entry => entry.name.includes('{component}.'))");
        // The next page comes after whatever the script has led to.
        await Page.GetByRole(AriaRole.Link, new() { Name = "Presets" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Presets", Level = 1 })).ToBeVisibleAsync();

        Assert.DoesNotContain(Dashboard.Logs.Lines, line => line.StartsWith(nameof(LogLevel.Error), StringComparison.Ordinal));
        Assert.Equal([], Problems);
    }
}
