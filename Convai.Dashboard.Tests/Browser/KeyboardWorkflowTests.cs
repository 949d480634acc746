using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>What is done to many, and to people, by the keyboard alone; the main job by it is in <see cref="EditAndSaveTests"/>.</summary>
[Trait("Speed", "Slow")]
public sealed class KeyboardWorkflowTests : BrowserTest
{
    private CastScreen Cast => new(Page);

    private BatchPlanScreen Plan => new(Page);

    private TeamScreen Team => new(Page);

    [Fact]
    public async Task Batch_ByKeyboard_IsSelectedPlannedAndApplied()
    {
        await OpenAsync("");
        await PressAsync("/");
        await Page.Keyboard.TypeAsync("gpt-4o-mini");
        await Expect(Cast.Names).ToHaveCountAsync(2);
        await TabToAsync(Cast.Character("Bram Half-Coin"));
        await PressAsync("x");
        await PressAsync("ArrowDown");
        await Expect(Cast.Character("Pip")).ToBeFocusedAsync();
        await PressAsync("x");
        await Expect(Cast.Selection).ToContainTextAsync("2 selected");
        await TabToAsync(Cast.Change);
        await PressAsync("Enter");
        await TabToAsync(Plan.TemperatureMode("Leave unchanged"));
        await PressAsync("ArrowRight");
        await Expect(Plan.Temperature).ToBeVisibleAsync();
        await TabToAsync(Plan.Temperature);
        await Page.Keyboard.TypeAsync("0.2");
        await PressAsync("Enter");
        await Expect(Plan.Summary).ToHaveTextAsync("2 of 2 characters will change");
        await TabToAsync(Plan.Apply);
        await PressAsync("Enter");
        await new BatchRunScreen(Page).ExpectConfirmedAsync(2);
        Assert.Equal((0.2m, 0.2m), (Dashboard.Host.Character("Bram Half-Coin").Temperature, Dashboard.Host.Character("Pip").Temperature));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Import_ByKeyboard_IsUploadedAndPlanned()
    {
        await OpenAsync("");
        await PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("import");
        await PressAsync("Enter");
        var import = new ImportScreen(Page);
        await Expect(import.Field).ToBeVisibleAsync();
        // The new page takes the focus to its heading, which must not happen on the way to the field.
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Import settings" })).ToBeFocusedAsync();
        // Asked for early: Playwright does not wait until the browser hands choosers over, and one that opens before that is lost.
        var chooser = Page.WaitForFileChooserAsync();
        await TabToAsync(import.Field);
        await PressAsync("Enter");
        await (await chooser).SetFilesAsync(ImportScreen.Csv("id,name,model,temperature\n57a0c93e-7472-11ef-ac22-42010a7be011,Mira the Innkeeper,,0.21\n"));
        await Expect(import.Review).ToBeVisibleAsync();
        await TabToAsync(import.Review);
        await PressAsync("Enter");
        await Expect(Plan.Summary).ToHaveTextAsync("1 of 1 character will change");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Team_ByKeyboard_InvitesAndChangesRole()
    {
        await OpenAsync("team");
        await TabToAsync(Team.Invite);
        await PressAsync("Enter");
        await Expect(Team.InvitedEmail).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("lea@studio.example");
        await PressAsync("Enter");
        Assert.StartsWith($"{Address}account/join#", await Team.ReadLinkAsync(), StringComparison.Ordinal);
        // The link is shown once: Esc does not take it away.
        await PressAsync("Escape");
        await TabToAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }));
        await PressAsync("Enter");
        await TabToAsync(Team.CloseLink);
        await PressAsync("Enter");
        await Expect(Team.Invite).ToBeFocusedAsync();

        await TabToAsync(Team.Person("Jonas Brandt"));
        await PressAsync("Enter");
        await TabToAsync(Team.RoleOption("Designer"));
        await PressAsync("ArrowUp");
        await TabToAsync(Team.ChangeRole);
        await PressAsync("Enter");
        await TabToAsync(Team.ConfirmRole);
        await PressAsync("Enter");
        await Expect(Team.Done).ToHaveTextAsync("Jonas Brandt is now a Viewer.");
        var people = (await Dashboard.Services.GetRequiredService<TeamDirectory>().ReadAsync(TestPeople.As(Role.Admin), Cancellation))!.People;
        Assert.Equal(Role.Viewer, people.Single(member => member.Person.Id == "jonas").Person.Role);
        Assert.Empty(Problems);
    }

    private Task PressAsync(string key) => Page.Keyboard.PressAsync(key);
}
