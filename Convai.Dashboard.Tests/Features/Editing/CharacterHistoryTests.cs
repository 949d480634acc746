using Bunit;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The history of one character: what it says of every way a change can have gone.</summary>
public sealed class CharacterHistoryTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    public static TheoryData<ChangeState, string, string?> EveryState => new()
    {
        { ChangeState.Asked, "In progress", null },
        { ChangeState.Sent, "In progress", "The dashboard keeps checking whether Convai received this." },
        { ChangeState.OutcomeUnknown, "Verifying", "Convai accepted it but doesn't show it yet." },
        { ChangeState.Confirmed, "Confirmed", null },
        { ChangeState.NotConfirmed, "Not confirmed", "Convai reports GPT-4o (gpt-4o) instead of Claude-4-Sonnet (claude-4-sonnet)." },
        { ChangeState.SentNotConfirmed, "Sent, not confirmed", "Convai accepted it, but doesn't report the reasoning level back." },
        { ChangeState.Rejected, "Rejected", "Convai rejected the value. Convai's reference: ref-7." },
        { ChangeState.Conflict, "Conflict", "Someone changed it first, so nothing was saved." },
        { ChangeState.Unchanged, "Nothing changed", "Convai rejected the value. Convai's reference: ref-7." },
        { ChangeState.NoOp, "No change needed", "Convai already had these values." },
        { ChangeState.Drifted, "Unreviewed", null },
        { ChangeState.Accepted, "Kept", "Ana Keller kept Convai's value." },
        { ChangeState.Restored, "Restored", "Restored by Ana Keller." },
        { ChangeState.Replaced, "Replaced", "Replaced by Ana Keller." },
    };

    [Theory]
    [MemberData(nameof(EveryState))]
    public async Task Row_EachState_ShowsItsOutcome(ChangeState state, string badge, string? note)
    {
        await StartSandboxAsync();
        // No one settles what this test leaves open.
        await using var turn = await Host.Get<CharacterLocks>().AcquireAsync(MiraId, Cancellation);
        await Host.Services.AddChangesAsync(Line(state));
        var history = await OpenAsync();
        Assert.Equal(badge, history.Find(".badge").TextContent);
        Assert.Equal(note ?? "", NormalizeText(history.FindAll(".timeline-fields > .timeline-muted").SingleOrDefault()?.TextContent ?? ""));
        Assert.Contains("Model: GPT-4o gpt-4o → becomes Claude-4-Sonnet claude-4-sonnet", NormalizeText(history.Find(".timeline-fields").TextContent), StringComparison.Ordinal);
        Assert.Contains("Temperature: 0.70 → becomes 0.42", NormalizeText(history.Find(".timeline-fields").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_EveryState_IsTested() => Assert.Equal(Enum.GetValues<ChangeState>(), EveryState.Select(row => row.Data.Item1));

    [Fact]
    public async Task Row_NeverSent_ShowsNote()
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync(Line(ChangeState.Unchanged, failure: null));
        Assert.Equal("It was not sent, or Convai didn't receive it.", (await OpenAsync()).Find(".timeline-fields > .timeline-muted").TextContent);
    }

    [Theory]
    [InlineData(ChangeState.Restored, "Restored in Convai.")]
    [InlineData(ChangeState.Replaced, "Replaced in Convai.")]
    public async Task Row_DriftResolvedInConvai_ShowsNote(ChangeState state, string note)
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync(Line(state, settledBy: null));
        Assert.Equal(note, (await OpenAsync()).Find(".timeline-fields > .timeline-muted").TextContent);
    }

    [Fact]
    public async Task Row_PersonsChange_ShowsNameAndReason()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m), reason: "Softer");
        var head = NormalizeText((await OpenAsync()).Find(".timeline-head").TextContent);
        Assert.StartsWith("Jonas Brandt just now", head, StringComparison.Ordinal);
        Assert.EndsWith("“Softer”", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_Drift_ShowsFirstSeenTimeWithoutName()
    {
        await StartSandboxAsync();
        await Host.Services.ObserveAsync();
        Host.Character("Mira the Innkeeper").Temperature = 0.9m;
        await Host.Services.ObserveAsync();
        Assert.Equal("Changed in Convai first seen just now", NormalizeText((await OpenAsync()).Find(".timeline-head").TextContent));
    }

    [Fact]
    public async Task NoChanges_ShowsEmptyState()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.5m), "Dockhand Pell");
        var history = Render<CharacterHistory>(parameters => parameters.Add(component => component.CharacterId, MiraId));
        await history.WaitForAssertionAsync(() => Assert.StartsWith("No changes yet.", history.Find(".history-empty").TextContent, StringComparison.Ordinal));
        Assert.Empty(history.FindAll("a"));
    }

    [Fact]
    public async Task MoreThanEight_ShowsLastEightAndLinksToAll()
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync([.. Enumerable.Range(1, 9).Select(number => Line(ChangeState.Confirmed, reason: $"Change {number}"))]);
        var history = await OpenAsync();
        Assert.Equal(8, history.FindAll("li").Count);
        Assert.Contains("“Change 9”", history.FindAll("li")[0].TextContent, StringComparison.Ordinal);
        var link = history.Find(".history-head a");
        Assert.Equal(("All 9 changes", $"history?character={MiraId}"), (link.TextContent, link.GetAttribute("href")));
    }

    [Fact]
    public async Task UpToEight_LinksToHistoryToo()
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync([.. Enumerable.Range(1, 8).Select(_ => Line(ChangeState.Confirmed))]);
        var history = await OpenAsync();
        Assert.Equal(8, history.FindAll("li").Count);
        Assert.Equal("Open in the history", history.Find(".history-head a").TextContent);
    }

    [Fact]
    public async Task ColleagueSaves_PageOpen_IsListed()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        var history = await OpenAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.43m));
        await history.WaitForAssertionAsync(() => Assert.Equal(2, history.FindAll("li").Count));
    }

    [Fact]
    public async Task Revert_SomethingToRestore_IsOfferedToEditors()
    {
        await StartSandboxAsync();
        await Host.Services.AddChangesAsync(Line(ChangeState.Conflict), Line(ChangeState.Confirmed));
        var history = await OpenAsync();
        Assert.Equal([1, 0], history.FindAll("li").Select(row => row.QuerySelectorAll("button").Length));
        Assert.Equal("Undo the change by Jonas Brandt…", history.Find("li button").GetAttribute("aria-label"));

        Visitor.SwitchRole(Role.Viewer);
        Assert.Empty((await OpenAsync()).FindAll("li button"));
    }

    [Fact]
    public async Task DatabaseUnreadable_ShowsErrorAndEditorStillWorks()
    {
        await StartSandboxAsync();
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m));
        await Host.Services.HideHistoryAsync();
        var page = Render<CharacterPage>(parameters => parameters.Add(component => component.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.Contains("The history could not be loaded.", page.Find(".history [role=status]").TextContent, StringComparison.Ordinal));
        Assert.Contains("The dashboard's database cannot be used right now.", page.Find(".history [role=status]").TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("[data-number]").InputAsync("0.5"));
        Assert.Contains("0.42 → becomes 0.50", NormalizeText(page.Find(".draft-bar").TextContent), StringComparison.Ordinal);
        await page.InvokeAsync(() => page.Find("[data-save]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("The change could not be recorded, so it was not sent to Convai.", page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
        Assert.Equal(0.42m, Host.Character("Mira the Innkeeper").Temperature);

        await Host.Services.RestoreHistoryAsync();
        await RetryAsync(page, ".history button");
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll(".history li")));
        await page.InvokeAsync(() => page.Find("[data-save]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("Confirmed by Convai", page.Find(".change-message-text").TextContent, StringComparison.Ordinal));
    }

    private async Task<IRenderedComponent<CharacterHistory>> OpenAsync()
    {
        var history = Render<CharacterHistory>(parameters => parameters.Add(component => component.CharacterId, MiraId));
        await history.WaitForAssertionAsync(() => Assert.NotEmpty(history.FindAll("li")));
        return history;
    }

    private static ChangeRecord Line(ChangeState state, string? reason = null, ConvaiFailureKind? failure = ConvaiFailureKind.ValueRejected, string? settledBy = "Ana Keller")
    {
        var isOutside = state >= ChangeState.Drifted;
        return new ChangeRecord
        {
            At = TimeProvider.System.GetUtcNow(),
            Kind = isOutside ? ChangeKind.Outside : ChangeKind.Edit,
            PersonId = isOutside ? null : "jonas",
            PersonName = isOutside ? null : "Jonas Brandt",
            CharacterId = MiraId,
            CharacterName = "Mira the Innkeeper",
            ModelBefore = "gpt-4o",
            ModelAfter = "claude-4-sonnet",
            TemperatureBefore = 0.70m,
            TemperatureAfter = 0.42m,
            Reason = reason,
            State = state,
            SettledBy = settledBy,
            ModelReported = "gpt-4o",
            TemperatureReported = 0.42m,
            Failure = state is ChangeState.Rejected or ChangeState.Unchanged ? failure : null,
            Reference = failure is null ? null : "ref-7",
        };
    }

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
