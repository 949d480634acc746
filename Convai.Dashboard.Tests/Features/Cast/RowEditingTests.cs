using Bunit;
using Bunit.TestDoubles;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Ana changes Mira in her row of the cast: the draft, its save, and what happens to it when she leaves or others change Mira too.</summary>
[Trait("Speed", "Slow")]
public sealed class RowEditingTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;

    private bool HasLeft => Services.GetRequiredService<NavigationManager>().Uri.EndsWith("/history", StringComparison.Ordinal);

    [Fact]
    public async Task Save_Confirmed_ClosesRow()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        await page.InvokeAsync(() => page.Find(".row-reason").InputAsync("  Softer "));
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        await ClosedAsync(page);
        var change = Assert.Single(await Host.Services.ChangesAsync());
        Assert.Equal((ChangeKind.Edit, "Softer", ChangeState.Confirmed), (change.Kind, change.Reason, change.State));
        Assert.Equal(0.33m, Host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Save_NothingEdited_ClosesRowAndWritesNothing()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.7");
        await SaveAsync(page);
        await ClosedAsync(page);
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Save_ClickedAgainWhileSaving_WritesOnce()
    {
        await StartSandboxAsync();
        var hold = HoldWrites();
        var page = await EditAsync("0.33");
        var saving = SaveAsync(page);
        await hold.Begun.WaitAsync(DefaultWaitTimeout, Cancellation);
        // What a browser sends that has not drawn the disabled button yet.
        var again = SaveAsync(page);
        await TypeAsync(page, "0.9");
        hold.Release();
        await saving;
        await again;
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Single(await Host.Services.ChangesAsync());
        Assert.Equal(0.33m, Host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Save_FailsThenRetried_RecordsCurrentReason()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Nothing was changed");
        Assert.Equal("0.33", Number(page).GetAttribute("value"));
        await page.InvokeAsync(() => page.Find(".row-reason").InputAsync("New"));
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "Confirmed by Convai");
        await ClosedAsync(page);
        Assert.Equal([null, "New"], (await Host.Services.ChangesAsync()).Select(change => change.Reason));
    }

    [Fact]
    public async Task Retry_WithInvalidText_WritesNothing()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await SaveAsync(page);
        await StatusAsync(page, "Nothing was changed");
        await TypeAsync(page, "7");
        await ClickAsync(page, "Try again");
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
        Assert.Equal("7", Number(page).GetAttribute("value"));
    }

    [Fact]
    public async Task Leave_WhileSaving_WaitsWithoutAsking()
    {
        await StartSandboxAsync();
        var hold = HoldWrites();
        var page = await EditAsync("0.33");
        var saving = SaveAsync(page);
        await hold.Begun.WaitAsync(DefaultWaitTimeout, Cancellation);
        await LeaveAsync(page);
        Assert.Empty(_dialogs.FindAll("h2"));
        Assert.False(HasLeft);
        hold.Release();
        await saving;
        await LeftAsync();
        Assert.Empty(_dialogs.FindAll("h2"));
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await Host.Services.ChangesAsync()).State);
    }

    [Fact]
    public async Task Leave_SaveFails_AsksAboutDraft()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        var hold = HoldWrites("""{"detail": "Unprocessable value."}""");
        var saving = SaveAsync(page);
        await hold.Begun.WaitAsync(DefaultWaitTimeout, Cancellation);
        await LeaveAsync(page);
        Assert.Empty(_dialogs.FindAll("h2"));
        hold.Release();
        await saving;
        await AskedAsync();
        await ChooseAsync("Keep editing");
        Assert.False(HasLeft);
        Assert.Equal("0.33", Number(page).GetAttribute("value"));
    }

    [Theory]
    [InlineData("0.33")]
    [InlineData("7")]
    public async Task Leave_WithDraft_AsksAndDiscardWritesNothing(string typed)
    {
        await StartSandboxAsync();
        var page = await EditAsync(typed);
        await LeaveAsync(page);
        await AskedAsync();
        await ChooseAsync("Discard");
        await LeftAsync();
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task OpenOtherRow_WithDraft_AsksFirst()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        // Ends with the dialog.
        _ = OpenRowAsync(page, "Dockhand Pell");
        await AskedAsync();
        await ChooseAsync("Keep editing");
        Assert.Equal("0.33", Number(page).GetAttribute("value"));
        _ = OpenRowAsync(page, "Dockhand Pell");
        await AskedAsync();
        await ChooseAsync("Discard");
        await page.WaitForAssertionAsync(() => Assert.Equal("0.95", Number(page).GetAttribute("value")));
        await SaveAsync(page);
        await ClosedAsync(page);
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Conflict_InvalidTemperature_DisablesOverwriteWithReason()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        Host.Character(Mira).Temperature = 0.2m;
        await SaveAsync(page);
        await StatusAsync(page, "has changed since you opened it");
        Assert.False(Button(page, "Overwrite with mine").HasAttribute("disabled"));
        await TypeAsync(page, "0.5x");
        Assert.True(Button(page, "Overwrite with mine").HasAttribute("disabled"));
        Assert.Equal("The temperature needs correcting.", page.Find($"#{Button(page, "Overwrite with mine").GetAttribute("aria-describedby")}").TextContent);

        await ClickAsync(page, "Keep current value");
        await ClosedAsync(page);
        Assert.Equal(0.2m, Host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Conflict_OverwriteWithMine_IsRecordedAsEdit()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        Host.Character(Mira).Temperature = 0.2m;
        await SaveAsync(page);
        await StatusAsync(page, "has changed since you opened it");
        await ClickAsync(page, "Overwrite with mine");
        await StatusAsync(page, "Confirmed by Convai");
        await ClosedAsync(page);
        var change = (await Host.Services.ChangesAsync()).Last(change => change.PersonId is not null);
        Assert.Equal((ChangeKind.Edit, null, ChangeState.Confirmed), (change.Kind, change.UndoesId, change.State));
        Assert.Equal(0.33m, Host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Conflict_UndoAnyway_IsUndoOfSameChange()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        Host.Character(Mira).Temperature = 0.2m;
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "has changed since you saved it");
        Host.Character(Mira).Temperature = 0.9m;
        await ClickAsync(page, "Undo anyway");
        await page.WaitForAssertionAsync(() => Assert.Equal("0.90", page.FindAll(".conflict tbody td")[1].FirstChild!.TextContent.Trim()));
        Assert.Equal("Before your change", page.FindAll(".conflict thead th")[^1].TextContent);

        await ClickAsync(page, "Undo anyway");
        await StatusAsync(page, "0.90 → becomes 0.70");
        var mine = (await Host.Services.ChangesAsync()).Where(change => change.PersonId is not null).ToList();
        Assert.Equal([ChangeKind.Edit, ChangeKind.Undo, ChangeKind.Undo, ChangeKind.Undo], mine.Select(change => change.Kind));
        Assert.All(mine[1..], undo => Assert.Equal(mine[0].Id, undo.UndoesId));
        Assert.Equal(0.7m, Host.Character(Mira).Temperature);
    }

    [Fact]
    public async Task Undo_Fails_IsRetriedAsUndo()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await ClickAsync(page, "Undo");
        await StatusAsync(page, "Nothing was changed");
        await page.WaitForAssertionAsync(() => Assert.Equal("0.70", Number(page).GetAttribute("value")));
        await ClickAsync(page, "Try again");
        await StatusAsync(page, "0.33 → becomes 0.70");
        await ClosedAsync(page);
        var changes = await Host.Services.ChangesAsync();
        Assert.Equal((ChangeKind.Undo, changes[0].Id), (changes[^1].Kind, changes[^1].UndoesId!.Value));
    }

    [Fact]
    public async Task Save_ValueAppearsLate_ClosesRowThenConfirmed()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        var page = await EditAsync("0.33");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(SaveAsync(page));
        await StatusAsync(page, "Saved, not confirmed yet");
        await ClosedAsync(page);
        Host.Character(Mira).Temperature = 0.33m;
        await time.AdvanceUntilAsync(StatusAsync(page, "Confirmed by Convai"));
        Assert.Single(Host.Endpoints, endpoint => endpoint == "update");
    }

    [Fact]
    public async Task Save_NotConfirmedAfterAll_OpensRowWithDraft()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await StartSandboxAsync(time, ("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00"));
        var page = await EditAsync("0.33");
        Host.Fail("update", SandboxFaultKind.IgnoreWrite, times: 1);
        await time.AdvanceUntilAsync(SaveAsync(page));
        await ClosedAsync(page);
        await time.AdvanceUntilAsync(StatusAsync(page, "Not confirmed"));
        await page.WaitForAssertionAsync(() => Assert.Equal("0.33", Number(page).GetAttribute("value")));
    }

    [Fact]
    public async Task ColleagueSaves_OtherField_KeepsDraftAndReason()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        await page.InvokeAsync(() => page.Find(".row-reason").InputAsync("Softer"));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("GPT-4.1", Model(page)));
        Assert.Equal(("0.33", "Softer"), (Number(page).GetAttribute("value"), page.Find(".row-reason").GetAttribute("value")));
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        Assert.Equal(("gpt-4.1", 0.33m), (Host.Character(Mira).ModelCode, Host.Character(Mira).Temperature));
    }

    [Fact]
    public async Task ColleagueSaves_OverOwnSave_UndoDisappears()
    {
        await StartSandboxAsync();
        var page = await EditAsync("0.33");
        await SaveAsync(page);
        await StatusAsync(page, "Confirmed by Convai");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".row-outcome")));
    }

    [Fact]
    public async Task PickModel_InvalidTemperature_KeepsTypedText()
    {
        await StartSandboxAsync();
        var page = await EditAsync("7");
        await page.InvokeAsync(async () =>
        {
            await page.Find("#row-model").ClickAsync();
            await page.Find("#row-model-input").FocusAsync(new());
            await page.Find("[role=option][data-code='gpt-4.1']").ClickAsync();
        });
        Assert.Equal(("GPT-4.1", "7"), (Model(page), Number(page).GetAttribute("value")));
        await SaveAsync(page);
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    /// <summary>Mira's row, with this text typed as its temperature.</summary>
    private async Task<IRenderedComponent<CastPage>> EditAsync(string temperature)
    {
        _dialogs = Render<MudDialogProvider>();
        var page = Render<CastPage>();
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll("tbody .cast-row")));
        await page.WaitForAssertionAsync(() => Assert.Contains("Not available to your account", page.Markup, StringComparison.Ordinal));
        await OpenRowAsync(page, Mira);
        await TypeAsync(page, temperature);
        return page;
    }

    private static Task OpenRowAsync(IRenderedComponent<CastPage> page, string name) => page.InvokeAsync(() =>
        page.FindAll("tbody .cast-row").Single(row => row.QuerySelector(".cast-name a")?.TextContent == name).QuerySelector(".cast-temperature .cast-edit")!.ClickAsync());

    /// <summary>Writes reach Convai, which answers only when it is told to.</summary>
    /// <param name="refusal">What Convai then answers, with HTTP 400, and writes nothing; null if it carries out the write.</param>
    private Hold HoldWrites(string? refusal = null)
    {
        var hold = new Hold();
        Host.Sandbox.Faults = async (context, answer) =>
        {
            if (context.Request.Path != "/character/update")
            {
                await answer(context);
                return;
            }

            await hold.WaitAsync();
            if (refusal is null)
            {
                await answer(context);
                return;
            }

            context.Response.StatusCode = 400;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, refusal);
        };
        return hold;
    }

    private static AngleSharp.Dom.IElement Number(IRenderedComponent<CastPage> page) => page.Find("#row-temperature-number");

    private static string Model(IRenderedComponent<CastPage> page) => page.Find("#row-model .model-field-name").TextContent;

    private static Task TypeAsync(IRenderedComponent<CastPage> page, string text) => page.InvokeAsync(() => Number(page).InputAsync(text));

    private static Task SaveAsync(IRenderedComponent<CastPage> page) => page.InvokeAsync(() => page.Find("form.row-fields").SubmitAsync());

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<CastPage> page, string words) =>
        page.FindAll(".row-outcome button").Single(button => button.TextContent.Trim() == words);

    private static Task ClickAsync(IRenderedComponent<CastPage> page, string words) => page.InvokeAsync(() => Button(page, words).ClickAsync());

    private static Task StatusAsync(IRenderedComponent<CastPage> page, string words) => page.WaitForAssertionAsync(() =>
        Assert.Contains(words, string.Join(' ', page.Find(".row-outcome .change-message-text").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal));

    private static Task ClosedAsync(IRenderedComponent<CastPage> page) => page.WaitForAssertionAsync(() => Assert.Empty(page.FindAll(".row-editor")));

    private Task LeaveAsync(IRenderedComponent<CastPage> page) => page.InvokeAsync(() => Services.GetRequiredService<BunitNavigationManager>().NavigateTo("history"));

    private Task AskedAsync() => _dialogs.WaitForAssertionAsync(() => Assert.Equal(CastText.DiscardRow, _dialogs.Find("h2").TextContent));

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

    private sealed class Hold
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends once the first write has reached Convai.</summary>
        public Task Begun => _begun.Task;

        public void Release() => _released.SetResult();

        public Task WaitAsync()
        {
            _begun.TrySetResult();
            return _released.Task;
        }
    }
}
