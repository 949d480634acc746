using Bunit;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.History;

/// <summary>Reverting is shown before it is done, and is an ordinary change when it is.</summary>
public sealed class RevertDialogTests : DashboardTestContext
{
    private static readonly SettingsPatch Both = new("claude-4-sonnet", 0.42m);

    [Fact]
    public async Task Open_ShowsCurrentAndRevertedValues_AndWritesNothing()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(Both));
        await SaysAsync(dialog, "Restores the values from before the change by Jonas Brandt, just now.");
        Assert.Equal("Undo the change to Mira the Innkeeper", dialog.Find("h2").TextContent);
        Assert.Contains("Model: Claude-4-Sonnet claude-4-sonnet → becomes GPT-4o gpt-4o", Text(dialog), StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.42 → becomes 0.70", Text(dialog), StringComparison.Ordinal);
        Assert.Equal(["Cancel", "Undo change"], Buttons(dialog));
        Assert.Equal("polite", dialog.Find(".revert").GetAttribute("aria-live"));
        Assert.Single(await Host.Services.ChangesAsync());
    }

    [Fact]
    public async Task Revert_IsRecordedAsChangeLinkedToTheReverted()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(Both);
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Restores the values");
        await dialog.InvokeAsync(() => dialog.Find("#revert-reason").InputAsync("  Too dry after all "));
        await ClickAsync(dialog, "Undo change");
        await IsClosedAsync(dialog);
        Assert.Equal(("gpt-4o", 0.70m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
        var undo = (await Host.Services.ChangesAsync())[^1];
        Assert.Equal((ChangeKind.Undo, saved.Id, "Too dry after all", ChangeState.Confirmed), (undo.Kind, undo.UndoesId!.Value, undo.Reason, undo.State));
        Assert.Equal(("Ana Keller", new CharacterCoreSettings("claude-4-sonnet", 0.42m), new SettingsPatch("gpt-4o", 0.70m)), (undo.PersonName, undo.Before, undo.Asked));
    }

    [Fact]
    public async Task Revert_WithoutReason_RecordsNone()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(new SettingsPatch(null, 0.42m)));
        await SaysAsync(dialog, "Restores the values");
        await ClickAsync(dialog, "Undo change");
        await IsClosedAsync(dialog);
        Assert.Null((await Host.Services.ChangesAsync())[^1].Reason);
    }

    [Fact]
    public async Task Open_OneValueAlreadyRestored_OffersOnlyTheOther()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(Both);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4o", null));
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Temperature: 0.42 → becomes 0.70");
        Assert.DoesNotContain("Model:", Text(dialog), StringComparison.Ordinal);
        Assert.Equal(["Cancel", "Undo change"], Buttons(dialog));
    }

    [Fact]
    public async Task Open_ValuesAlreadyRestored_ShowsNothingToRevert()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(Both);
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4o", 0.70m));
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Convai already has these values, so there is nothing to undo.");
        Assert.Equal(["Close"], Buttons(dialog));
    }

    [Fact]
    public async Task Revert_ChangedSinceOpened_WritesNothingAndShowsNewPlan()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(Both));
        await SaysAsync(dialog, "Restores the values");
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await ClickAsync(dialog, "Undo change");
        await SaysAsync(dialog, "has changed since you opened it");
        Assert.Contains("Nothing was saved.", Text(dialog), StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.90 → becomes 0.70", Text(dialog), StringComparison.Ordinal);
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");

        await SaysAsync(dialog, "Since then, someone working in Convai has set the temperature to 0.90.");
        await ClickAsync(dialog, "Undo anyway");
        await IsClosedAsync(dialog);
        Assert.Equal(("gpt-4o", 0.70m), (Host.Character("Mira the Innkeeper").ModelCode, Host.Character("Mira the Innkeeper").Temperature));
    }

    [Fact]
    public async Task Open_ChangedAgainByOthers_ShowsWhoAndWhat()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(new SettingsPatch(null, 0.42m));
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("gpt-4.1", 0.6m));
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Since then, Ana Keller has set it to 0.60.");
        Assert.Contains("Temperature: 0.60 → becomes 0.70", Text(dialog), StringComparison.Ordinal);
        Assert.Equal(["Cancel", "Undo anyway"], Buttons(dialog));
    }

    [Fact]
    public async Task Open_ModelChangedAgainByOthers_NamesModel()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(Both);
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch("gpt-4.1", 0.6m));
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Since then, Ana Keller has set the model to GPT-4.1 (gpt-4.1) and the temperature to 0.60.");
    }

    [Fact]
    public async Task Open_ColleagueSaves_UpdatesPlan()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(Both));
        await SaysAsync(dialog, "Temperature: 0.42 → becomes 0.70");
        Assert.DoesNotContain("Since then", Text(dialog), StringComparison.Ordinal);
        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.6m));
        await SaysAsync(dialog, "Since then, Ana Keller has set the temperature to 0.60.");
        Assert.Contains("Temperature: 0.60 → becomes 0.70", Text(dialog), StringComparison.Ordinal);
        Assert.Equal(["Cancel", "Undo anyway"], Buttons(dialog));

        await Host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.7m));
        await SaysAsync(dialog, "Model: Claude-4-Sonnet claude-4-sonnet → becomes GPT-4o gpt-4o");
        await dialog.WaitForAssertionAsync(() => Assert.DoesNotContain("Since then", Text(dialog), StringComparison.Ordinal));
        Assert.Equal(["Cancel", "Undo change"], Buttons(dialog));
    }

    /// <summary>A second dialog that only says "Confirmed" would have to be closed: the page says it instead, with the values.</summary>
    [Fact]
    public async Task Confirmed_ClosesByItself_AndReturnsWhatWasUndone()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(new SettingsPatch(null, 0.42m));
        var dialog = Render<MudDialogProvider>();
        var undoing = dialog.InvokeAsync(() => Services.GetRequiredService<ChangeDialogs>().RevertAsync(saved));
        await dialog.WaitForAssertionAsync(() => Assert.NotEmpty(dialog.FindAll(".revert")));
        await SaysAsync(dialog, "Restores the values");
        await ClickAsync(dialog, "Undo change");
        await IsClosedAsync(dialog);
        var undone = (await undoing)!;
        Assert.Equal(saved.Id, undone.Change.Id);
        Assert.Equal(["Temperature 0.42 → 0.70"], undone.Fields.Select(field => $"{field.Label} {field.Before} → {field.After}"));
    }

    [Fact]
    public async Task Revert_AlreadyRestoredByOthers_WritesNothing()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(new SettingsPatch(null, 0.42m)));
        await SaysAsync(dialog, "Restores the values");
        Host.Character("Mira the Innkeeper").Temperature = 0.70m;
        await ClickAsync(dialog, "Undo change");
        await SaysAsync(dialog, "Convai already has these values");
        Assert.Equal(["Close"], Buttons(dialog));
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task Revert_NotConfirmed_ShowsConvaisValueAndOffersRetry()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        var dialog = await OpenAsync(await SavedAsync(new SettingsPatch(null, 0.42m)));
        await SaysAsync(dialog, "Restores the values");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(ClickAsync(dialog, "Undo change"));
        await SaysAsync(dialog, "Saved, not confirmed yet");
        Assert.Equal(["Close"], Buttons(dialog));
        await time.AdvanceUntilAsync(SaysAsync(dialog, "Not confirmed Convai accepted the change but reports 0.42 instead of 0.70."));
        await ClickAsync(dialog, "Try again");
        await IsClosedAsync(dialog);
    }

    [Fact]
    public async Task Revert_PartlySaved_RetriesOnlyWhatIsLeft()
    {
        await StartSandboxAsync();
        const string Wren = "Sister Wren";
        await Host.Services.ObserveAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, null, "low"), Wren);
        var wren = (await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation)).Characters!.Single(character => character.Name == Wren);
        await Host.Get<ChangeWriter>().WriteAsync(
            TestPeople.As(Role.Designer), new ChangeRequest(wren, wren.Settings.WithLastReasoning("low"), new SettingsPatch("claude-opus-4.1", null, "high")), null, Cancellation);
        var change = (await Host.Services.ChangesAsync())[^1];
        var dialog = await OpenAsync(change);
        await SaysAsync(dialog, "becomes Gemini-2.5-Flash gemini-2.5-flash");
        await SaysAsync(dialog, "becomes low");
        Host.Sandbox.Faults = async (context, answer) =>
        {
            if (context.Request.Path != "/character/update")
            {
                await answer(context);
                return;
            }

            Host.Character(Wren).ModelCode = "gemini-2.5-flash";
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"ERROR":"Invalid reasoning_effort 'low' for model 'gemini-2.5-flash'."}""");
        };
        await ClickAsync(dialog, "Undo change");
        await SaysAsync(dialog, "Partly saved");
        Assert.DoesNotContain("Model:", Text(dialog), StringComparison.Ordinal);
        Assert.Contains("Reasoning:", Text(dialog), StringComparison.Ordinal);
        Assert.Equal(["Cancel", "Try again"], Buttons(dialog));

        Host.Sandbox.Faults = static (context, answer) => answer(context);
        await ClickAsync(dialog, "Try again");
        await SaysAsync(dialog, "Sent");
        Assert.Equal(["Close"], Buttons(dialog));
        var undo = (await Host.Services.ChangesAsync())[^1];
        Assert.Equal((new SettingsPatch(null, null, "low"), change.Id, ChangeState.SentNotConfirmed), (undo.Asked, undo.UndoesId!.Value, undo.State));
    }

    [Fact]
    public async Task Open_DeletedCharacter_ShowsMessage()
    {
        await StartSandboxAsync();
        var saved = await SavedAsync(Both);
        ((List<SandboxCharacter>)Host.Sandbox.Account.Characters).RemoveAll(character => character.Name == "Mira the Innkeeper");
        await Host.Services.ObserveAsync();
        var dialog = await OpenAsync(saved);
        await SaysAsync(dialog, "Convai doesn't know this character. It may have been deleted.");
        Assert.Equal(["Cancel"], Buttons(dialog));
    }

    [Fact]
    public async Task Open_ConvaiUnreachable_ShowsError()
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        Host.Fail("list", SandboxFaultKind.Drop);
        await Host.Services.AddChangesAsync(new ChangeRecord
        {
            At = DateTimeOffset.UnixEpoch,
            Kind = ChangeKind.Edit,
            PersonId = "jonas",
            PersonName = "Jonas Brandt",
            CharacterId = Host.Character("Mira the Innkeeper").Id,
            CharacterName = "Mira the Innkeeper",
            TemperatureBefore = 0.5m,
            TemperatureAfter = 0.70m,
            State = ChangeState.Confirmed,
        });
        var dialog = await OpenAsync((await Host.Services.ChangesAsync())[0]);
        await SaysAsync(dialog, "The connection to Convai was lost before its answer was complete.");
        Assert.Equal(["Cancel"], Buttons(dialog));
    }

    [Fact]
    public async Task Revert_ConvaiUnreachable_ShowsNothingWasChanged()
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        var dialog = await OpenAsync(await SavedAsync(new SettingsPatch(null, 0.42m)));
        await SaysAsync(dialog, "Restores the values");
        Host.Fail("get", SandboxFaultKind.Drop, times: 1);
        await ClickAsync(dialog, "Undo change");
        await SaysAsync(dialog, "Nothing was changed The connection to Convai was lost before its answer was complete.");
        await ClickAsync(dialog, "Try again");
        await IsClosedAsync(dialog);
    }

    [Fact]
    public async Task Revert_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var dialog = await OpenAsync(await SavedAsync(new SettingsPatch(null, 0.42m)));
        await SaysAsync(dialog, "Restores the values");
        await Host.Get<TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await ClickAsync(dialog, "Undo change");
        await SaysAsync(dialog, "Nothing was changed Your role can view this but not change it.");
        Assert.Equal(0.42m, Host.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Cancel_ClosesAndWritesNothing()
    {
        await StartSandboxAsync();
        var dialog = await OpenAsync(await SavedAsync(Both));
        await SaysAsync(dialog, "Restores the values");
        await ClickAsync(dialog, "Cancel");
        await dialog.WaitForAssertionAsync(() => Assert.Empty(dialog.FindAll("h2")));
        Assert.Single(await Host.Services.ChangesAsync());
    }

    /// <summary>A change by Jonas.</summary>
    private async Task<ChangeRecord> SavedAsync(SettingsPatch change)
    {
        Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, change));
        return (await Host.Services.ChangesAsync())[^1];
    }

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(ChangeRecord change)
    {
        var dialogs = Render<MudDialogProvider>();
        // Ends with the dialog.
        _ = dialogs.InvokeAsync(() => Services.GetRequiredService<ChangeDialogs>().RevertAsync(change));
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll(".revert")));
        return dialogs;
    }

    private static Task ClickAsync(IRenderedComponent<MudDialogProvider> dialog, string words) =>
        dialog.InvokeAsync(() => dialog.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());

    private static Task SaysAsync(IRenderedComponent<MudDialogProvider> dialog, string words) =>
        dialog.WaitForAssertionAsync(() => Assert.Contains(words, Text(dialog), StringComparison.Ordinal));

    private static Task IsClosedAsync(IRenderedComponent<MudDialogProvider> dialog) =>
        dialog.WaitForAssertionAsync(() => Assert.Empty(dialog.FindAll(".revert")), TimeSpan.FromSeconds(10));

    private static string Text(IRenderedComponent<MudDialogProvider> dialog) =>
        string.Join(' ', dialog.Find(".revert").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Buttons(IRenderedComponent<MudDialogProvider> dialog) =>
        dialog.FindAll(".mud-dialog-actions button").Select(button => button.TextContent.Trim());
}
