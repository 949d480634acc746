using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>On a phone, by touch.</summary>
[Trait("Speed", "Slow")]
public sealed class PhoneTests : BrowserTest
{
    private const int Width = 390;

    protected override BrowserNewContextOptions ContextOptions => new(base.ContextOptions)
    {
        ViewportSize = new() { Width = Width, Height = 844 },
        HasTouch = true,
        IsMobile = true,
    };

    [Fact]
    public async Task EditAndSave_ByTouch_IsConfirmed()
    {
        await OpenAsync("");
        await new CastScreen(Page).Character("Mira the Innkeeper").TapAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Mira the Innkeeper" })).ToBeVisibleAsync();
        // The temperature comes first.
        Assert.True((await Character.Slider.BoundingBoxAsync())!.Y < (await Character.Model.BoundingBoxAsync())!.Y);
        await Character.Slider.TapAsync(new() { Position = new() { X = 40, Y = 10 } });
        await Expect(Character.Number).Not.ToHaveValueAsync("0.70");
        var temperature = await Character.Number.InputValueAsync();
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        // However far down the page is, saving is within reach of the thumb.
        await Expect(Character.Save).ToBeInViewportAsync();
        await Character.Save.TapAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("claude-4-sonnet");
        await Expect(Character.Confirmation).ToBeInViewportAsync();
        Assert.Equal(decimal.Parse(temperature, System.Globalization.CultureInfo.InvariantCulture), Dashboard.Host.Character("Mira the Innkeeper").Temperature);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task PageMenu_OpensPages_AlsoFromAccountPage()
    {
        var bar = new TopBar(Page);
        await OpenAsync("");
        await bar.GoToAsync("History");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "History" })).ToBeVisibleAsync();
        await Expect(bar.Pages).ToBeHiddenAsync();
        await Page.GotoAsync(new Uri(Address, "account").ToString());
        await bar.GoToAsync("Team");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Team" })).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Cast_ShowsListFirst_AndChartsOnRequest()
    {
        await OpenAsync("");
        var cast = new CastScreen(Page);
        await Expect(cast.Names.First).ToBeInViewportAsync();
        var picture = Page.GetByRole(AriaRole.Heading, new() { Name = "Temperature distribution" });
        await Expect(picture).ToBeHiddenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Charts" }).TapAsync();
        await Expect(picture).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task NoPage_ScrollsHorizontally()
    {
        var services = Dashboard.Services;
        await services.CreatePresetAsync("Villager", "gemini-2.5-flash-lite", 0.3m, "For everybody who only passes by");
        await services.SaveAsync(Role.Designer, new SettingsPatch("claude-4-sonnet", 0.33m), reason: new string('w', ChangeRecord.MaxReasonLength));
        var plan = await MakePlanAsync();
        await ExpectToFitAsync(
            "", CharacterScreen.Path, "history", "history/as-it-was", "presets", "batches", BatchPlanner.GetAddress(plan), ImportScreen.Path,
            "team", "team/jonas", "team/log", "usage", "about", "account", "account/authenticator", "no-such-page");
        await services.GetRequiredService<BatchService>().StartAsync(TestPeople.As(Role.Admin), plan, Cancellation);
        await ExpectToFitAsync($"batches/{plan}");
        await Page.Context.ClearCookiesAsync();
        await ExpectToFitAsync("account/sign-in", "account/join");
    }

    private async Task<long> MakePlanAsync()
    {
        var cast = await Dashboard.Services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var request = new PlanRequest("Temperature → 0.20", ChangeKind.Batch, [.. cast.Characters!.Select(character => BatchItemRequest.From(character, new SettingsPatch(null, 0.2m)))]);
        return (await Dashboard.Services.GetRequiredService<BatchPlanner>().CreateAsync(TestPeople.As(Role.Admin), request, Cancellation)).Value!.BatchId;
    }

    private async Task ExpectToFitAsync(params string[] paths)
    {
        foreach (var path in paths)
        {
            await Page.GotoAsync(new Uri(Address, path).ToString());
            await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            Assert.True(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= Width, $"“{path}” is wider than the screen.");
        }
    }
}
