using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What is done on a page before its circuit has started.</summary>
[Trait("Speed", "Slow")]
public sealed class PrerenderedPageTests : BrowserTest
{
    private ILocator AccountLink => Page.GetByRole(AriaRole.Link, new() { Name = "Your account" });

    [Fact]
    public async Task MenuOpenedBeforeCircuitStarts_StaysOpen()
    {
        var circuit = await OpenMenuBeforeCircuitAsync(CharacterScreen.Path);
        await StartAsync(circuit);
        await Expect(AccountLink).ToBeVisibleAsync();
        await AccountLink.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        Assert.Equal([], Problems);
    }

    [Fact]
    public async Task MenuClosedBeforeCircuitStarts_StaysClosed()
    {
        var circuit = await OpenMenuBeforeCircuitAsync("");
        await Page.Keyboard.PressAsync("Escape");
        await StartAsync(circuit);
        await Expect(AccountLink).ToBeHiddenAsync();
        Assert.Equal([], Problems);
    }

    [Fact]
    public async Task ButtonPressedBeforeCircuitStarts_ActsOnceStarted()
    {
        var circuit = await OpenBeforeTheCircuitAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Groups…" }).ClickAsync();
        await StartAsync(await circuit.WaitAsync(Cancellation));
        await Expect(Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Heading, new() { Name = "Groups" })).ToBeVisibleAsync();
        Assert.Equal([], Problems);
    }

    [Fact]
    public async Task TwoButtonsPressedBeforeCircuitStarts_LastActs()
    {
        // The first response has the rows once the cast has been read.
        await OpenAsync("");
        var circuit = await OpenBeforeTheCircuitAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Groups…" }).ClickAsync();
        await Page.Locator("[data-row]").Filter(new() { HasText = "Mira the Innkeeper" }).GetByRole(AriaRole.Button, new() { Name = "0.70" }).ClickAsync();
        await StartAsync(await circuit.WaitAsync(Cancellation));
        await Expect(Page.GetByLabel("Temperature value")).ToBeFocusedAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.Equal([], Problems);
    }

    /// <returns>What asks for the circuit, held back.</returns>
    private async Task<IRoute> OpenMenuBeforeCircuitAsync(string path)
    {
        var circuit = await OpenBeforeTheCircuitAsync(path);
        await new TopBar(Page).AccountButton("Ana Keller").ClickAsync();
        await Expect(AccountLink).ToBeVisibleAsync();
        return await circuit.WaitAsync(Cancellation);
    }

    private async Task<Task<IRoute>> OpenBeforeTheCircuitAsync(string path)
    {
        var asked = new TaskCompletionSource<IRoute>();
        await Page.RouteAsync("**/_blazor/negotiate*", route => asked.TrySetResult(route));
        await Page.GotoAsync(new Uri(Address, path).ToString());
        return asked.Task;
    }

    private async Task StartAsync(IRoute circuit)
    {
        await circuit.ContinueAsync();
        await Expect(Page.Locator("[data-interactive]")).ToBeAttachedAsync();
    }
}
