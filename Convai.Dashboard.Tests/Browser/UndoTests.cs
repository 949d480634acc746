using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Testing;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What was saved a moment ago is put back by one click.</summary>
[Trait("Speed", "Slow")]
public sealed class UndoTests : BrowserTest
{
    [Fact]
    public async Task Undo_RightAfterSave_RestoresAndRecordsBothFields()
    {
        await OpenAsync(CharacterScreen.Path);
        await Character.ChooseModelAsync("Claude-4-Sonnet");
        await Character.SaveTemperatureAsync("0.42");
        await Character.Undo.ClickAsync();
        await Expect(Character.Confirmation).ToContainTextAsync("becomes GPT-4o");
        await Expect(Character.Confirmation).ToContainTextAsync("becomes 0.70");
        await Expect(Character.Model).ToHaveValueAsync("GPT-4o");
        await Expect(Character.Number).ToHaveValueAsync("0.70");
        await Expect(Character.History).ToHaveCountAsync(2);
        var mira = Dashboard.Host.Character("Mira the Innkeeper");
        Assert.Equal(("gpt-4o", 0.7m), (mira.ModelCode, mira.Temperature));
        Assert.Equal([0.42m, 0.7m], (await Dashboard.Services.ChangesAsync()).Select(change => change.TemperatureAfter));
        Assert.Empty(Problems);
    }
}
