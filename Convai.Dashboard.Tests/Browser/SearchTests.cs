using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Names as people type them whose keyboard lacks their letters: the same in every search.</summary>
[Trait("Speed", "Slow")]
public sealed class SearchTests : BrowserTest
{
    private static readonly (string Name, string Typed)[] Names = [("Zoë", "zoe"), ("İstanbul", "istanbul"), ("Straße", "strasse")];

    [Fact]
    public async Task EverySearch_PlainLetters_FindSpecialLetters()
    {
        var characters = (IList<SandboxCharacter>)Dashboard.Sandbox.Account.Characters;
        foreach (var (index, (name, _)) in Names.Index())
        {
            characters[index] = characters[index] with { Name = name };
        }

        foreach (var (name, _) in Names)
        {
            await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.01m), name);
        }

        await Dashboard.Services.CreatePresetAsync("Villager", null, 0.4m);
        foreach (var (name, typed) in Names)
        {
            await OpenAsync("");
            var cast = new CastScreen(Page);
            await cast.Search.PressSequentiallyAsync(typed);
            await Expect(cast.Names).ToHaveTextAsync([name]);
            await Page.Keyboard.PressAsync("Control+k");
            await Page.Keyboard.TypeAsync(typed);
            await Expect(Page.GetByRole(AriaRole.Option).First).ToContainTextAsync(name);
            await OpenAsync("history");
            await new HistoryScreen(Page).Character.FillAsync(typed);
            await Page.Keyboard.PressAsync("Enter");
            await Expect(new HistoryScreen(Page).Rows).ToContainTextAsync([name]);
            await OpenAsync("presets");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Apply to… Villager" }).ClickAsync();
            await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Searchbox).PressSequentiallyAsync(typed);
            await Expect(Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(1);
            await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(name);
        }
    }
}
