using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What opening a page asks Convai for: each call counts against the account's limits.</summary>
[Trait("Speed", "Slow")]
public sealed class CallsTests : BrowserTest
{
    private protected override Person? SignedInAs => TestPeople.Jonas;

    [Fact]
    public async Task CastAndCharacter_Opened_CallEachEndpointOnce()
    {
        await OpenAsync("");
        await Expect(Page.GetByText("Not available to your account").First).ToBeVisibleAsync();
        string[] cast = ["list", "getSupportedModel"];
        Assert.Equal(cast, Dashboard.Host.Endpoints);

        await OpenAsync("characters/57a0c93e-7472-11ef-ac22-42010a7be011");
        await Expect(Character.Model).ToBeEnabledAsync();
        // Whether it takes tools is asked only once a draft changes the model.
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "What changes" })).ToContainTextAsync("1 MCP server");
        await Character.ChooseModelAsync("LLama-4-Scout");
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "What changes" })).ToContainTextAsync("LLama-4-Scout");
        Assert.Equal([.. cast, "getSupportedModel", "functions/list", "mcp/characters/list"], Dashboard.Host.Endpoints);
        Assert.Empty(Problems);
    }
}
