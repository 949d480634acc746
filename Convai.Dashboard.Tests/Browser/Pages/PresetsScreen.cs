using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>The presets of the team, and the dialogs that make them and put them on characters.</summary>
internal sealed class PresetsScreen(IPage page)
{
    private ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator Row(string name) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = name }) });

    public async Task MakeAsync(string name, string temperature)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New preset…" }).ClickAsync();
        await Dialog.GetByLabel("Name").FillAsync(name);
        await Dialog.GetByRole(AriaRole.Radio, new() { Name = "Set to" }).CheckAsync();
        await Dialog.GetByLabel("Temperature value").FillAsync(temperature);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Save preset" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>Ends at the plan.</summary>
    public async Task ApplyAsync(string preset, params string[] characters)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Apply to… {preset}" }).ClickAsync();
        foreach (var character in characters)
        {
            await Dialog.GetByRole(AriaRole.Checkbox, new() { Name = character }).CheckAsync();
        }

        await Dialog.GetByRole(AriaRole.Button, new() { Name = $"Review plan for {characters.Length} characters" }).ClickAsync();
    }
}
