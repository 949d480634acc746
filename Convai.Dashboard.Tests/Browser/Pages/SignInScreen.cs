using Convai.Dashboard.Testing;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>What a signed-out browser sees, and nothing else.</summary>
internal sealed class SignInScreen(IPage page)
{
    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" });

    public ILocator Email => page.GetByLabel("Email");

    public ILocator Password => page.GetByLabel("Password");

    public ILocator SignIn => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" });

    public ILocator UseAPasskey => page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" });

    /// <summary>By the password that all the people of the tests have.</summary>
    public async Task SignInAsync(string email)
    {
        await Email.FillAsync(email);
        await Password.FillAsync(TestPeople.Password);
        await SignIn.ClickAsync();
    }
}
