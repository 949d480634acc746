using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// The organisation's provider is another site to the browser: its rules for cookies across sites and the Content-Security-Policy
/// let the visit through, or do not.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class OidcTests : BrowserTest
{
    private OpenIdProvider? _provider;

    private protected override Person? SignedInAs => null;

    private protected override async Task<(string Key, string? Value)[]> SettingsAsync()
    {
        _provider = await OpenIdProvider.StartAsync();
        _provider.ShowsPage = true;
        _provider.Person = new ProviderPerson("dora-1", "Dora Winter", "dora@acme.example", true, "acme-designers");
        return [.. _provider.Settings, ("Authentication:Oidc:SignOutAtProvider", "true")];
    }

    [Fact]
    public async Task SignIn_WithProvider_ReturnsToRequestedPage()
    {
        await Page.GotoAsync(new Uri(Dashboard.Address, CharacterScreen.Path).ToString());
        await Page.GetByRole(AriaRole.Link, new() { Name = "Continue with Acme" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Dora Winter" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Uri(Dashboard.Address, CharacterScreen.Path).ToString());
        // A designer may change it, and the circuit answers.
        await Expect(Character.Model).ToBeEnabledAsync();
        await OpenAsync("");
        await Expect(new CastScreen(Page).Character("Mira the Innkeeper")).ToBeVisibleAsync();
        await Expect(new TopBar(Page).AccountButton("Dora Winter")).ToBeVisibleAsync();
        // The provider is the one other site that was visited.
        Assert.NotEmpty(Problems);
        Assert.All(Problems, problem => Assert.StartsWith($"other host: {_provider!.Address}authorize", problem, StringComparison.Ordinal));
    }

    /// <summary>The Content-Security-Policy forbids a form to lead to another site, and a browser applies that to redirects as well.</summary>
    [Fact]
    public async Task SignOut_GoesThroughProviderAndReturns()
    {
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Page.GetByRole(AriaRole.Link, new() { Name = "Continue with Acme" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Dora Winter" }).ClickAsync();
        await Expect(new CastScreen(Page).Heading).ToBeVisibleAsync();
        // A picture requested after signing out would be refused with 401.
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await new TopBar(Page).SignOutAsync("Dora Winter");
        await Expect(Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        Assert.Single(_provider!.SignOuts);
        Assert.All(Problems, problem => Assert.StartsWith($"other host: {_provider.Address}", problem, StringComparison.Ordinal));
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Continue with Acme" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task CancelAtProvider_ShowsSignInPageWithMessage()
    {
        _provider!.IsCancelling = true;
        await Page.GotoAsync(Dashboard.Address.ToString());
        await Page.GetByRole(AriaRole.Link, new() { Name = "Continue with Acme" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Signing in was cancelled.");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }
}
