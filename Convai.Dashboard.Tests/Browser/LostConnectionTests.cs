using System.Collections.Concurrent;
using Convai.Dashboard.Browser.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>The network goes away in the middle of a draft, and comes back.</summary>
[Trait("Speed", "Slow")]
public sealed class LostConnectionTests : BrowserTest
{
    private readonly ConcurrentBag<IWebSocketRoute> _sockets = [];
    private volatile bool _isDown;

    private ILocator Notice => Page.GetByRole(AriaRole.Dialog, new() { Name = "Connection lost" });

    [Fact]
    public async Task Draft_SurvivesLostConnection_AndSavesAfterReconnect()
    {
        await Page.RouteWebSocketAsync("**/_blazor?**", Connect);
        await Page.RouteAsync("**/_blazor/negotiate?**", route => _isDown ? route.AbortAsync() : route.ContinueAsync());
        await OpenAsync(CharacterScreen.Path);
        await Character.DraftTemperatureAsync("0.33");
        await Page.EvaluateAsync("() => window.isTheSamePage = true");

        _isDown = true;
        await Task.WhenAll(_sockets.Select(socket => socket.CloseAsync()));
        await Expect(Notice).ToContainTextAsync("Unsaved edits are kept in this browser tab.");
        _isDown = false;
        await Expect(Notice).ToBeHiddenAsync();
        await Expect(Character.Number).ToHaveValueAsync("0.33");
        await Expect(Character.Draft).ToContainTextAsync("1 setting changed");
        await Character.Save.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.33");
        Assert.True(await Page.EvaluateAsync<bool>("() => window.isTheSamePage"));
        Assert.Equal(0.33m, Dashboard.Host.Character("Mira the Innkeeper").Temperature);
    }

    private void Connect(IWebSocketRoute socket)
    {
        if (_isDown)
        {
            _ = socket.CloseAsync();
        }
        else
        {
            _sockets.Add(socket);
            socket.ConnectToServer();
        }
    }
}
