using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>
/// What explains a failed test afterwards: a picture and the markup of each page, what the browsers complained about and what the dashboard
/// logged, and with <c>TEST_TRACE=1</c> Playwright's trace of each browser. A test that passes leaves nothing behind.
/// </summary>
internal static class FailureEvidence
{
    private static readonly string[] Levels = ["Warning ", "Error ", "Critical "];

    // A trace is made of tests that pass as well, and costs a sixth of their time.
    private static readonly bool IsTracing = Environment.GetEnvironmentVariable("TEST_TRACE") == "1";

    public static Task BeginAsync(IBrowserContext context) => IsTracing ? context.Tracing.StartAsync(new() { Snapshots = true }) : Task.CompletedTask;

    /// <param name="log">Of the dashboard, as far as the test has it.</param>
    public static async Task KeepIfFailedAsync(IReadOnlyList<IBrowserContext> contexts, IEnumerable<string> problems, IEnumerable<string> log)
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "TestResults", "browser", FolderName()));
        foreach (var (index, context) in contexts.Index())
        {
            await KeepAsync(context, Path.Combine(folder.FullName, $"browser-{index + 1}"));
        }

        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "problems.txt"), problems);
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "dashboard.log"), log.Where(line => Levels.Any(level => line.StartsWith(level, StringComparison.Ordinal))));
        TestContext.Current.TestOutputHelper?.WriteLine($"Pictures, markup and log: {folder.FullName}");
    }

    private static async Task KeepAsync(IBrowserContext context, string path)
    {
        try
        {
            if (IsTracing)
            {
                await context.Tracing.StopAsync(new() { Path = $"{path}-trace.zip" });
            }

            foreach (var (index, page) in context.Pages.Index())
            {
                await page.ScreenshotAsync(new() { Path = $"{path}-page-{index + 1}.png" });
                await File.WriteAllTextAsync($"{path}-page-{index + 1}.html", await page.ContentAsync());
            }
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            // What cannot be kept must not hide why the test failed.
            TestContext.Current.TestOutputHelper?.WriteLine($"The evidence is not complete: {exception.Message}");
        }
    }

    /// <summary>The test's name without its namespace, as far as a file system takes it.</summary>
    private static string FolderName()
    {
        var name = TestContext.Current.Test!.TestDisplayName.Replace($"{typeof(FailureEvidence).Namespace}.", "", StringComparison.Ordinal);
        return string.Concat(name.Take(200).Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-'));
    }
}
