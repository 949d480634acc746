using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>One character: model, temperature, the draft and what came of saving it.</summary>
internal sealed class CharacterScreen(IPage page)
{
    /// <summary>Mira the Innkeeper's.</summary>
    public const string Path = "characters/57a0c93e-7472-11ef-ac22-42010a7be011";

    public ILocator Model => page.GetByRole(AriaRole.Combobox, new() { Name = "Model", Exact = true });

    public ILocator Slider => page.GetByRole(AriaRole.Slider, new() { Name = "Temperature", Exact = true });

    public ILocator Number => page.GetByRole(AriaRole.Textbox, new() { Name = "Temperature value", Exact = true });

    public ILocator Saved => page.Locator(".slider-saved");

    public ILocator Save => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });

    public ILocator Draft => page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" });

    public ILocator Reason => page.GetByPlaceholder("Reason (optional)");

    public ILocator Confirmation => page.Locator("[aria-live=polite]", new() { HasText = "Confirmed by Convai" });

    public ILocator Undo => page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true });

    /// <summary>The preset that the character has.</summary>
    public ILocator Preset => page.Locator(".preset-own");

    /// <summary>Of this character, newest first.</summary>
    public ILocator History => page.GetByRole(AriaRole.Region, new() { Name = "History", Exact = true }).GetByRole(AriaRole.Listitem);

    public ILocator BackToTheCast => page.GetByRole(AriaRole.Link, new() { Name = "Back to the cast" });

    public ILocator PreviousCharacter => page.GetByRole(AriaRole.Link, new() { Name = "Previous character" });

    public ILocator NextCharacter => page.GetByRole(AriaRole.Link, new() { Name = "Next character" });

    /// <summary>Only once the account's list is there: its arrival moves the rows, and a click may fall between two of them.</summary>
    public async Task ChooseModelAsync(string name)
    {
        await Expect(page.GetByText("Your account's models, synced")).ToBeVisibleAsync();
        await Model.ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = name }).ClickAsync();
        await Expect(Model).ToHaveValueAsync(name);
    }

    public async Task SaveTemperatureAsync(string temperature)
    {
        await Number.FillAsync(temperature);
        await Save.ClickAsync();
        await Expect(Confirmation).ToContainTextAsync("Confirmed by Convai");
    }

    /// <summary>Waits until the server has the draft.</summary>
    public async Task DraftTemperatureAsync(string temperature)
    {
        await Number.FillAsync(temperature);
        await Expect(Draft).ToContainTextAsync("1 setting changed");
    }
}
