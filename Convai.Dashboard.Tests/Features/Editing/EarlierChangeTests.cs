using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>A page that Ana loads again after a change was started: what it shows of that change, so that no one saves it twice.</summary>
[Trait("Speed", "Slow")]
public sealed class EarlierChangeTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Draft = """{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.70,"Temperature":0.42}""";

    [Fact]
    public async Task OwnChange_StillVerifying_ShowsThenItsOutcome()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"));
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        SetStoredDraft(Draft);
        var page = Open();
        await SaysAsync(page, "A change of Temperature: 0.70 → becomes 0.42 by you, just now, is still being verified.");
        await page.WaitForAssertionAsync(() => Assert.Contains("0.70 → becomes 0.42", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal));

        Host.Faults.Clear();
        time.Advance(ChangeRecord.MaxWriteDelay);
        await time.AdvanceUntilAsync(SaysAsync(page, ": Not confirmed. Convai reports 0.70 instead of 0.42."));
        await page.InvokeAsync(() => page.Find("[aria-label='Close this note']").ClickAsync());
        Assert.Empty(page.FindAll(".earlier"));
    }

    [Fact]
    public async Task OwnChange_ConfirmedWhileClosed_ShowsAndClearsDraft()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        SetStoredDraft(Draft);
        var page = Open();
        await SaysAsync(page, "Your change of Temperature: 0.70 → becomes 0.42, just now: Confirmed.");
        Assert.Empty(page.FindAll(".draft-bar"));
    }

    [Fact]
    public async Task ColleaguesChange_StillVerifying_ShowsTheirName()
    {
        await StartSandboxAsync();
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await SaysAsync(Open(), "by Jonas Brandt, just now, is still being verified.");
    }

    [Fact]
    public async Task OwnChange_CompletedBeforeDraft_IsNotShown()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        SetStoredDraft("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.42,"Temperature":0.5}""");
        var page = Open();
        await page.WaitForAssertionAsync(() => Assert.Contains("0.42 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".earlier"));
    }

    [Fact]
    public async Task SaveAgain_ClearsTheNote()
    {
        await StartSandboxAsync();
        Host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        SetStoredDraft(Draft);
        var page = Open();
        await SaysAsync(page, "Nothing changed. Convai answered with an error.");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".draft-actions button").Count));
        await page.InvokeAsync(() => page.FindAll(".draft-actions button")[1].ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".earlier"));
    }

    [Fact]
    public async Task Draft_RestoredIntoConflict_NamesTheAuthor()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.2m));
        SetStoredDraft(Draft);
        var page = Open();
        await page.WaitForAssertionAsync(() => Assert.Equal("0.20 Jonas Brandt", NormalizeText(page.FindAll(".conflict tbody td")[1].TextContent)));
    }

    [Fact]
    public async Task Draft_RestoredIntoConflictWithOutsideValue_NamesNoOne()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.2m));
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        Assert.Null(await Host.Get<ChangeJournal>().FindAuthorAsync(new Character(MiraId, "Mira the Innkeeper", new CharacterCoreSettings("gpt-4o", 0.9m), null, null), SettingsField.Temperature));
    }

    private void SetStoredDraft(string json)
    {
        var module = JSInterop.SetupModule(matcher => matcher.Arguments.Any(argument => $"{argument}".Contains("CharacterEditor", StringComparison.Ordinal)));
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<string?>("readDraft", _ => true).SetResult(json);
    }

    private IRenderedComponent<CharacterPage> Open() => Render<CharacterPage>(parameters => parameters.Add(page => page.Id, MiraId));

    private static Task SaysAsync(IRenderedComponent<CharacterPage> page, string words) =>
        page.WaitForAssertionAsync(() => Assert.Contains(words, NormalizeText(page.Find(".earlier").TextContent), StringComparison.Ordinal));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
