using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>From what is to be changed on many characters to the plan of it; nothing is written before the plan is applied.</summary>
internal sealed class BatchPlanScreen(IPage page)
{
    private ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    /// <summary>In the dialog that asks for it, once it is chosen what to do with the temperature.</summary>
    public ILocator Temperature => Dialog.GetByLabel("Temperature value");

    public ILocator TemperatureMode(string mode) => Dialog.GetByRole(AriaRole.Group, new() { Name = "What to do with the temperature" }).GetByRole(AriaRole.Radio, new() { Name = mode, Exact = true });

    public ILocator ModelMode(string mode) => Dialog.GetByRole(AriaRole.Group, new() { Name = "What to do with the model" }).GetByRole(AriaRole.Radio, new() { Name = mode, Exact = true });

    public async Task SetTemperatureAsync(string temperature)
    {
        await TemperatureMode("Set to").CheckAsync();
        await Temperature.FillAsync(temperature);
    }

    public ILocator Review => page.GetByRole(AriaRole.Button, new() { Name = "Review plan" });

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Summary => page.Locator(".plan-words");

    public ILocator Apply => page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^(Apply to|Undo for) ") });

    public ILocator Line(string name) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });
}
