using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Convai.Dashboard.Features.Batches;

/// <summary>The plan, the run and the list of all, as a Designer and as a Viewer see them.</summary>
[Trait("Speed", "Slow")]
public sealed class BatchPagesTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task Plan_ShowsPendingChanges_AndWritesNothing()
    {
        await StartSandboxAsync();
        var page = OpenPlan(await PlanAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("23 of 24 characters will change · 1 unchanged", page.Find(".plan-words").TextContent));
        await page.WaitForAssertionAsync(() => Assert.Contains("Apply to 23 characters", page.Markup, StringComparison.Ordinal));
        await page.WaitForAssertionAsync(() => Assert.Contains("No change: Convai already has these values", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Theory]
    [InlineData(Role.Designer)]
    [InlineData(Role.Viewer)]
    public async Task Plan_UsageKnown_ShowsCallsNeededAndLeft(Role role)
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        Visitor.SwitchRole(role);
        var page = OpenPlan(batchId);
        await page.WaitForAssertionAsync(() => Assert.Matches("^Needs about 25 calls to Convai\\. 18,15[0-9] of 20,000 API calls \\(core-api\\) left, as of just now\\.$", Calls(page)));
    }

    [Fact]
    public async Task Plan_UsageUnknown_ShowsOnlyCallsNeeded()
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        Host.Fail("user-api-usage", SandboxFaultKind.GatewayHtml);
        var page = OpenPlan(await PlanAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("user-api-usage", Host.Endpoints));
        await page.WaitForAssertionAsync(() => Assert.Equal("Needs about 25 calls to Convai.", Calls(page)));
        Assert.Equal("23 of 24 characters will change · 1 unchanged", page.Find(".plan-words").TextContent);
    }

    [Fact]
    public async Task Plan_CharacterExcluded_UpdatesCountsImmediately()
    {
        await StartSandboxAsync();
        var page = OpenPlan(await PlanAsync());
        await page.WaitForAssertionAsync(() => Assert.True(Box(page, Mira).HasAttribute("checked")));
        await page.InvokeAsync(() => Box(page, Mira).ChangeAsync(false));
        await page.WaitForAssertionAsync(() => Assert.Equal("22 of 24 characters will change · 1 unchanged · 1 excluded", page.Find(".plan-words").TextContent));
        Assert.False(Box(page, Mira).HasAttribute("checked"));
        await page.InvokeAsync(() => Filter(page, "Excluded 1").ChangeAsync("on"));
        Assert.Equal([Mira], Names(page));
        await page.InvokeAsync(() => Box(page, Mira).ChangeAsync(true));
        await page.WaitForAssertionAsync(() => Assert.Equal("23 of 24 characters will change · 1 unchanged", page.Find(".plan-words").TextContent));
    }

    [Fact]
    public async Task Plan_ValueChangedSince_IsCountedAfterUpdate()
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        Host.Character(Mira).Temperature = 0.91m;
        await Host.Services.ObserveAsync();
        var page = OpenPlan(batchId);
        await page.WaitForAssertionAsync(() => Assert.Equal("22 of 24 characters will change · 1 unchanged · 1 changed since the plan was created", page.Find(".plan-words").TextContent));
        await page.WaitForAssertionAsync(() => Assert.Contains("It was 0.70 when the plan was created", page.Markup, StringComparison.Ordinal));
        await ClickAsync(page, "Refresh plan");
        await page.WaitForAssertionAsync(() => Assert.Equal("23 of 24 characters will change · 1 unchanged", page.Find(".plan-words").TextContent));
    }

    [Fact]
    public async Task Plan_Started_OpensRunThatIsConfirmed()
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        var plan = OpenPlan(batchId);
        await ClickAsync(plan, "Apply to 23 characters");
        await plan.WaitForAssertionAsync(() => Assert.EndsWith($"batches/{batchId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));

        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Contains("23 of 23 sent · 23 confirmed · 1 skipped", run.Markup, StringComparison.Ordinal));
        await run.WaitForAssertionAsync(() => Assert.Equal("Done", run.Find(".page-lead .badge").TextContent));
        await run.WaitForAssertionAsync(() => Assert.Contains("Undo batch…", run.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ItemFailed_ShowsItAndOffersRetry()
    {
        await StartSandboxAsync(("Batches:Parallelism", "1"));
        var batchId = await PlanAsync();
        Host.Fail("update", SandboxFaultKind.Detail, times: 1);
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Equal("Done, 1 failed", run.Find(".page-lead .badge").TextContent));
        await ClickAsync(run, "1 failed");
        await run.WaitForAssertionAsync(() => Assert.Single(run.FindAll("[role=listitem]")));
        await run.WaitForAssertionAsync(() => Assert.Contains("Convai rejected the value.", run.Find("[role=listitem]").TextContent, StringComparison.Ordinal));

        await ClickAsync(run, "Try 1 character again");
        await run.WaitForAssertionAsync(() => Assert.Equal("Done", run.Find(".page-lead .badge").TextContent));
    }

    [Fact]
    public async Task Undo_OpensPlan()
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Equal("Done", run.Find(".page-lead .badge").TextContent));
        await ClickAsync(run, "Undo batch…");
        await run.WaitForAssertionAsync(() => Assert.EndsWith($"batches/{batchId + 1}/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var plan = OpenPlan(batchId + 1);
        await plan.WaitForAssertionAsync(() => Assert.Equal("Undo: Temperature → 0.42", plan.Find("h1").TextContent));
        await plan.WaitForAssertionAsync(() => Assert.Equal("22 of 23 characters will change · 1 can't be undone", plan.Find(".plan-words").TextContent));
        Assert.Contains("Temperature stays 0.42: it had no value before, and Convai can't unset it", plan.Markup, StringComparison.Ordinal);

        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Admin), batchId + 1, Cancellation);
        run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Matches("^(Undone|Being undone) by Ana Keller, just now. See the undo$", string.Join(' ', run.Find(".note").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        Assert.DoesNotContain("Undo batch…", run.Markup, StringComparison.Ordinal);
        var list = Render<BatchesPage>();
        await list.WaitForAssertionAsync(() => Assert.Equal(["Done", "Undone"], list.FindAll("tbody .badge").Select(badge => badge.TextContent)), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Pages_AsViewer_ShowNoActions()
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        Visitor.SwitchRole(Role.Viewer);
        var plan = OpenPlan(batchId);
        await plan.WaitForAssertionAsync(() => Assert.NotEmpty(plan.FindAll(".plan-words")));
        Assert.All(plan.FindAll("button"), button => Assert.StartsWith("Show", button.TextContent, StringComparison.Ordinal));
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.NotEmpty(run.FindAll(".run-chips button")));
        Assert.Equal(run.FindAll(".run-chips button").Count, run.FindAll("button").Count);
    }

    [Fact]
    public async Task List_ShowsEachBatchWithItsState()
    {
        await StartSandboxAsync();
        var empty = Render<BatchesPage>();
        await empty.WaitForAssertionAsync(() => Assert.Contains("No batches yet", empty.Markup, StringComparison.Ordinal));
        var batchId = await PlanAsync();
        await empty.WaitForAssertionAsync(() => Assert.Contains("Plan", empty.Find("tbody .badge").TextContent, StringComparison.Ordinal));
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        await empty.WaitForAssertionAsync(() => Assert.Contains("23 of 23 confirmed", empty.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Equal($"batches/{batchId}", empty.Find("tbody a").GetAttribute("href"));
    }

    [Fact]
    public async Task Dialog_FilledFields_MakeThePlan()
    {
        await StartSandboxAsync();
        var cast = await Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var dialogs = Render<MudDialogProvider>();
        _ = dialogs.InvokeAsync(() => Services.GetRequiredService<BatchDialogs>().ChangeAsync([.. cast.Characters!.Take(3)]));
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Change 3 characters", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(["Leave unchanged", "Leave unchanged"], dialogs.FindAll(".segment:has(:checked)").Select(choice => choice.TextContent));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Choose a model, a temperature or a reasoning level.", dialogs.Find(".note-danger").TextContent));
        await PickAsync(dialogs, "batch-temperature-act", "Set to");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Enter a temperature, or choose “Leave unchanged”.", dialogs.Find(".note-danger").TextContent));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-temperature-number").InputAsync("1,5"));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Equal("Enter a value between 0 and 1, not 1.50.", dialogs.Find(".note-danger").TextContent));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-temperature-number").InputAsync("0,42"));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var plan = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal(3, plan.Rows.Count);
        Assert.All(plan.Rows, row => Assert.Equal(new SettingsPatch(null, 0.42m), row.Asked));
    }

    [Fact]
    public async Task Dialog_AtMost_PreviewsTheResult()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ChangeAsync(people), "Mira the Innkeeper", "Pip", "The Ferryman", "Unit 7");
        await PickAsync(dialogs, "batch-temperature-act", "At most");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-temperature-number").InputAsync("0.5"));
        Assert.Contains("2 of 4 drop to 0.50. 1 is already at or below 0.50. 1 has no temperature and stays unset.", dialogs.Markup, StringComparison.Ordinal);
        Assert.Equal(("0%", "70% 100%"), (Positions("slider-mark"), Positions("slider-mark-moved")));

        await PickAsync(dialogs, "batch-temperature-act", "Raise or lower by");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-step").InputAsync("0,1"));
        await dialogs.InvokeAsync(() => dialogs.Find("[aria-label='Raise or lower']").ChangeAsync("lower"));
        Assert.Contains("2 of 4 go down by 0.10. 1 is already at 0.00. 1 has no temperature and stays unset.", dialogs.Markup, StringComparison.Ordinal);
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var plan = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal("Lower temperature by 0.10", plan.Batch.Title);
        Assert.Equal([0.6m, 0.9m, null, null], plan.Rows.Select(row => row.TemperatureAfter));
        var page = OpenPlan(plan.Batch.Id);
        await page.WaitForAssertionAsync(() => Assert.Contains("Lower by 0.10", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Temperature not set, so left alone", page.Markup, StringComparison.Ordinal);

        string Positions(string name) => string.Join(' ', dialogs.FindAll($"circle.{name}").Select(mark => mark.GetAttribute("cx")));
    }

    [Fact]
    public async Task Dialog_ReplaceModels_SuggestsByRuleAndPreselectsNone()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ReplaceModelsAsync(people), "Yuki Arakawa", "Pip", "Bram Half-Coin");
        Assert.Equal(["Claude-3-7-Sonnet", "GPT-4o-mini"], dialogs.FindAll(".batch-now > [id]").Select(name => name.TextContent));
        Assert.Equal(["Leave unchanged", "Leave unchanged"], dialogs.FindAll(".model-field-button").Select(field => field.TextContent.Trim()));
        Assert.Empty(dialogs.FindComponents<ModelPicker>());
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        Assert.Equal("No model is replaced yet. Choose one, or set Model to “Leave unchanged”.", dialogs.Find(".note-danger").TextContent);

        await dialogs.InvokeAsync(() => dialogs.Find("#batch-swap-0").ClickAsync());
        Assert.Contains(ModelReplacement.Rule, dialogs.Find(".picker-list").TextContent, StringComparison.Ordinal);
        await dialogs.InvokeAsync(() => dialogs.Find("[id='batch-swap-0-claude-4-sonnet']").ClickAsync());
        Assert.Empty(dialogs.FindComponents<ModelPicker>());
        Assert.Empty(dialogs.FindAll(".note-danger"));
        Assert.Contains("1 of 3 gets another model.", dialogs.Markup, StringComparison.Ordinal);
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var plan = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal(("Claude-3-7-Sonnet → Claude-4-Sonnet", ChangeKind.Batch), (plan.Batch.Title, plan.Batch.Kind));
        Assert.Equal([null, null, "claude-4-sonnet"], plan.Rows.Select(row => row.ModelAfter));
    }

    [Fact]
    public async Task Dialog_ReplaceModels_TakesTheSuggestionsAtOnce_AndHighlightsThemInTheLists()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ReplaceModelsAsync(people), "Yuki Arakawa", "Market Crier", "Pip");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-swap-1").ClickAsync());
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-swap-1-input").TriggerEventAsync("onfocus", new Microsoft.AspNetCore.Components.Web.FocusEventArgs()));
        Assert.Contains(ModelReplacement.Rule, dialogs.Find(".picker-group:has(.picker-option-active)").TextContent, StringComparison.Ordinal);
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-swap-1-input").TriggerEventAsync("onkeydown", new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "Escape" }));
        await ClickAsync(dialogs, "Use suggested replacements (2)");
        Assert.Equal(2, dialogs.FindAll(".model-field-button .model-field-name").Count);
        Assert.True(dialogs.FindAll("button").Single(button => button.TextContent == "Use suggested replacements (2)").HasAttribute("disabled"));
        Assert.Contains("2 of 3 get another model.", dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialog_ReplaceModels_WithNoneReplaced_StillChangesTheTemperature()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ReplaceModelsAsync(people), "Yuki Arakawa", "Pip");
        await PickAsync(dialogs, "batch-temperature-act", "At most");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-temperature-number").InputAsync("0.5"));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal("Temperature at most 0.50", Assert.Single(await Host.Services.PlansAsync()).Batch.Title);
    }

    [Fact]
    public async Task Dialog_Step_IsPrefilled_AndSaysAtTheFieldWhatIsMissing()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ChangeAsync(people), "Mira the Innkeeper", "Pip");
        await PickAsync(dialogs, "batch-temperature-act", "Raise or lower by");
        Assert.Equal("0.10", dialogs.Find("#batch-step").GetAttribute("value"));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-step").InputAsync(""));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        Assert.Equal("Enter how much to raise by, such as 0.10.", dialogs.Find("#batch-step-error").TextContent);
        Assert.Empty(dialogs.FindAll(".note-danger"));
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-step").InputAsync("0"));
        Assert.Equal("", dialogs.Find("#batch-step-error").TextContent);
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        Assert.Equal(BatchText.StepOutOfRange, dialogs.Find("#batch-step-error").TextContent);
    }

    /// <summary>A complaint whose cause is gone must go too, whatever was changed.</summary>
    [Fact]
    public async Task Dialog_Problem_GoesWithTheNextEntry()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ChangeAsync(people), "Mira the Innkeeper", "Pip");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch").SubmitAsync());
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll(".note-danger")));
        await PickAsync(dialogs, "batch-temperature-act", "At most");
        Assert.Empty(dialogs.FindAll(".note-danger"));
    }

    [Fact]
    public async Task Dialog_ModelWithoutLevels_SaysSo()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ChangeAsync(people), "Sister Wren", "Pip");
        await PickAsync(dialogs, "batch-model-act", "Set all to");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-model").ClickAsync());
        await dialogs.InvokeAsync(() => dialogs.Find("[id='batch-model-gpt-4.1-mini']").ClickAsync());
        Assert.Contains("GPT-4.1-mini doesn't support reasoning levels.", dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialog_Level_ShowsNumberExcluded()
    {
        var dialogs = await OpenDialogAsync(people => Services.GetRequiredService<BatchDialogs>().ChangeAsync(people), "Sister Wren", "Pip");
        var medium = dialogs.FindAll("#batch-reasoning option").Single(level => level.TextContent == "medium").GetAttribute("value");
        await dialogs.InvokeAsync(() => dialogs.Find("#batch-reasoning").ChangeAsync(medium));
        Assert.Equal("1 of 2 will be excluded from the plan, because its model doesn't offer this level.", dialogs.Find("#batch-reasoning-hint").TextContent);
    }

    /// <summary>The first thing that it says, with what to do about it.</summary>
    [Fact]
    public async Task Plan_OntoModelsGoingAway_WarnsAndOffersToExclude()
    {
        await StartSandboxAsync();
        var batchId = await BatchTest.PlanAsync(Host, new SettingsPatch("claude-3-7-sonnet", null), character => character.Name is Mira or "Pip" or "Yuki Arakawa");
        var page = OpenPlan(batchId);
        await page.WaitForAssertionAsync(() => Assert.Equal("2 characters move onto Claude-3-7-Sonnet, which Convai is retiring.", page.Find(".plan-warnings li span").TextContent));
        Assert.Equal([Mira, "Pip", "Yuki Arakawa"], Names(page));
        await ClickAsync(page, "Show 2");
        Assert.Equal([Mira, "Pip"], Names(page));
        await ClickAsync(page, "Exclude 2");
        await page.WaitForAssertionAsync(() => Assert.StartsWith("0 of 3 characters will change", page.Find(".plan-words").TextContent, StringComparison.Ordinal));
        Assert.Equal("Nothing needs your attention", page.Find(".plan-check h2").TextContent);
    }

    [Fact]
    public async Task Plan_IsSearchedByName()
    {
        await StartSandboxAsync();
        var page = OpenPlan(await PlanAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal(24, Names(page).Count));
        Assert.Equal(Names(page).Order(StringComparer.CurrentCultureIgnoreCase), Names(page));
        await page.InvokeAsync(() => page.Find(".plan-search").InputAsync("mira inn"));
        Assert.Equal([Mira], Names(page));
        Assert.Contains("0.70", page.Find("tbody .plan-number.plan-now").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.42", page.Find("tbody .plan-number.plan-after").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find(".plan-search").InputAsync("zzz"));
        Assert.Contains("No characters match", page.Markup, StringComparison.Ordinal);
        await ClickAsync(page, "Show all 24");
        Assert.Equal(24, Names(page).Count);
    }

    [Fact]
    public async Task Pause_AfterFinished_IsRefused()
    {
        await StartSandboxAsync();
        var batchId = await PlanAsync();
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        await BatchTest.WaitUntilAsync(Host, batchId, BatchState.Done);
        Assert.Equal(BatchText.HadFinished, (await Host.Get<BatchService>().PauseAsync(TestPeople.As(Role.Designer), batchId, Cancellation)).Error);
        Assert.Equal(BatchState.Done, (await BatchTest.ReadAsync(Host, batchId)).Batch.State);
        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Equal("23", run.Find("[role=progressbar]").GetAttribute("aria-valuenow")));
        Assert.Equal(("100%", "100%"), (run.Find(".run-sent").GetAttribute("width"), run.Find(".run-confirmed").GetAttribute("width")));
        Assert.Empty(run.FindAll(".batch-row-end .badge"));
    }

    [Fact]
    public async Task StopDialog_BatchPaused_OffersKeepPaused()
    {
        await StartSandboxAsync(("Batches:Parallelism", "1"));
        Host.Sandbox.Options.Latency = TimeSpan.FromMilliseconds(200);
        var batchId = await PlanAsync();
        await Host.Get<BatchService>().StartAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        await Host.Get<BatchService>().PauseAsync(TestPeople.As(Role.Designer), batchId, Cancellation);
        var dialogs = Render<MudDialogProvider>();
        var run = OpenRun(batchId);
        await run.WaitForAssertionAsync(() => Assert.Equal("Paused", run.Find(".page-lead .badge").TextContent));
        _ = ClickAsync(run, "Stop…");
        await dialogs.WaitForAssertionAsync(() => Assert.Equal(["Stop the batch", "Keep paused"], dialogs.FindAll("button").Select(button => button.TextContent.Trim())));
        await dialogs.InvokeAsync(() => dialogs.FindAll("button")[1].ClickAsync());
        Assert.Equal(BatchState.Paused, (await BatchTest.ReadAsync(Host, batchId)).Batch.State);
    }

    private static AngleSharp.Dom.IElement Box(IRenderedComponent<BatchPlanPage> page, string name) => page.Find($"input[aria-label='Include {name}']");

    private static AngleSharp.Dom.IElement Filter(IRenderedComponent<BatchPlanPage> page, string choice) => page.FindAll(".segment").Single(label => label.TextContent == choice).QuerySelector("input")!;

    private static List<string> Names(IRenderedComponent<BatchPlanPage> page) => [.. page.FindAll(".plan-name a").Select(name => name.TextContent)];

    private async Task<IRenderedComponent<MudDialogProvider>> OpenDialogAsync(Func<IReadOnlyList<Character>, Task> open, params string[] names)
    {
        await StartSandboxAsync();
        var cast = await Host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        var dialogs = Render<MudDialogProvider>();
        _ = dialogs.InvokeAsync(() => open([.. names.Select(name => cast.Characters!.Single(character => character.Name == name))]));
        // The account's list says who is going away.
        await dialogs.WaitForAssertionAsync(() => Assert.NotEmpty(dialogs.FindAll("#batch")));
        await dialogs.WaitForAssertionAsync(() => Assert.True(Host.Get<AccountModels>().Last.IsAccountListKnown));
        await dialogs.InvokeAsync(() => { });
        return dialogs;
    }

    private static Task PickAsync(IRenderedComponent<MudDialogProvider> dialogs, string group, string choice) =>
        dialogs.InvokeAsync(() => dialogs.FindAll(".segment").Single(label => label.TextContent == choice && label.QuerySelector("input")!.GetAttribute("name") == group).QuerySelector("input")!.ChangeAsync("on"));

    private async Task<long> PlanAsync()
    {
        // One of them has the value already.
        Host.Character("Old Tobias").Temperature = 0.42m;
        await Host.Services.ObserveAsync();
        var cast = Host.Get<CastDirectory>().Last;
        var change = new SettingsPatch(null, 0.42m);
        var rows = cast.Characters!.Select(character => BatchItemRequest.From(character, change)).ToList();
        return (await Host.Get<BatchPlanner>().CreateAsync(TestPeople.As(Role.Designer), new PlanRequest(BatchText.Title(change, Host.Get<AccountModels>().Last), ChangeKind.Batch, rows), Cancellation)).Value!.BatchId;
    }

    private static string Calls(IRenderedComponent<BatchPlanPage> page) => string.Join(' ', page.Find(".plan-calls").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IRenderedComponent<BatchPlanPage> OpenPlan(long id) => Render<BatchPlanPage>(page => page.Add(plan => plan.Id, id));

    private IRenderedComponent<BatchRunPage> OpenRun(long id) => Render<BatchRunPage>(page => page.Add(run => run.Id, id));

    private static async Task ClickAsync<TPage>(IRenderedComponent<TPage> page, string words)
        where TPage : IComponent
    {
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll("button"), button => button.TextContent.Trim() == words));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync());
    }
}
