using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>From an Admin's menu to the account's usage, and what everyone sees of it.</summary>
[Trait("Speed", "Slow")]
public sealed class AccountUsageTests : BrowserTest
{
    [Fact]
    public async Task Usage_OpenedByAdmin_ShowsNoticeToEveryone()
    {
        Dashboard.Host.Faults["user-api-usage"] = new SandboxFault(
            SandboxFaultKind.Answer, Body: """{"usage_v2": {"plan_name": "Professional", "metrics": [{"id": "interactions", "usage_details": [{"limit": 10000, "usage": "9520"}]}]}}""");
        var vera = await OpenOtherBrowserAsync(TestPeople.Vera);
        await OpenAsync(vera, "presets");
        await OpenAsync("");
        await Expect(Page.GetByText("Mira the Innkeeper").First).ToBeVisibleAsync();
        Assert.DoesNotContain("user-api-usage", Dashboard.Host.Endpoints);

        await new TopBar(Page).AccountButton("Ana Keller").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Plan and usage" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Plan and usage" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Progressbar, new() { Name = "Used of Interactions" })).ToBeVisibleAsync();
        await Expect(Page.GetByText("95% used · 480 left")).ToBeVisibleAsync();
        await Expect(vera.GetByRole(AriaRole.Status).GetByText("Less than a tenth of the plan's interactions is left: 480 of 10,000.")).ToBeVisibleAsync();
        Assert.Single(Dashboard.Host.Endpoints, endpoint => endpoint == "user-api-usage");
        Assert.Empty(Problems);

        await vera.GotoAsync(new Uri(Address, "usage").ToString());
        await Expect(vera.GetByRole(AriaRole.Heading, new() { Name = "You don't have access to this page" })).ToBeVisibleAsync();
    }
}
