using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The main job on the page, over the real write path and the real sandbox.</summary>
[Trait("Speed", "Slow")]
public sealed class CharacterPageTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task Open_ShowsConvaisValues_AndWritesNothing()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        Assert.Equal("Mira the Innkeeper", page.Find("h1").TextContent);
        Assert.Equal("GPT-4o", page.Find("[role=combobox]").GetAttribute("value"));
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
        Assert.Empty(page.FindAll(".draft-bar"));
        Assert.Equal(["getSupportedModel", "list"], Host.Endpoints.Order());
    }

    [Fact]
    public async Task Save_BothFields_ShowsConfirmed()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "claude-4-sonnet");
        await TypeAsync(page, "0,42");
        Assert.Equal("2 settings changed", page.Find(".draft-text b").TextContent);
        Assert.Contains("GPT-4o gpt-4o → becomes Claude-4-Sonnet claude-4-sonnet", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);

        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        var status = await StatusAsync(page, "Confirmed by Convai");
        Assert.Contains("0.70 → becomes 0.42", status, StringComparison.Ordinal);
        Assert.Equal(("claude-4-sonnet", 0.42m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
        Assert.Equal("polite", page.Find(".change-message-text").GetAttribute("aria-live"));
        Assert.Empty(page.FindAll(".draft-bar"));
    }

    [Fact]
    public async Task Save_EachCatalogueCode_ArrivesByteForByteAndIsConfirmed()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(Host.Character("Captain Reyes").Id);
        foreach (var model in ModelLists.ShippedOptions().Providers.SelectMany(provider => provider.Models))
        {
            await PickAsync(page, model.Code);
            await page.InvokeAsync(() => SaveButton(page).ClickAsync());
            await StatusAsync(page, $"becomes {model.Name} {model.Code}");
            Assert.EndsWith($"\"model_group_name\":\"{model.Code}\"}}", Host.Sandbox.Requests.Last(sent => sent.Endpoint == "update").Body, StringComparison.Ordinal);
            Assert.Equal(model.Code, Host.Character("Captain Reyes").ModelCode);
        }
    }

    [Fact]
    public async Task Save_TemperatureWithUnknownModel_SendsOnlyTemperature()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(Host.Character("Captain Reyes").Id);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Assert.DoesNotContain("model_group_name", Host.Sandbox.Requests.Single(sent => sent.Endpoint == "update").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_SeesEverything_WithoutEditing()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await OpenAsync(MiraId);
        Assert.True(page.Find("[role=combobox]").HasAttribute("disabled"));
        Assert.True(page.Find("[data-number]").HasAttribute("disabled"));
        Assert.True(page.Find("[data-range]").HasAttribute("disabled"));
        Assert.Equal("GPT-4o", page.Find("[role=combobox]").GetAttribute("value"));
        Assert.Contains("Your role can view this but not change it", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".draft-bar"));
    }

    [Fact]
    public async Task Demoted_WithDraft_KeepsDraftAndShowsReason()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.42");
        Visitor.SwitchRole(Role.Viewer);
        await page.WaitForAssertionAsync(() => Assert.Contains("Your role can view this but not change it.", page.Find(".draft-bar").TextContent, StringComparison.Ordinal));
        Assert.True(SaveButton(page).HasAttribute("disabled"));
    }

    [Fact]
    public async Task ForgedEvents_AsViewer_ChangeNothing()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.42");
        // The page still offers it; the database knows better.
        await Host.Get<Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Nothing was changed");
        Assert.Contains("Your role can view this but not change it", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("update", Host.Endpoints);

        // A browser that presses what is not offered to it.
        Visitor.SwitchRole(Role.Viewer);
        await page.InvokeAsync(() => page.Find("[data-save]").ClickAsync());
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Undo_RestoresOldValues()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        await ClickAsync(page, "Undo");
        await page.WaitForAssertionAsync(() => Assert.Equal("GPT-4o", page.Find("[role=combobox]").GetAttribute("value")));
        Assert.Equal("gpt-4o", Host.Character("Mira the Innkeeper").ModelCode);
    }

    [Fact]
    public async Task Discard_ShowsConvaisValues()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await TypeAsync(page, "7");
        Assert.True(SaveButton(page).HasAttribute("disabled"));
        await page.InvokeAsync(() => page.FindAll(".draft-actions button")[0].ClickAsync());
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
        Assert.Equal("GPT-4o", page.Find("[role=combobox]").GetAttribute("value"));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Save_ValueAppearsLate_IsVerifiedThenConfirmed()
    {
        var time = await StartSlowSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(page.InvokeAsync(() => SaveButton(page).ClickAsync()));
        var status = await time.AdvanceUntilAsync(StatusAsync(page, "Saved, not confirmed yet"));
        Assert.DoesNotContain("Your draft is still here.", status, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".draft-bar"));

        Host.Character("Mira the Innkeeper").Temperature = 0.5m;
        await time.AdvanceUntilAsync(StatusAsync(page, "Confirmed by Convai"));
        Assert.Equal(1, Host.Endpoints.Count(endpoint => endpoint == "update"));
    }

    [Fact]
    public async Task Save_ValueNeverAppears_KeepsDraftAndOffersRetry()
    {
        var time = await StartSlowSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(page.InvokeAsync(() => SaveButton(page).ClickAsync()));
        var status = await time.AdvanceUntilAsync(StatusAsync(page, "Convai accepted the change but reports GPT-4o (gpt-4o) instead of GPT-4.1 (gpt-4.1) and 0.70 instead of 0.50."));
        Assert.Contains("Your draft is still here.", status, StringComparison.Ordinal);
        Assert.Equal("2 settings changed", page.Find(".draft-text b").TextContent);
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
    }

    [Fact]
    public async Task Save_EditedDuringVerification_KeepsTheEdit()
    {
        var time = await StartSlowSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(page.InvokeAsync(() => SaveButton(page).ClickAsync()));
        await time.AdvanceUntilAsync(StatusAsync(page, "Saved, not confirmed yet"));
        await TypeAsync(page, "0.6");
        Host.Character("Mira the Innkeeper").Temperature = 0.5m;
        await time.AdvanceUntilAsync(page.WaitForAssertionAsync(() => Assert.Contains("0.50 → becomes 0.60", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal)));
        Assert.Contains("Convai has confirmed your last save.", page.Markup, StringComparison.Ordinal);
    }

    /// <summary>The clock is the test's; calls to Convai are given all the time that they need by it.</summary>
    private async Task<FakeTimeProvider> StartSlowSandboxAsync()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        return time;
    }

    [Theory]
    [InlineData(SandboxFaultKind.Drop, "Not changed so far The connection to Convai was lost before its answer was complete.")]
    [InlineData(SandboxFaultKind.ServerError, "Convai is having problems right now (HTTP 500).")]
    [InlineData(SandboxFaultKind.Html, "Not changed so far Convai's answer could not be understood.")]
    [InlineData(SandboxFaultKind.Detail, "Nothing was changed Convai rejected the value: “Unprocessable value.”")]
    [InlineData(SandboxFaultKind.MalformedKeyError, "Nothing was changed Convai rejected the API key.")]
    public async Task Save_Fails_ShowsReasonAndKeepsDraft(SandboxFaultKind fault, string sentence)
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await TypeAsync(page, "0.5");
        Host.Fail("update", fault, times: 1);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        var status = await StatusAsync(page, sentence);
        Assert.Contains("Your draft is still here.", status, StringComparison.Ordinal);
        Assert.Equal("2 settings changed", page.Find(".draft-text b").TextContent);

        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
    }

    [Fact]
    public async Task Save_PlanDoesNotAllowWrites_ShowsReason()
    {
        await StartSandboxAsync(("Convai:Sandbox:WritesAllowed", "false"));
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "doesn't allow changes through the API");
    }

    [Fact]
    public async Task Save_NoResponseAndNoVerification_ShowsOutcomeUnknown()
    {
        await StartSandboxAsync(("Convai:WriteTimeout", "00:00:00.500"), ("Convai:ReadTimeout", "00:00:00.500"), SandboxHost.NoRetries);
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.HangAfterApplying);
        Host.Fail("get", SandboxFaultKind.Html, after: 1);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "We don't know yet whether Convai saved the change");
        Host.Faults.Clear();
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Convai already has these values");
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
    }

    [Theory]
    [InlineData("Overwrite with mine", "0.5")]
    [InlineData("Keep current value", "0.90")]
    public async Task Conflict_AsksOnlyAboutConflictingField(string choice, string expected)
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await TypeAsync(page, "0.5");
        // No one can be said to have changed a value that was never known.
        await Host.Services.ObserveAsync();
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal("Temperature 0.70 0.90 Changed in Convai 0.50", NormalizeText(string.Join(' ', page.FindAll(".conflict tbody :is(th, td)").Select(cell => cell.TextContent))));

        await ClickAsync(page, choice);
        await page.WaitForAssertionAsync(() => Assert.Equal(expected, page.Find("[data-number]").GetAttribute("value")));
        Assert.Equal("GPT-4.1", page.Find("[role=combobox]").GetAttribute("value"));
        if (choice.StartsWith("Keep", StringComparison.Ordinal))
        {
            Assert.Equal("1 setting changed", page.Find(".draft-text b").TextContent);
            Assert.DoesNotContain("update", Host.Endpoints);
        }
    }

    [Fact]
    public async Task AccountList_Unavailable_ShowsNoteAndOffersCatalogue()
    {
        await StartSandboxAsync();
        Host.Fail("getSupportedModel", SandboxFaultKind.Html, times: 1);
        var page = await OpenAsync(MiraId);
        Assert.Contains("Your account's models could not be loaded: Convai's answer could not be understood.", page.Markup, StringComparison.Ordinal);
        await OpenListAsync(page);
        Assert.DoesNotContain(page.FindAll(".badge"), badge => badge.TextContent == "Not available to your account");
        await page.InvokeAsync(() => page.Find(".account-list-note button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains(page.FindAll(".badge"), badge => badge.TextContent == "Not available to your account"));
    }

    [Fact]
    public async Task ModerationOff_ShowsNote()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(Host.Character("Brother Anselm").Id);
        Assert.Contains("Moderation is off, so Convai offers only some models", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCharacter_ShowsNotFound()
    {
        await StartSandboxAsync();
        var page = Open("no-such-character");
        await page.WaitForAssertionAsync(() => Assert.Equal("Convai doesn't know this character", page.Find("h1").TextContent));
    }

    [Fact]
    public async Task ConvaiUnreachable_ShowsErrorAndRetries()
    {
        await StartSandboxAsync();
        Host.Fail("list", SandboxFaultKind.ServerError, times: 1);
        var page = Open(MiraId);
        await page.WaitForAssertionAsync(() => Assert.Equal("The character could not be loaded", page.Find("h1").TextContent));
        await ClickAsync(page, "Try again");
        await page.WaitForAssertionAsync(() => Assert.Equal("Mira the Innkeeper", page.Find("h1").TextContent));
    }

    [Fact]
    public async Task StoredDraft_ForgedValues_AreNotRestored()
    {
        await StartSandboxAsync();
        SetStoredDraft("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.70,"ModelCode":"gpt-4.1","Temperature":null}""");
        var page = await OpenAsync(MiraId);
        await page.WaitForAssertionAsync(() => Assert.Equal("GPT-4.1", page.Find("[role=combobox]").GetAttribute("value")));

        SetStoredDraft("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.95,"ModelCode":"forged","Temperature":0.5}""");
        var other = await OpenAsync(Host.Character("Dockhand Pell").Id);
        await other.WaitForAssertionAsync(() => Assert.Equal("0.50", other.Find("[data-number]").GetAttribute("value")));
        Assert.Equal("GPT-4o", other.Find("[role=combobox]").GetAttribute("value"));
    }

    [Fact]
    public async Task StoredDraft_ValueChangedSince_ShowsConflictImmediately()
    {
        await StartSandboxAsync();
        SetStoredDraft("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.10,"ModelCode":null,"Temperature":0.9}""");
        var page = await OpenAsync(MiraId);
        await StatusAsync(page, "has changed since you opened it");
        Assert.Contains("saved 0.70", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Restore 0.70", page.Find(".temperature-foot").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draft_StartedBeforeScriptLoads_IsStoredAfterwards()
    {
        await StartSandboxAsync();
        var module = EditorScript();
        // No picture follows these that could be waited for.
        var (attached, stored) = (new TaskCompletionSource(), new TaskCompletionSource<object?>());
        var attaching = module.SetupVoid("attach", _ => attached.TrySetResult());
        module.SetupVoid("storeDraft", call => stored.TrySetResult(call.Arguments[1])).SetVoidResult();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.33");
        module.VerifyNotInvoke("storeDraft");
        await attached.Task.WaitAsync(DefaultWaitTimeout, Cancellation);
        await page.InvokeAsync(() => attaching.SetVoidResult());
        Assert.Contains("\"Temperature\":0.33", $"{await stored.Task.WaitAsync(DefaultWaitTimeout, Cancellation)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoredDraft_AlreadySaved_IsDropped()
    {
        await StartSandboxAsync();
        SetStoredDraft("""{"OpenedModelCode":"gpt-4o","OpenedTemperature":0.10,"ModelCode":null,"Temperature":0.70}""");
        var page = await OpenAsync(MiraId);
        Assert.Empty(page.FindAll(".draft-bar"));
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
    }

    [Fact]
    public async Task Reopen_RightAfterSave_ShowsNewModel()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal("GPT-4.1", (await OpenAsync(MiraId)).Find("[role=combobox]").GetAttribute("value"));
    }

    [Fact]
    public async Task Retry_WithInvalidText_WritesNothing()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Nothing was changed");
        await TypeAsync(page, "7");
        await ClickAsync(page, "Try again");
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
        Assert.Contains("The temperature needs correcting.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_InvalidTextInField_ClearsTheError()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await PickAsync(page, "gpt-4.1");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        await TypeAsync(page, "7");
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "Confirmed by Convai");
        Assert.DoesNotContain("needs correcting", page.Markup, StringComparison.Ordinal);
        Assert.Equal("0.70", page.Find("[data-number]").GetAttribute("value"));
    }

    [Fact]
    public async Task Conflict_EditedFurther_ComparesWithConvaisCurrentValue()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "has changed since you opened it");
        await TypeAsync(page, "0.6");
        Assert.Contains("0.20 → becomes 0.60", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
    }

    [Fact]
    public async Task Conflict_OnUndo_ShowsChangedSinceSave()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "Mira the Innkeeper has changed since you saved it");
        Assert.Equal(["When you saved", "Current", "Before your change"], page.FindAll(".conflict thead th").Select(header => header.TextContent));

        await ClickAsync(page, "Undo anyway");
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal(0.7m, Host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Conflict_UndoAnywayConflictsAgain_IsUndoOfSameChange()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "has changed since you saved it");
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await ClickAsync(page, "Undo anyway");
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal(["When you opened", "Current", "Before your change"], page.FindAll(".conflict thead th").Select(header => header.TextContent));

        await ClickAsync(page, "Undo anyway");
        await StatusAsync(page, "0.90 → becomes 0.70");
        var mine = (await Host.Services.ChangesAsync()).Where(change => change.PersonId is not null).ToList();
        Assert.Equal([ChangeKind.Edit, ChangeKind.Undo, ChangeKind.Undo, ChangeKind.Undo], mine.Select(change => change.Kind));
        Assert.All(mine[1..], undo => Assert.Equal(mine[0].Id, undo.UndoesId));
    }

    [Fact]
    public async Task Conflict_UndoEditedFurther_IsSavedAsEdit()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "has changed since you saved it");
        await TypeAsync(page, "0.6");
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal("Your draft", page.FindAll(".conflict thead th")[^1].TextContent);
        await ClickAsync(page, "Overwrite with mine");
        await StatusAsync(page, "0.90 → becomes 0.60");
        var last = (await Host.Services.ChangesAsync()).Last(change => change.PersonId is not null);
        Assert.Equal((ChangeKind.Edit, null), (last.Kind, last.UndoesId));
    }

    [Fact]
    public async Task Conflict_OnSaveAfterUndo_IsAboutTheDraftAgain()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "0.50 → becomes 0.70");
        await TypeAsync(page, "0.6");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "has changed since you opened it");
        Assert.Equal(["When you opened", "Current", "Your draft"], page.FindAll(".conflict thead th").Select(header => header.TextContent));
    }

    [Fact]
    public async Task Conflict_InvalidTemperature_DisablesOverwrite()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Character("Mira the Innkeeper").Temperature = 0.2m;
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "has changed since you opened it");
        Assert.False(KeepMine(page).HasAttribute("disabled"));
        await TypeAsync(page, "0.5x");
        Assert.True(KeepMine(page).HasAttribute("disabled"));
        Assert.Equal("The temperature needs correcting.", page.Find($"#{KeepMine(page).GetAttribute("aria-describedby")}").TextContent);
    }

    [Theory]
    [InlineData("Restore 0.70")]
    [InlineData("Discard")]
    public async Task Reason_IsClearedWithItsDraft(string button)
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await ReasonAsync(page, "Softer in the tavern");
        await page.InvokeAsync(() => page.FindAll("button").Single(candidate => candidate.TextContent.Contains(button, StringComparison.Ordinal)).ClickAsync());
        await TypeAsync(page, "0.6");
        Assert.Equal("", page.Find(".draft-reason input").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task Retry_RecordsCurrentReason()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await ReasonAsync(page, "Old");
        Host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Nothing was changed");
        await ReasonAsync(page, "New");
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal(["Old", "New"], (await Host.Services.ChangesAsync()).Select(change => change.Reason));
    }

    [Fact]
    public async Task Retry_OfUndo_RecordsCurrentReason()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        Host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "Nothing was changed");
        await ReasonAsync(page, "Too dry");
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
        var undo = (await Host.Services.ChangesAsync())[^1];
        Assert.Equal((ChangeKind.Undo, "Too dry"), (undo.Kind, undo.Reason));
    }

    [Fact]
    public async Task Save_DatabaseLocked_ShowsFirstStepImmediately()
    {
        TestDatabase.SkipUnlessSqlite();
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        await using var other = new SqliteConnection(Database.ConnectionString(Host.Get<IOptions<DataOptions>>().Value));
        await other.OpenAsync(Cancellation);
        Task saving;
        await using (var transaction = other.BeginTransaction())
        {
            saving = page.InvokeAsync(() => SaveButton(page).ClickAsync());
            await page.WaitForAssertionAsync(() => Assert.Equal("Checking…", NormalizeText(SaveButton(page).TextContent)), TimeSpan.FromSeconds(3));
            Assert.False(saving.IsCompleted);
        }

        await saving;
        await StatusAsync(page, "Confirmed by Convai");
    }

    [Fact]
    public async Task Save_OtherFieldChangedOutside_ShowsNote()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        await TypeAsync(page, "0.5");
        Host.Character("Mira the Innkeeper").ModelCode = "gpt-4.1-nano";
        await page.InvokeAsync(() => SaveButton(page).ClickAsync());
        await StatusAsync(page, "Confirmed by Convai");
        await page.WaitForAssertionAsync(() =>
            Assert.Contains("Someone working in Convai changed the model to GPT-4.1-nano (gpt-4.1-nano).", page.Find(".elsewhere").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neighbours_FollowLastShownCast()
    {
        await StartSandboxAsync();
        var page = await OpenAsync(MiraId);
        Assert.Matches("^‹ ?[0-9]+ of 24 ?›$", NormalizeText(page.Find(".character-place").TextContent));

        Services.GetRequiredService<LastCastView>().Remember([MiraId, Host.Character("Pip").Id]);
        page = await OpenAsync(MiraId);
        Assert.Equal("1 of 2", page.Find(".character-place span:not([aria-hidden])").TextContent);
        var next = Assert.Single(page.FindAll(".character-place a"));
        Assert.Equal(($"characters/{Host.Character("Pip").Id}", "Pip (Ctrl+↓)"), (next.GetAttribute("href"), next.GetAttribute("title")));
        Assert.Empty((await OpenAsync(Host.Character("Captain Reyes").Id)).FindAll(".character-place"));
    }

    [Fact]
    public async Task UnknownCharacter_CallsOnlyTheCastList()
    {
        await StartSandboxAsync();
        var page = Open("no-such-character");
        await page.WaitForAssertionAsync(() => Assert.Equal("Convai doesn't know this character", page.Find("h1").TextContent));
        Assert.Equal(["list"], Host.Endpoints);
    }

    private void SetStoredDraft(string json) => EditorScript().Setup<string?>("readDraft", _ => true).SetResult(json);

    private BunitJSModuleInterop EditorScript()
    {
        var module = JSInterop.SetupModule(matcher => matcher.Arguments.Any(argument => $"{argument}".Contains("CharacterEditor", StringComparison.Ordinal)));
        module.Mode = JSRuntimeMode.Loose;
        return module;
    }

    private IRenderedComponent<CharacterPage> Open(string id) => Render<CharacterPage>(parameters => parameters.Add(page => page.Id, id));

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync(string id)
    {
        var page = Open(id);
        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("Loading your account's models", page.Find(".account-list-note").TextContent, StringComparison.Ordinal));
        return page;
    }

    private static Task PickAsync(IRenderedComponent<CharacterPage> page, string code) =>
        page.InvokeAsync(async () =>
        {
            await OpenListAsync(page);
            await page.Find($"[role=option][data-code='{code}']").ClickAsync();
        });

    private static Task OpenListAsync(IRenderedComponent<CharacterPage> page) => page.InvokeAsync(() => page.Find("[role=combobox]").FocusAsync(new()));

    private static Task TypeAsync(IRenderedComponent<CharacterPage> page, string text) =>
        page.InvokeAsync(() => page.Find("[data-number]").InputAsync(text));

    private static Task ReasonAsync(IRenderedComponent<CharacterPage> page, string reason) =>
        page.InvokeAsync(() => page.Find(".draft-reason input").InputAsync(reason));

    private static AngleSharp.Dom.IElement KeepMine(IRenderedComponent<CharacterPage> page) =>
        page.FindAll("button").Single(button => button.TextContent.Trim() == "Overwrite with mine");

    private static AngleSharp.Dom.IElement SaveButton(IRenderedComponent<CharacterPage> page) => page.FindAll(".draft-actions button")[^1];

    private static Task ClickAsync(IRenderedComponent<CharacterPage> page, string words) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private static async Task<string> StatusAsync(IRenderedComponent<CharacterPage> page, string words)
    {
        await page.WaitForAssertionAsync(
            () => Assert.Contains(words, NormalizeText(page.Find(".change-message-text").TextContent), StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        return NormalizeText(page.Find(".change-message-text").TextContent);
    }

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
