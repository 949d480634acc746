using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>The people, their invitations and, one click further, each person.</summary>
internal sealed class TeamScreen(IPage page)
{
    public ILocator Invite => page.GetByRole(AriaRole.Button, new() { Name = "Invite someone" });

    public ILocator InvitedEmail => page.GetByRole(AriaRole.Dialog).GetByLabel("Email");

    public ILocator CloseLink => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true });

    public ILocator Disable => page.GetByRole(AriaRole.Button, new() { Name = "Disable account" });

    public ILocator Enable => page.GetByRole(AriaRole.Button, new() { Name = "Enable account" });

    /// <summary>What has been done to the person.</summary>
    public ILocator Done => page.Locator(".person-message");

    public ILocator BackToTheTeam => page.GetByRole(AriaRole.Link, new() { Name = "Back to the team" });

    public ILocator Person(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Row(string name) => page.GetByRole(AriaRole.Row).Filter(new() { Has = Person(name) });

    public ILocator RoleOption(string role) => page.GetByRole(AriaRole.Radio, new() { Name = role });

    public ILocator ChangeRole => page.GetByRole(AriaRole.Button, new() { Name = "Change role…" });

    /// <summary>The button of the question that follows.</summary>
    public ILocator ConfirmRole => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Change role", Exact = true });

    public ILocator NewLink(string email) => page.GetByRole(AriaRole.Button, new() { Name = $"Create a new link for {email}" });

    /// <summary>The link that is shown once.</summary>
    public async Task<string> ReadLinkAsync() => await page.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
}
