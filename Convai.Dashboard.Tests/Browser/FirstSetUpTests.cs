using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The first day: there is no account, and the console shows a link.</summary>
[Trait("Speed", "Slow")]
public sealed class FirstSetUpTests : BrowserTest
{
    private protected override Person? SignedInAs => null;

    private protected override async Task<Uri> StartDashboardAsync()
    {
        Dashboard = await RunningDashboard.StartEmptyAsync(await SettingsAsync());
        return Dashboard.Address;
    }

    [Fact]
    public async Task SetUpLink_FromConsole_CreatesFirstAdminOnce()
    {
        var link = new Uri(Address, $"account/join#{SetUpLink.FindSecret(Dashboard.Logs)}").ToString();
        await Page.GotoAsync(link);
        await Expect(Page.GetByText("This creates the first account")).ToBeVisibleAsync();
        Assert.DoesNotContain("#", Page.Url, StringComparison.Ordinal);
        var join = new JoinScreen(Page);
        await join.Email.FillAsync("ada@studio.example");
        await join.CreateAccountAsync("Ada", "tin whistle at nine");
        await Expect(new CastScreen(Page).Character("Mira the Innkeeper")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Team", Exact = true }).First.ClickAsync();
        await Expect(new TeamScreen(Page).Row("Ada")).ToContainTextAsync("Admin");
        Assert.Empty(Problems);

        var other = await OpenOtherBrowserAsync(null);
        await other.GotoAsync(link);
        await Expect(other.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(new JoinScreen(other).Name).ToHaveCountAsync(0);
    }
}
