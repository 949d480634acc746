using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>Ids that would mean something else in an address: each opens its own character, by link, by address and by the palette.</summary>
[Trait("Speed", "Slow")]
public sealed class HostileIdTests : BrowserTest
{
    private static readonly string[] Ids = ["a%2Fb", "a/b", "a%252Fb", "..", "a?b=c#d", "a\\b", "~2F", "a b", "a,b", "a+b", "Zoë", "%", "<b>\"&'", "characters"];

    [Fact]
    public async Task EveryId_OpensItsOwnCharacter()
    {
        var characters = (List<SandboxCharacter>)Dashboard.Sandbox.Account.Characters;
        characters.Clear();
        characters.AddRange(Ids.Select((id, index) => new SandboxCharacter(id, $"Character {index}", IsModerated: true, HoursSinceLastTalk: null) { ModelCode = "gpt-4o", Temperature = 0.5m }));
        var cast = new CastScreen(Page);
        foreach (var (index, id) in Ids.Index())
        {
            await OpenAsync("");
            await cast.Character($"Character {index}").ClickAsync();
            await ExpectOpenAsync(index, id);
            await Page.ReloadAsync();
            await ExpectOpenAsync(index, id);
        }

        await OpenAsync(ImportScreen.Path);
        await Page.Keyboard.PressAsync("Control+k");
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Combobox, new() { Name = "Go to" }).FillAsync("Character 1");
        await Page.Keyboard.PressAsync("Enter");
        await ExpectOpenAsync(1, Ids[1]);

        await OpenAsync("");
        await cast.SelectAsync("Character 0", "Character 8");
        var (_, exported) = await cast.ExportSelectedAsync();
        Assert.Equal(["a%2Fb", "a,b"], System.Text.Json.JsonDocument.Parse(exported).RootElement.GetProperty("characters").EnumerateArray().Select(character => character.GetProperty("id").GetString()));
        Assert.Empty(Problems);
    }

    private async Task ExpectOpenAsync(int index, string id)
    {
        await Expect(Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = $"Character {index}", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.Locator(".character-facts code")).ToHaveTextAsync(id);
        await Expect(Character.Number).ToHaveValueAsync("0.50");
    }
}
