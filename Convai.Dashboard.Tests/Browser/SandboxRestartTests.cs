using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Features.Changes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Someone tries the dashboard, stops it and comes back.</summary>
[Trait("Speed", "Slow")]
public sealed class SandboxRestartTests : RestartableServerTest
{
    private protected override string Mode => "Sandbox";

    [Fact]
    public async Task Restart_KeepsChanges_UntilStartOver()
    {
        await SaveAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("0.42");

        await Server.KillAsync();
        await Server.DisposeAsync();
        Server = await StartServerAsync(Address.ToString());
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Number).ToHaveValueAsync("0.42");
        await OpenAsync("about");
        await Expect(Page.GetByText("Last checked for outside changes")).ToBeVisibleAsync();
        await Expect(Page.Locator("dt", new() { HasText = "Last checked for outside changes" }).Locator("+ dd")).ToHaveTextAsync(new Regex("ago|now"), new() { Timeout = 40_000 });
        Assert.Equal((ChangeKind.Edit, ChangeState.Confirmed), await ReadAsync(DataDirectory) is var change ? (change.Kind, change.State) : default);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        var plan = new BatchPlanScreen(Page);
        await Expect(plan.Heading).ToHaveTextAsync("Start the sandbox over");
        await plan.Apply.ClickAsync();
        await new BatchRunScreen(Page).ExpectConfirmedAsync(1);
        await OpenAsync(CharacterScreen.Path);
        await Expect(Character.Number).ToHaveValueAsync("0.70");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Sandbox · no Convai account" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        await Expect(Page.GetByText("The cast already has the settings it started with.")).ToBeVisibleAsync();
    }
}
