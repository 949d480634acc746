using Microsoft.Playwright;

namespace Convai.Dashboard.Browser.Pages;

/// <summary>The people, their invitations and, one click further, each person.</summary>
internal sealed class TeamScreen(IPage page)
{
    public ILocator Invite => page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" });

    public ILocator InvitedEmail => page.GetByRole(AriaRole.Dialog).GetByLabel("Email");

    /// <summary>The link that is shown once.</summary>
    public async Task<string> ReadLinkAsync() => await page.GetByLabel("Link").InputValueAsync();
}
