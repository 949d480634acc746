using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Palette;

public sealed class CommandPaletteTests : DashboardTestContext
{
    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    [Fact]
    public async Task Palette_IsComboboxAndLoadsCastOnce()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        Assert.Equal("list", Assert.Single(Host.Endpoints));
        var box = palette.Find("[role=combobox]");
        Assert.Equal(palette.Find("[role=listbox]").Id, box.GetAttribute("aria-controls"));
        Assert.Equal("Go to", box.GetAttribute("aria-label"));
        Assert.Equal("true", box.GetAttribute("aria-expanded"));
        Assert.Equal("true", Active(palette).GetAttribute("aria-selected"));
        Assert.Contains("Go to…", palette.Find("button[data-palette]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_ContainsNoOptions()
    {
        await StartSandboxAsync();
        var palette = Open();
        Assert.Empty(palette.FindAll("[role=option]"));
        Assert.Equal("false", palette.Find("[role=combobox]").GetAttribute("aria-expanded"));
        Assert.Empty(Host.Endpoints);
    }

    [Fact]
    public async Task Enter_OnCharacter_OpensItsPage()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        await TypeAsync(palette, "mira");
        Assert.Contains("Mira the Innkeeper", Active(palette).TextContent, StringComparison.Ordinal);
        await PressAsync(palette, "Enter");
        await palette.WaitForAssertionAsync(() => Assert.EndsWith("/characters/57a0c93e-7472-11ef-ac22-42010a7be011", Address, StringComparison.Ordinal));
        Assert.Empty(palette.FindAll("[role=option]"));
        Assert.Equal("", palette.Find("[role=combobox]").GetAttribute("value") ?? "");
        await PressAsync(palette, "Enter");
        Assert.EndsWith("be011", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enter_OnModel_ShowsItsCharacters()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        await TypeAsync(palette, "claude-3-5-sonnet");
        Assert.Contains("1 character", Active(palette).TextContent, StringComparison.Ordinal);
        await PressAsync(palette, "Enter");
        await palette.WaitForAssertionAsync(() => Assert.EndsWith("/?model=claude-3-5-sonnet", Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Click_OpensTheEntry()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        await palette.InvokeAsync(() => palette.FindAll("[role=option]").Single(option => option.QuerySelector(".palette-name")!.TextContent == "Presets").ClickAsync());
        await palette.WaitForAssertionAsync(() => Assert.EndsWith("/presets", Address, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ArrowDown", "New rehearsal…")]
    [InlineData("ArrowDown ArrowUp ArrowUp", "New preset…")]
    [InlineData("End", "About this server")]
    [InlineData("End ArrowDown", "About this server")]
    [InlineData("End Home", "New preset…")]
    public async Task ArrowKeys_MoveTheActiveRow(string keys, string name)
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        foreach (var key in keys.Split(' '))
        {
            await PressAsync(palette, key);
        }

        Assert.Equal(name, Active(palette).QuerySelector(".palette-name")!.TextContent);
    }

    [Fact]
    public async Task NoMatches_ShowsMessageAndEnterDoesNothing()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        await TypeAsync(palette, "<b>zzz");
        Assert.Equal("Nothing matches “<b>zzz”.", palette.Find("[role=status]").TextContent);
        Assert.Contains("Nothing matches “<b>zzz”.", palette.Find(".palette-empty").TextContent, StringComparison.Ordinal);
        Assert.False(palette.Find("[role=combobox]").HasAttribute("aria-activedescendant"));
        var before = Address;
        await PressAsync(palette, "ArrowDown");
        await PressAsync(palette, "Enter");
        Assert.Equal(before, Address);
    }

    [Theory]
    [InlineData(Role.Admin, true)]
    [InlineData(Role.Designer, false)]
    [InlineData(Role.Viewer, false)]
    public async Task SecurityLog_IsListedOnlyForAdmins(Role role, bool isThere)
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(role);
        var palette = await OpenAsync();
        Assert.Equal(isThere, palette.FindAll(".palette-name").Any(name => name.TextContent == "Security log"));
    }

    [Fact]
    public async Task Open_AfterDemotion_UsesNewRole()
    {
        await StartSandboxAsync();
        var palette = await OpenAsync();
        await ChangeAnaAsync(person => person.SetProperty(ana => ana.Role, Role.Viewer));
        await palette.InvokeAsync(() => palette.Find("dialog").TriggerEventAsync("onclose", EventArgs.Empty));
        await palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.Contains(palette.FindAll(".palette-name"), name => name.TextContent == "History"));
        Assert.DoesNotContain(palette.FindAll(".palette-name"), name => name.TextContent == "Security log");
    }

    [Fact]
    public async Task Results_AreGroupedAndCounted()
    {
        await StartSandboxAsync();
        await Host.Services.CreatePresetAsync("Mira's voice", "gpt-4o", 0.4m);
        var palette = await OpenAsync();
        await TypeAsync(palette, "mira");
        Assert.Equal(["Characters", "Presets"], palette.FindAll("[role=group]").Select(group => group.GetAttribute("aria-label")));
        Assert.Equal("2 results.", palette.Find("[role=status]").TextContent);
        Assert.Equal("Mira the Innkeeper", Active(palette).QuerySelector(".palette-name")!.TextContent);
        Assert.Equal("GPT-4o · 0.70", Active(palette).QuerySelector(".palette-detail")!.TextContent);
        await PressAsync(palette, "ArrowDown");
        Assert.Equal("GPT-4o · 0.40", Active(palette).QuerySelector(".palette-detail")!.TextContent);
    }

    [Fact]
    public async Task NewPreset_FromAnyPage_IsCreatedAndShown()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var palette = await OpenAsync();
        await TypeAsync(palette, "new pre");
        // Ends with the dialog.
        _ = PressAsync(palette, "Enter");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("New preset", dialogs.Find("h2").TextContent));
        Assert.Empty(palette.FindAll("[role=option]"));
        await dialogs.InvokeAsync(() => dialogs.Find("#preset-name").InputAsync("Villager"));
        await dialogs.InvokeAsync(() => dialogs.FindAll(".segment input")[1].ChangeAsync("on"));
        await dialogs.InvokeAsync(() => dialogs.Find("#preset-temperature-number").InputAsync("0.4"));
        await dialogs.InvokeAsync(() => dialogs.Find("form").SubmitAsync());
        await palette.WaitForAssertionAsync(() => Assert.EndsWith("/presets", Address, StringComparison.Ordinal));
        Assert.Equal("Villager", Assert.Single(await Host.Get<PresetLibrary>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation)).Name);
    }

