using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Ana follows a link while Mira's page has a draft: stay, discard, or save and leave.</summary>
public sealed class LeavingWithDraftTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;

    private bool HasLeft => Services.GetRequiredService<NavigationManager>().Uri.EndsWith("/history", StringComparison.Ordinal);

    [Fact]
    public async Task SaveAndLeave_Saved_Leaves()
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        await LeaveAsync(page, "Save and leave");
        await LeftAsync();
        Assert.Equal(0.42m, Host.Character("Mira the Innkeeper").Temperature);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await Host.Services.ChangesAsync()).State);
    }

    [Fact]
    public async Task SaveAndLeave_NotYetVerified_Leaves()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        var page = await DraftAsync();
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await LeaveAsync(page, "Save and leave");
        await time.AdvanceUntilAsync(LeftAsync());
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task SaveAndLeave_VerificationFails_Leaves()
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await LeaveAsync(page, "Save and leave");
        await LeftAsync();
    }

    [Theory]
    [InlineData(SandboxFaultKind.Detail, "Nothing was changed")]
    [InlineData(SandboxFaultKind.Drop, "Not changed so far")]
    public async Task SaveAndLeave_Fails_StaysWithDraftAndReason(SandboxFaultKind fault, string message)
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        Host.Fail("update", fault, times: 1);
        await LeaveAsync(page, "Save and leave");
        await page.WaitForAssertionAsync(() => Assert.Contains(message, page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
        Assert.False(HasLeft);
        Assert.Equal("0.42", page.Find("[data-number]").GetAttribute("value"));
        Assert.NotEmpty(page.FindAll(".draft-bar"));
    }

    [Fact]
    public async Task SaveAndLeave_OutcomeUnknown_Stays()
    {
        await StartSandboxAsync(("Convai:WriteTimeout", "00:00:00.500"), ("Convai:ReadTimeout", "00:00:00.500"), SandboxHost.NoRetries);
        var page = await DraftAsync();
        Host.Fail("update", SandboxFaultKind.HangAfterApplying);
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await LeaveAsync(page, "Save and leave");
        await page.WaitForAssertionAsync(() => Assert.Contains("We don't know yet whether", page.Find(".change-message-text").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.False(HasLeft);
    }

    [Fact]
    public async Task SaveAndLeave_Conflict_StaysUntilAnswered()
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await LeaveAsync(page, "Save and leave");
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".conflict")));
        Assert.False(HasLeft);
        Assert.DoesNotContain("update", Host.Endpoints);

        await AskAsync(page);
        Assert.Equal("Your changes to Mira the Innkeeper haven't been saved. Choose which value to keep first.", _dialogs.Find(".mud-dialog-content").TextContent.Trim());
        Assert.Equal(["Discard and leave", "Stay"], Buttons());
    }

    [Fact]
    public async Task SaveAndLeave_SavedByColleague_LeavesWithoutWriting()
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        await AskAsync(page);
        await Host.Services.SaveAsync(Role.Designer, new Domain.SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".draft-bar")));
        await ChooseAsync("Save and leave");
        await LeftAsync();
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task SaveAndLeave_InvalidTemperature_IsNotOffered()
    {
        await StartSandboxAsync();
        var page = await DraftAsync("7");
        await AskAsync(page);
        Assert.Equal("Your changes to Mira the Innkeeper haven't been saved. The temperature needs correcting.", _dialogs.Find(".mud-dialog-content").TextContent.Trim());
        Assert.Equal(["Discard and leave", "Stay"], Buttons());
        await ChooseAsync("Stay");
        Assert.False(HasLeft);
        Assert.Equal("7", page.Find("[data-number]").GetAttribute("value"));
    }

    [Fact]
    public async Task SaveAndLeave_Demoted_IsNotOffered()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = await DraftAsync();
        Visitor.SwitchRole(Role.Viewer);
        await page.WaitForAssertionAsync(() => Assert.Contains("Your role can view this but not change it.", page.Find(".draft-bar").TextContent, StringComparison.Ordinal));
        await AskAsync(page);
        Assert.Equal(["Discard and leave", "Stay"], Buttons());
    }

    [Fact]
    public async Task DiscardAndLeave_LeavesWithoutWriting()
    {
        await StartSandboxAsync();
        var page = await DraftAsync();
        await LeaveAsync(page, "Discard and leave");
        await LeftAsync();
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    private async Task<IRenderedComponent<CharacterPage>> DraftAsync(string temperature = "0.42")
    {
        _dialogs = Render<MudDialogProvider>();
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Markup, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[data-number]").InputAsync(temperature));
        return page;
    }

    private async Task LeaveAsync(IRenderedComponent<CharacterPage> page, string choice)
    {
        await AskAsync(page);
        await ChooseAsync(choice);
    }

    private async Task AskAsync(IRenderedComponent<CharacterPage> page)
    {
        await page.InvokeAsync(() => Services.GetRequiredService<NavigationManager>().NavigateTo("history"));
        await _dialogs.WaitForAssertionAsync(() => Assert.Equal("Leave with unsaved changes?", _dialogs.Find("h2").TextContent));
    }

    private async Task ChooseAsync(string choice)
    {
        await _dialogs.InvokeAsync(() => _dialogs.FindAll("button").Single(button => button.TextContent.Trim() == choice).ClickAsync());
        await _dialogs.WaitForAssertionAsync(() => Assert.Empty(_dialogs.FindAll("h2")));
    }

    /// <summary>bUnit raises no event for a navigation that waited for an answer.</summary>
    private async Task LeftAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!HasLeft)
        {
            await Task.Delay(1, limit.Token);
        }
    }

    private IEnumerable<string> Buttons() => _dialogs.FindAll("button").Select(button => button.TextContent.Trim());
}
