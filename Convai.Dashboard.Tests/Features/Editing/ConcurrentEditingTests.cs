using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What others do while the page of a character is open: Ana looks at Mira, Jonas and people outside change her.</summary>
public sealed class ConcurrentEditingTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task ColleagueSaves_NoDraft_ShowsWhoChangedWhat()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", 0.42m));
        await NumberAsync(page, "0.42");
        Assert.Equal("GPT-4.1", page.Find("[role=combobox]").GetAttribute("value"));
        Assert.Equal("Jonas Brandt changed the model to GPT-4.1 (gpt-4.1) and the temperature to 0.42.", ExternalChangeNote(page));
        Assert.Empty(page.FindAll(".draft-bar"));
        Assert.Equal("polite", page.Find(".elsewhere").ParentElement!.GetAttribute("aria-live"));
    }

    [Fact]
    public async Task ColleagueSaves_Note_CanBeClosed()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await NumberAsync(page, "0.42");
        await page.InvokeAsync(() => page.Find("[aria-label='Close this note']").ClickAsync());
        Assert.Empty(page.FindAll(".elsewhere"));
    }

    [Fact]
    public async Task ColleagueSaves_AnotherCharacter_ChangesNothingHere()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m), "Dockhand Pell");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt changed the model to GPT-4.1 (gpt-4.1).", ExternalChangeNote(page)));
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
    }

    [Fact]
    public async Task ColleagueSaves_OtherField_KeepsDraftAndSavesWithoutConflict()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("GPT-4.1", page.Find("[role=combobox]").GetAttribute("value")));
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt changed the model to GPT-4.1 (gpt-4.1).", ExternalChangeNote(page)));
        Assert.Contains("0.70 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);

        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal(("gpt-4.1", 0.5m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
    }

    [Theory]
    [InlineData("Overwrite with mine", "0.5")]
    [InlineData("Keep current value", "0.42")]
    public async Task ColleagueSaves_SameField_MarksDraftAndSavingAsks(string choice, string expected)
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt changed the temperature to 0.42. Your draft is kept. When you save, you choose which value to keep.", ExternalChangeNote(page)));
        Assert.Contains("0.42 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);

        await SaveAsync(page);
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal(["When you opened", "Current", "Your draft"], page.FindAll(".conflict thead th").Select(header => header.TextContent));
        Assert.Equal("Temperature 0.70 0.42 Jonas Brandt 0.50", NormalizeText(string.Join(' ', page.FindAll(".conflict tbody :is(th, td)").Select(cell => cell.TextContent))));

        await ClickAsync(page, choice);
        await NumberAsync(page, expected);
        await page.WaitForAssertionAsync(() => Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Host.Character("Mira the Innkeeper").Temperature));
        Assert.Empty(page.FindAll(".conflict"));
    }

    [Fact]
    public async Task ColleagueSaves_SameValue_ClearsTheDraft()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.5m));
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".draft-bar")));
        Assert.Equal("Jonas Brandt changed the temperature to 0.50.", ExternalChangeNote(page));
    }

    [Fact]
    public async Task ColleagueSaves_DuringConflict_ConflictShowsLatestValue()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await SaveAsync(page);
        await StatusAsync(page, "has changed since you opened it");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Equal("0.42 Jonas Brandt", NormalizeText(page.FindAll(".conflict tbody td")[1].TextContent)));
        // The panel asks already; nothing has to be saved for that.
        Assert.Equal("Jonas Brandt changed the temperature to 0.42.", ExternalChangeNote(page));
    }

    [Fact]
    public async Task ColleagueSaves_SameValue_ClearsTheReasonToo()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => page.Find(".draft-reason input").InputAsync("Softer"));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.5m));
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".draft-bar")));
        await TypeAsync(page, "0.6");
        Assert.Equal("", page.Find(".draft-reason input").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task ColleagueSaves_OverOwnSave_UndoDisappears()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt changed the temperature to 0.42.", ExternalChangeNote(page)));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() == "Undo");
        Assert.Empty(page.FindAll(".message"));
        await NumberAsync(page, "0.42");
    }

    [Fact]
    public async Task ColleagueSaves_OtherField_UndoStays()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt changed the model to GPT-4.1 (gpt-4.1).", ExternalChangeNote(page)));
        await ClickAsync(page, "Undo");
        await NumberAsync(page, "0.70");
        Assert.Equal(("gpt-4.1", 0.70m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
    }

    [Fact]
    public async Task ColleagueSaves_ChangedValue_IsMarkedUntilEdited()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Equal("", Mark(page, "temperature"));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Equal("Updated", Mark(page, "temperature")));
        Assert.Equal(("", "1"), (Mark(page, "model"), page.Find(".editor-cards").GetAttribute("data-arrived")));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.43m));
        await page.WaitForAssertionAsync(() => Assert.Equal("0", page.Find(".editor-cards").GetAttribute("data-arrived")));

        await TypeAsync(page, "0.5");
        Assert.Equal("Changed", Mark(page, "temperature"));
        await ClickAsync(page, "Discard");
        Assert.Equal("", Mark(page, "temperature"));
    }

    [Fact]
    public async Task OwnSave_MarksNoValue()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal("", Mark(page, "temperature"));
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "0.50 → becomes 0.70");
        Assert.Equal("Updated", Mark(page, "temperature"));
    }

    [Fact]
    public async Task ColleaguesSaveFails_ChangesNothingHere()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Contains("Rejected", page.Find(".history li").TextContent, StringComparison.Ordinal));
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
        Assert.Empty(page.FindAll(".elsewhere"));
    }

    [Fact]
    public async Task OwnSave_InAnotherWindow_ShowsNote()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.42m));
        await NumberAsync(page, "0.42");
        Assert.Equal("You changed the temperature to 0.42.", ExternalChangeNote(page));
    }

    [Fact]
    public async Task OwnSave_InAnotherWindowAfterFailedSaveHere_KeepsDraft()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.Drop, times: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Not changed so far");
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("GPT-4.1", page.Find("[role=combobox]").GetAttribute("value")));
        Assert.Equal("0.5", page.Find("[data-number]").GetAttribute("value"));
        Assert.Contains("0.70 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
        Assert.DoesNotContain("Confirmed by Convai", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutcomeUnknown_ConfirmedByLaterRead_UpdatesOpenPage()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Saved, but not verified");
        Host.Faults.Clear();
        await Host.Services.ObserveAsync();
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Contains("0.70 → becomes 0.50", NormalizeText(page.Find(".change-message-text").TextContent), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".draft-bar"));

        await ClickAsync(page, "Undo");
        await NumberAsync(page, "0.70");
        Assert.Equal(0.70m, Host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task OutcomeUnknown_NeverArrives_UpdatesOpenPageAndKeepsDraft()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"));
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite);
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Saved, but not verified");
        Host.Faults.Clear();
        time.Advance(ChangeRecord.MaxWriteDelay);
        await time.AdvanceUntilAsync(StatusAsync(page, "Convai accepted the change but reports 0.70 instead of 0.50."));
        Assert.Contains("0.70 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutcomeUnknown_EditedBeforeConfirmation_KeepsTheEdit()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await TypeAsync(page, "0.5");
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Saved, but not verified");
        await TypeAsync(page, "0.6");
        Host.Faults.Clear();
        await Host.Services.ObserveAsync();
        await page.WaitForAssertionAsync(() => Assert.Contains("Convai has confirmed your last save.", page.Find(".elsewhere").TextContent, StringComparison.Ordinal));
        Assert.Contains("0.50 → becomes 0.60", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visitors_EnterAndLeave_AreShown()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".character-others"));
        var jonas = Host.Get<Visitors>().Enter(MiraId, "jonas", "Jonas Brandt");
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt is here too", page.Find(".character-others[role=status]").TextContent));
        using var vera = Host.Get<Visitors>().Enter(MiraId, "vera", "Vera Lind");
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt and Vera Lind are here too", page.Find(".character-others").TextContent));
        using var lea = Host.Get<Visitors>().Enter(MiraId, "lea", "Lea Sommer");
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt and 2 others are here too", page.Find(".character-others").TextContent));
        jonas.Dispose();
        vera.Dispose();
        lea.Dispose();
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".character-others")));
    }

    [Fact]
    public async Task Visitors_OwnSecondWindowAndOtherCharacters_AreNotShown()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        using var second = Host.Get<Visitors>().Enter(MiraId, "ana", "Ana Keller");
        using var elsewhere = Host.Get<Visitors>().Enter(Host.Character("Dockhand Pell").Id, "vera", "Vera Lind");
        using var jonas = Host.Get<Visitors>().Enter(MiraId, "jonas", "Jonas Brandt");
        await page.WaitForAssertionAsync(() => Assert.Equal("Jonas Brandt is here too", page.Find(".character-others").TextContent));
    }

    [Fact]
    public async Task Visit_PageClosed_Ends()
    {
        await StartSandboxAsync();
        await OpenAsync();
        Assert.Equal(["Ana Keller"], Host.Get<Visitors>().GetOtherVisitors(MiraId, "jonas"));
        await DisposeComponentsAsync();
        Assert.Empty(Host.Get<Visitors>().GetOtherVisitors(MiraId, "jonas"));
    }

    [Fact]
    public async Task Drift_DetectedWhilePageIsOpen_ShowsOldAndNew()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".drift"));
        await DriftAsync(0.9m);
        await page.WaitForAssertionAsync(() => Assert.Contains("Temperature: 0.70 → becomes 0.90 first seen just now", NormalizeText(page.Find(".drift").TextContent), StringComparison.Ordinal));
        Assert.Equal("Changed in Convai", page.Find(".drift").GetAttribute("aria-label"));
        Assert.Equal("0.90", page.Find("[data-number]").GetAttribute("value"));
        Assert.Equal("Someone working in Convai changed the temperature to 0.90.", ExternalChangeNote(page));
    }

    [Fact]
    public async Task Drift_Accepted_IsRecordedAndNoteDisappears()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        await ClickAsync(page, "Keep Convai's value");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drift")));
        var drift = Assert.Single(await Host.Services.ChangesAsync());
        Assert.Equal((ChangeState.Accepted, "Ana Keller"), (drift.State, drift.SettledBy));
        await page.WaitForAssertionAsync(() => Assert.Contains("Ana Keller kept Convai's value.", page.Find(".history li").TextContent, StringComparison.Ordinal));
        Assert.Equal(0.9m, Host.Character("Mira the Innkeeper").Temperature);
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Drift_AcceptedByColleague_NoteDisappears()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        await Host.Get<ChangeJournal>().AcceptAsync(TestPeople.As(Role.Designer), MiraId, [.. (await Host.Services.ChangesAsync()).Select(change => change.Id)], Cancellation);
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drift")));
    }

    [Fact]
    public async Task Drift_Restored_IsConfirmedAndNoteDisappears()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        await ClickAsync(page, "Restore our value");
        await StatusAsync(page, "Confirmed by Convai");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drift")));
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
        Assert.Equal(0.70m, Host.Character("Mira the Innkeeper").Temperature);
        var changes = await Host.Services.ChangesAsync();
        Assert.Equal((ChangeState.Restored, "Ana Keller"), (changes[0].State, changes[0].SettledBy));
        Assert.Equal((ChangeKind.Undo, changes[0].Id, ChangeState.Confirmed), (changes[1].Kind, changes[1].UndoesId!.Value, changes[1].State));
    }

    [Fact]
    public async Task Drift_RestoreFails_KeepsNoteAndMakesDraft()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await ClickAsync(page, "Restore our value");
        await StatusAsync(page, "Nothing was changed");
        Assert.NotEmpty(page.FindAll(".drift"));
        Assert.Contains("0.90 → becomes 0.70", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drift")));
    }

    [Fact]
    public async Task Drift_RestoreConflicts_AsksAboutOurValue()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await ClickAsync(page, "Restore our value");
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal(["When you opened", "Current", "Our value"], page.FindAll(".conflict thead th").Select(header => header.TextContent));
        Host.Character("Mira the Innkeeper").Temperature = 0.3m;
        await ClickAsync(page, "Restore anyway");
        await page.WaitForAssertionAsync(() => Assert.Equal("0.30", page.FindAll(".conflict tbody td")[1].FirstChild!.TextContent.Trim()));
        Assert.Equal("Our value", page.FindAll(".conflict thead th")[^1].TextContent);
        await ClickAsync(page, "Restore anyway");
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal(0.70m, Host.Character("Mira the Innkeeper").Temperature);
        var changes = await Host.Services.ChangesAsync();
        var mine = changes.Where(change => change.PersonId is not null).ToList();
        Assert.Equal([ChangeKind.Undo, ChangeKind.Undo, ChangeKind.Undo], mine.Select(change => change.Kind));
        Assert.All(mine, restore => Assert.Equal(changes[0].Id, restore.UndoesId));
    }

    [Fact]
    public async Task Drift_ValueNotSetBefore_CanOnlyBeAccepted()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        Host.Character("The Ferryman").Temperature = 0.5m;
        await Host.Services.ObserveAsync();
        var page = await OpenAsync(Host.Character("The Ferryman").Id);
        await page.WaitForAssertionAsync(() => Assert.Contains("not set → becomes 0.50", NormalizeText(page.Find(".drift").TextContent), StringComparison.Ordinal));
        Assert.Equal(["Keep Convai's value"], page.FindAll(".drift button").Select(button => button.TextContent.Trim()));
    }

    [Fact]
    public async Task Drift_AsViewer_IsReadOnlyWithReason()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenDriftedAsync();
        Assert.Contains("A Designer can review it.", page.Find(".drift").TextContent, StringComparison.Ordinal);
        Assert.All(page.FindAll(".drift button"), button => Assert.True(button.HasAttribute("disabled")));
    }

    [Fact]
    public async Task Drift_WithDraft_CannotBeReviewed()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        await TypeAsync(page, "0.5");
        Assert.Contains("Save or discard your draft first.", page.Find(".drift").TextContent, StringComparison.Ordinal);
        Assert.All(page.FindAll(".drift button"), button => Assert.True(button.HasAttribute("disabled")));
        await ClickAsync(page, "Discard");
        Assert.All(page.FindAll(".drift button"), button => Assert.False(button.HasAttribute("disabled")));
    }

    [Fact]
    public async Task Drift_RevertedOutside_ShowsOldValueAgain()
    {
        await StartSandboxAsync();
        var page = await OpenDriftedAsync();
        Assert.Equal("0.90", page.Find("[data-number]").GetAttribute("value"));
        await DriftAsync(0.70m);
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".drift")));
        await NumberAsync(page, "0.70");
    }

    [Fact]
    public async Task ColleagueSaves_ValueAlreadySetOutside_ShowsTheValue()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        var page = await OpenAsync();
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.9m)));
        await page.WaitForAssertionAsync(() => Assert.Contains("No change needed", page.Find(".history").TextContent, StringComparison.Ordinal));
        await NumberAsync(page, "0.90");
    }

    private async Task DriftAsync(decimal temperature)
    {
        Host.Character("Mira the Innkeeper").Temperature = temperature;
        await Host.Services.ObserveAsync();
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenDriftedAsync()
    {
        await Host.Services.ObserveAsync();
        await DriftAsync(0.9m);
        var page = await OpenAsync();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(".drift")));
        return page;
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync(string id = MiraId)
    {
        // Until then a colleague's change is taken for one that was open before this page.
        var restoring = new TaskCompletionSource();
        var module = JSInterop.SetupModule(matcher => matcher.Arguments.Any(argument => $"{argument}".Contains("CharacterEditor", StringComparison.Ordinal)));
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<string?>("readDraft", _ => restoring.TrySetResult()).SetResult(null);
        var page = Render<CharacterPage>(parameters => parameters.Add(component => component.Id, id));
        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("Loading your account's models", page.Find(".account-list-note").TextContent, StringComparison.Ordinal));
        await restoring.Task.WaitAsync(DefaultWaitTimeout, Cancellation);
        return page;
    }

    private static Task TypeAsync(IRenderedComponent<CharacterPage> page, string text) =>
        page.InvokeAsync(() => page.Find("[data-number]").InputAsync(text));

    private static Task SaveAsync(IRenderedComponent<CharacterPage> page) =>
        page.InvokeAsync(() => page.FindAll(".draft-actions button")[1].ClickAsync());

    private static Task ClickAsync(IRenderedComponent<CharacterPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private static Task NumberAsync(IRenderedComponent<CharacterPage> page, string expected) =>
        page.WaitForAssertionAsync(() => Assert.Equal(expected, page.Find("[data-number]").GetAttribute("value")));

    private static Task StatusAsync(IRenderedComponent<CharacterPage> page, string words) =>
        page.WaitForAssertionAsync(() => Assert.Contains(words, NormalizeText(page.Find(".change-message-text").TextContent), StringComparison.Ordinal));

    private static string ExternalChangeNote(IRenderedComponent<CharacterPage> page) => NormalizeText(page.Find(".elsewhere").TextContent);

    /// <summary>The badge beside the heading of a setting.</summary>
    private static string Mark(IRenderedComponent<CharacterPage> page, string setting) =>
        string.Concat(page.FindAll($"#{setting}-title ~ .badge").Select(badge => badge.TextContent));

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
