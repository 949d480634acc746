using Bunit;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What is asked before a rehearsal; the browser tests have the whole flow.</summary>
[Trait("Speed", "Slow")]
public sealed class RehearsalSetupPageTests : DashboardTestContext
{
    [Fact]
    public async Task Suggest_ClickedTwice_AsksOnceAndShowsProgress()
    {
        await StartSandboxAsync();
        var page = Render<RehearsalSetupPage>(parameters => parameters.Add(setup => setup.Id, RehearsalSteps.Mira));
        await page.WaitForAssertionAsync(() => Assert.Equal("Suggest lines", Suggest(page).TextContent.Trim()));
        Task[] clicks = [];
        await page.InvokeAsync(() =>
        {
            // What a browser sends that has not drawn the disabled button yet.
            var button = Suggest(page);
            clicks = [button.ClickAsync(), button.ClickAsync()];
        });
        Assert.Equal("Asking a copy…", Suggest(page).TextContent.Trim());
        await Task.WhenAll(clicks);
        Assert.Equal("Suggest lines", Suggest(page).TextContent.Trim());
        Assert.Single(Host.Endpoints, endpoint => endpoint == "generate-starter-conversation");
        Assert.Equal("5 lines added", page.Find("p.sr-only[role=status]").TextContent);
    }

    private static AngleSharp.Dom.IElement Suggest(IRenderedComponent<RehearsalSetupPage> page) => page.Find("[aria-describedby=setup-suggest]");
}