    /// <summary>The palette still offers what the role allowed when it was opened; the service refuses.</summary>
    [Fact]
    public async Task Invite_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        var dialogs = Render<MudDialogProvider>();
        var palette = await OpenAsync();
        await ChangeAnaAsync(person => person.SetProperty(ana => ana.Role, Role.Viewer));
        await TypeAsync(palette, "invite");
        _ = PressAsync(palette, "Enter");
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#invite-email")));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite-email").InputAsync("lea@studio.example"));
        await dialogs.InvokeAsync(() => dialogs.Find("#invite").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Only an Admin can see or change this. The invitation was not created.", dialogs.Find("[role=alert]").TextContent));
    }

    [Fact]
    public async Task OneSourceFails_OthersAreStillFound()
    {
        await StartSandboxAsync();
        await Host.Services.HideTableAsync("Presets");
        var palette = Open();
        await palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.NotEqual("", palette.Find("[role=status]").TextContent));
        await TypeAsync(palette, "mira");
        Assert.Equal("Mira the Innkeeper", Active(palette).QuerySelector(".palette-name")!.TextContent);
        await Host.Services.RestoreTableAsync("Presets");
    }

    [Theory]
    [InlineData(Role.Admin, "invite")]
    [InlineData(Role.Designer, "new preset")]
    [InlineData(Role.Viewer, "export")]
    public async Task Hint_DependsOnRole(Role role, string word)
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(role);
        var palette = await OpenAsync();
        Assert.Contains($"“{word}”", palette.Find("#palette-hint").TextContent, StringComparison.Ordinal);
        Assert.Equal("palette-hint", palette.Find("[role=combobox]").GetAttribute("aria-describedby"));
    }

    [Fact]
    public async Task SignInEnded_ShowsNoCharacters()
    {
        await StartSandboxAsync();
        await ChangeAnaAsync(person => person.SetProperty(ana => ana.SecurityStamp, "another"));
        var palette = Open();
        await palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.Equal("You are signed out. Sign in again to continue.", palette.Find("[role=status]").TextContent));
        await TypeAsync(palette, "mira");
        Assert.Empty(palette.FindAll("[role=option]"));
        Assert.Empty(Host.Endpoints);
    }

    [Fact]
    public async Task ConvaiUnreachable_ShowsErrorAndStillListsPages()
    {
        await StartSandboxAsync();
        Host.Fail("list", SandboxFaultKind.ServerError);
        var palette = Open();
        await palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.Contains("Convai is having problems", palette.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(palette.FindAll("[role=option]"));
    }

    [Fact]
    public async Task Typing_CastStillLoading_IsKept()
    {
        await StartSandboxAsync(("Convai:Sandbox:Latency", "00:00:00.300"));
        var palette = Open();
        var opening = palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.Equal("Loading the cast from Convai…", palette.Find("[role=status]").TextContent));
        await TypeAsync(palette, "mira the");
        await opening;
        await palette.WaitForAssertionAsync(() => Assert.Contains("Mira the Innkeeper", Active(palette).TextContent, StringComparison.Ordinal));
        Assert.Equal("1 result.", palette.Find("[role=status]").TextContent);
    }

    private async Task ChangeAnaAsync(Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<Person>> change)
    {
        await using var db = await Host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        await db.Users.Where(person => person.Id == TestPeople.Ana.Id).ExecuteUpdateAsync(change, Cancellation);
    }

    private IRenderedComponent<CommandPalette> Open() => Render<CommandPalette>();

    private async Task<IRenderedComponent<CommandPalette>> OpenAsync()
    {
        var palette = Open();
        await palette.InvokeAsync(() => palette.Find("[role=combobox]").FocusAsync());
        await palette.WaitForAssertionAsync(() => Assert.NotEmpty(palette.FindAll("[role=option]")));
        await palette.WaitForAssertionAsync(() => Assert.Equal("", palette.Find("[role=status]").TextContent));
        return palette;
    }

    private static Task TypeAsync(IRenderedComponent<CommandPalette> palette, string words) =>
        palette.InvokeAsync(() => palette.Find("[role=combobox]").InputAsync(words));

    private static Task PressAsync(IRenderedComponent<CommandPalette> palette, string key) =>
        palette.InvokeAsync(() => palette.Find("[role=combobox]").KeyDownAsync(new KeyboardEventArgs { Key = key }));

    private static AngleSharp.Dom.IElement Active(IRenderedComponent<CommandPalette> palette) =>
        palette.Find($"[id='{palette.Find("[role=combobox]").GetAttribute("aria-activedescendant")}']");
}
