using System.Text.Json.Nodes;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Rehearsals against the sandbox over real HTTP: what they say, what they spend, and that they never touch the character itself.</summary>
[Trait("Speed", "Slow")]
public sealed class RehearsalTests : JournalTest
{
    // The fake clock must not run out before real HTTP has answered.
    private static readonly (string, string?)[] Patient = [("Convai:ReadTimeout", "00:05:00"), ("Convai:WriteTimeout", "00:05:00")];

    [Fact]
    public async Task Run_NoFaults_SpeaksEveryLineAndRemovesCopies()
    {
        await using var host = await SandboxHost.StartAsync();
        var before = host.Character("Mira the Innkeeper") with { };
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 2));
        var view = await host.EndOfRehearsalAsync(id);

        Assert.Equal((RehearsalState.Done, 18, 18, 0, false), (view.State, view.Asked, view.Answered, view.MaybeSpent, view.IsRemoving));
        Assert.Equal(["Now", "Candidate 1", "Candidate 2"], view.Columns.Select(column => column.Name));
        Assert.All(view.Columns, column => Assert.Equal((ColumnState.Ended, null), (column.State, column.Failure)));
        Assert.Equal(
            ["Convai reports gpt-4o at 0.70.", "Convai reports claude-4-sonnet at 0.40.", "Convai reports fast-gemma-4-31b-it at 0.55."], view.Columns.Select(column => column.Used));
        Assert.All(view.Columns.SelectMany(column => column.Answers), answer => Assert.True(answer is { State: AnswerState.Answered, Text.Length: > 0, Milliseconds: >= 0 }));
        Assert.Equal(18, host.Endpoints.Count(endpoint => endpoint == "getResponse"));
        Assert.Equal(before, host.Character("Mira the Innkeeper"));
        Assert.Empty(host.Sandbox.Account.Copies);
        await AssertOriginalsAreUntouchedAsync(host, id);
    }

    [Fact]
    public async Task Speak_EachRepeat_UsesItsOwnSession()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 2));
        await host.EndOfRehearsalAsync(id);
        var spoken = host.Sandbox.Requests.Where(request => request.Endpoint == "getResponse").Select(request => QueryHelpers.ParseQuery(request.Body)).ToList();
        Assert.All(spoken, form => Assert.Equal("False False", $"{form["voiceResponse"]} {form["stream"]}"));
        Assert.Equal(6, spoken.Count(form => form["sessionID"] == "-1"));
        var sessions = spoken.Where(form => form["sessionID"] != "-1").GroupBy(form => form["sessionID"].ToString()).ToList();
        Assert.Equal(6, sessions.Count);
        Assert.All(sessions, session => Assert.Single(session.Select(form => form["charID"].ToString()).Distinct()));
    }

    [Fact]
    public async Task Copy_HasNoToolsOrMemory_AndIsNamedAsCopy()
    {
        await using var host = await SandboxHost.StartAsync();
        using var silence = host.HoldAnswers();
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await host.WaitUntilAsync(id, view => view.Columns.All(column => column.State == ColumnState.Speaking));
        Assert.Equal(2, host.Sandbox.Account.Copies.Count);
        Assert.All(host.Sandbox.Account.Copies, copy =>
        {
            Assert.DoesNotContain(copy.Functions, function => function.IsActive);
            Assert.Empty(copy.McpServers);
            Assert.False(copy.HasMemory);
            Assert.Contains("Mira the Innkeeper (rehearsal copy ", copy.Name, StringComparison.Ordinal);
        });
        Assert.Equal(["sandbox-calendar"], host.Character("Mira the Innkeeper").McpServers);
    }

    [Fact]
    public async Task Cast_DuringRehearsal_ExcludesCopies()
    {
        await using var host = await SandboxHost.StartAsync();
        var count = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Count;
        using var silence = host.HoldAnswers();
        var id = await host.StartRehearsalAsync();
        await host.WaitUntilAsync(id, view => view.Columns.All(column => column.State == ColumnState.Speaking));
        Assert.Equal(count + 3, host.Sandbox.Account.Listed.Count());
        var cast = await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        Assert.Equal(count, cast.Characters!.Count);
        Assert.Empty(await ChangesAsync(host));
        // Nor can a copy be rehearsed, or anything else that is not in the cast.
        var refused = await host.Get<RehearsalService>().StartAsync(TestPeople.As(Role.Designer), RehearsalSteps.Request() with { CharacterId = host.Sandbox.Account.Copies[0].Id }, Cancellation);
        Assert.Equal(ConvaiText.UnknownCharacter, refused.Error);
    }

    [Fact]
    public async Task Cast_DuringCloneCall_ExcludesNewCharacters()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:05"));
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        host.Fail("clone_character", SandboxFaultKind.HangAfterApplying);
        await host.StartRehearsalAsync();
        while (host.Faults.Holds < 3)
        {
            await Task.Delay(5, Cancellation);
        }

        // Convai has the copies, and no one knows their ids yet.
        Assert.Equal(24, (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Count);
        Assert.Equal(27, host.Sandbox.Account.Listed.Count());
    }

    [Theory]
    [InlineData("source")]
    [InlineData("existing")]
    public async Task Clone_ReturnsExistingCharacter_FailsAndWritesNothing(string returned)
    {
        await using var host = await SandboxHost.StartAsync();
        var other = returned == "source" ? RehearsalSteps.Mira : host.Character("Old Tobias").Id;
        host.Faults["clone_character"] = new SandboxFault(SandboxFaultKind.Answer, Body: $$"""{"charID": "{{other}}"}""");
        var id = await host.StartRehearsalAsync();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.All(view.Columns, column => Assert.Equal((ColumnState.Failed, RehearsalText.NotACopy), (column.State, column.Failure)));
        Assert.Equal([CopyState.NotACopy], (await host.CopiesAsync(id)).Select(copy => copy.State).Distinct());
        // Whether Convai made a copy as well, an Admin has to look.
        Assert.All(
            await host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation), leftover => Assert.Contains(other, RehearsalText.Leftover(leftover.Copy), StringComparison.Ordinal));
        Assert.DoesNotContain(host.Endpoints, endpoint => endpoint is "update" or "delete" or "getResponse");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"charID": ""}""")]
    [InlineData("""{"charID": ["x"]}""")]
    public async Task Clone_NoIdReturned_IsListedAsPossibleLeftover(string body)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["clone_character"] = new SandboxFault(SandboxFaultKind.Answer, Body: body);
        var id = await host.StartRehearsalAsync();
        await host.EndOfRehearsalAsync(id);
        var leftover = await host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation);
        Assert.Equal([CopyState.Unknown, CopyState.Unknown, CopyState.Unknown], leftover.Select(copy => copy.Copy.State));
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<RehearsalService>().ReadLeftoverCopiesAsync(TestPeople.As(Role.Designer), Cancellation));
    }

    [Fact]
    public async Task Clone_TimesOut_ShowsNewCharacterToAdmins()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:00:00.300"));
        await host.Services.ObserveAsync();
        host.Fail("clone_character", SandboxFaultKind.HangAfterApplying);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await host.EndOfRehearsalAsync(id);
        var service = host.Get<RehearsalService>();
        Assert.All(await service.ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation), leftover => Assert.Null(RehearsalText.NewSince(leftover)));
        // The next reading of the cast finds what no one knows the id of.
        await host.Services.ObserveAsync();
        var leftovers = await service.ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation);
        Assert.Equal(2, leftovers.Count);
        Assert.All(leftovers, leftover => Assert.Equal(host.Sandbox.Account.Copies.Select(copy => copy.Id).Order(), leftover.NewCharacters.Select(character => character.Id).Order()));
        Assert.StartsWith("New since then: Mira the Innkeeper_copy (", RehearsalText.NewSince(leftovers[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("delete", host.Endpoints);
    }

    [Fact]
    public async Task Clone_RefusedByPlan_ShowsReason()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["clone_character"] = new SandboxFault(SandboxFaultKind.Answer, Status: 403, Body: """{"ERROR": "Your plan has reached its number of characters."}""");
        var id = await host.StartRehearsalAsync();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.All(view.Columns, column => Assert.Equal(
            "Convai made no copy. The Convai plan of this account doesn't allow this. Convai says: “Your plan has reached its number of characters.”", column.Failure));
        Assert.Equal([CopyState.NotMade], (await host.CopiesAsync(id)).Select(copy => copy.State).Distinct());
    }

    [Fact]
    public async Task Update_HasNoEffect_FailsColumnWithoutSpeaking()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, Patient);
        // Without active functions, so that only the settings show it.
        var quill = host.Character("Archivist Quill");
        quill.Functions = [];
        quill.McpServers = [];
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude) with { CharacterId = quill.Id });
        var view = await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        Assert.Equal(RehearsalText.NotOnItsSettings, view.Columns[1].Failure);
        // The other one has the settings that its copy was made with.
        Assert.Equal((ColumnState.Ended, 3), (view.Columns[0].State, view.Columns[0].Answered));
        Assert.Equal(3, host.Endpoints.Count(endpoint => endpoint == "getResponse"));
        Assert.Empty(host.Sandbox.Account.Copies);
        await AssertOriginalsAreUntouchedAsync(host, id);
    }

    [Fact]
    public async Task Update_FunctionsStayActive_FailsColumnWithoutSpeaking()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("update", SandboxFaultKind.IgnoreWrite);
        var id = await host.StartRehearsalAsync();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.All(view.Columns, column => Assert.Equal(RehearsalText.FunctionsStillActive, column.Failure));
        Assert.DoesNotContain("getResponse", host.Endpoints);
        await AssertOriginalsAreUntouchedAsync(host, id);
    }

    [Fact]
    public async Task Detach_McpServerStays_FailsColumnWithoutSpeaking()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("mcp/characters/detach", SandboxFaultKind.IgnoreWrite);
        var id = await host.StartRehearsalAsync();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.All(view.Columns, column => Assert.Equal(RehearsalText.ServersStillAttached, column.Failure));
        Assert.DoesNotContain("getResponse", host.Endpoints);
    }

    [Fact]
    public async Task Run_QuotaExceeded_StopsAndReportsInteractionsSpent()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["getResponse"] = new SandboxFault(SandboxFaultKind.Answer, After: 4, Status: 429, Body: """{"ERROR": "API usage limit exceeded for current plan."}""");
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 3));
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((RehearsalState.Stopped, RehearsalStop.Quota, 4), (view.State, view.StoppedFor, view.Answered));
        Assert.StartsWith("Stopped because the usage limit of this account's Convai plan is used up. 4 interactions spent", RehearsalText.Stopped(view), StringComparison.Ordinal);
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_SourceDeletedOrChanged_CompletesUnaffected(bool isDeleted)
    {
        await using var host = await SandboxHost.StartAsync();
        var silence = host.HoldAnswers();
        var id = await host.StartRehearsalAsync();
        await host.WaitUntilAsync(id, view => view.Columns.All(column => column.State == ColumnState.Speaking));
        var source = host.Character("Mira the Innkeeper");
        if (isDeleted)
        {
            host.Sandbox.Account.Delete(source);
        }
        else
        {
            (source.ModelCode, source.Temperature) = ("gpt-4.1", 0.1m);
        }

        silence.Dispose();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((RehearsalState.Done, 9), (view.State, view.Answered));
        Assert.Equal("Convai reports gpt-4o at 0.70.", view.Columns[0].Used);
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Stop_KeepsAnswersAndRemovesCopies()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.02"));
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 5));
        await host.WaitUntilAsync(id, view => view.Answered >= 2);
        Assert.Null((await host.Get<RehearsalService>().StopAsync(TestPeople.As(Role.Designer), id, Cancellation)).Error);
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((RehearsalState.Stopped, RehearsalStop.Asked), (view.State, view.StoppedFor));
        Assert.InRange(view.Answered, 2, view.Asked - 1);
        Assert.Empty(host.Sandbox.Account.Copies);
        Assert.Equal(RehearsalText.HasEnded, (await host.Get<RehearsalService>().StopAsync(TestPeople.As(Role.Designer), id, Cancellation)).Error);
    }

    [Fact]
    public async Task Speak_TimesOut_MayBeSpentAndIsNotRetried()
    {
        await using var host = await SandboxHost.StartAsync(("Test:AnswerTimeout", "00:00:00.300"));
        host.Fail("getResponse", SandboxFaultKind.HangAfterApplying, times: 1);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((RehearsalState.Done, 5, 1), (view.State, view.Answered, view.MaybeSpent));
        Assert.Equal(6, host.Endpoints.Count(endpoint => endpoint == "getResponse"));
    }

    [Fact]
    public async Task Stop_DatabaseLocked_StillRecordsCopyId()
    {
        TestDatabase.SkipUnlessSqlite();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, [.. Patient, ("Drift:ReadEvery", "00:00:00")]);
        // Not run by the server, so that only this run is stopped.
        var services = host.Get<RehearsalServices>();
        using var stopping = new CancellationTokenSource();
        using var run = new RehearsalRun(CopyRecord.ForSuggestions, services, stopping.Token);
        var record = await services.Copies.RequestAsync(1, 0, RehearsalSteps.Mira, "Mira the Innkeeper", Cancellation);
        await using var other = new SqliteConnection(Database.ConnectionString(host.Get<IOptions<DataOptions>>().Value));
        await other.OpenAsync(Cancellation);
        Task<ConvaiApi.CharacterCopy?> accepting;
        await using (var locked = other.BeginTransaction())
        {
            await stopping.CancelAsync();
            accepting = run.StoreOutcomeAsync(() => services.Copies.AcceptAsync(record, "the-copy", false, "", CancellationToken.None));
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(accepting.IsCompleted);
        }

        Assert.NotNull(await time.AdvanceUntilAsync(accepting));
        Assert.Equal(("the-copy", CopyState.Exists), ((await host.CopiesAsync(1))[0].CharacterId, (await host.CopiesAsync(1))[0].State));
    }

    [Fact]
    public async Task Send_AfterStop_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        using var silence = host.HoldAnswers();
        var id = await host.StartRehearsalAsync();
        await host.WaitUntilAsync(id, view => view.Columns.All(column => column.Answers[0].State == AnswerState.Sent));
        var store = host.Get<RehearsalRepository>();
        var waiting = (await store.LoadAsync(id, Cancellation))!.Answers.First(answer => answer.State == AnswerState.Waiting);
        // As another server does it, which this one has not heard of yet.
        await store.EndAsync(id, RehearsalStop.Asked, Cancellation);
        Assert.False(await store.TryMarkSentAsync(waiting, Cancellation));
        silence.Dispose();
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((3, 6), (view.Answered, view.Columns.SelectMany(column => column.Answers).Count(answer => answer.State == AnswerState.Waiting)));
    }

    [Fact]
    public async Task Copy_NotYetListed_StaysRecorded()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, [.. Patient, ("Drift:ReadEvery", "00:00:00")]);
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        const string Unknown = """{"ERROR": "Could not fetch character details from all_characters table."}""";
        host.Faults["functions/list"] = new SandboxFault(SandboxFaultKind.Answer, Status: 400, Body: Unknown);
        host.Faults["delete"] = new SandboxFault(SandboxFaultKind.Answer, Status: 400, Body: Unknown);
        host.Faults["list"] = new SandboxFault(SandboxFaultKind.Answer, Body: """{"characters": []}""");
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        Assert.Equal([CopyState.Exists, CopyState.Exists], (await host.CopiesAsync(id)).Select(copy => copy.State));

        host.Faults.Clear();
        time.Advance(RehearsalWorker.RemovalRetry + TimeSpan.FromMinutes(1));
        await time.AdvanceUntilAsync(host.WaitUntilAsync(id, view => !view.IsRemoving));
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Start_ReasoningOnlyCandidate_UsesCurrentModel()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Character("Mira the Innkeeper").ModelCode = "gemini-2.5-flash";
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: new SettingsPatch(null, null, "low")));
        Assert.Equal(new SettingsPatch("gemini-2.5-flash", 0.7m, "low"), (await host.EndOfRehearsalAsync(id)).Columns[1].Settings);
    }

    [Fact]
    public async Task Run_DatabaseLocked_KeepsAnswersAndContinues()
    {
        TestDatabase.SkipUnlessSqlite();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, [.. Patient, ("Drift:ReadEvery", "00:00:00")]);
        var silence = host.HoldAnswers();
        var id = await host.StartRehearsalAsync();
        await host.WaitUntilAsync(id, view => view.Columns.All(column => column.State == ColumnState.Speaking && column.Answers[0].State == AnswerState.Sent));
        await using var other = new SqliteConnection(Database.ConnectionString(host.Get<IOptions<DataOptions>>().Value));
        await other.OpenAsync(Cancellation);
        await using (var locked = other.BeginTransaction())
        {
            silence.Dispose();
            // What arrives now can't be recorded, so that nothing further is sent.
            time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(0, (await host.ReadRehearsalAsync(id)).Answered);
        }

        var view = await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        Assert.Equal((RehearsalState.Done, 9, 0), (view.State, view.Answered, view.MaybeSpent));
        Assert.Equal(9, host.Endpoints.Count(endpoint => endpoint == "getResponse"));
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Theory]
    [InlineData(404, """{"charID": "x", "text": "process_failure, error: SECRET"}""")]
    [InlineData(200, """{"charID": "x", "text": "process_failure, error: SECRET", "sessionID": "abc"}""")]
    [InlineData(200, """{"text": ""}""")]
    [InlineData(200, "<html>SECRET</html>")]
    public async Task Speak_ThreeInvalidAnswers_FailsColumnAndKeepsNoText(int status, string body)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["getResponse"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        var view = await host.EndOfRehearsalAsync(id);
        Assert.All(view.Columns, column => Assert.Equal((ColumnState.Failed, RehearsalText.NoAnswers, 0), (column.State, column.Failure, column.Answered)));
        Assert.DoesNotContain("SECRET", string.Join(' ', view.Columns.SelectMany(column => column.Answers).Select(answer => $"{answer.Text} {answer.Failure}")), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_StarterDemoted_Stops()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Latency", "00:00:00.02"));
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 5));
        await host.WaitUntilAsync(id, view => view.Answered >= 1);
        await host.Get<Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal((RehearsalState.Stopped, RehearsalStop.Role), (view.State, view.StoppedFor));
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Delete_CopyStillListed_IsLeftoverAndRetriedOnRequest()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, Patient);
        host.Fail("delete", SandboxFaultKind.IgnoreWrite);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        var service = host.Get<RehearsalService>();
        var leftover = await service.ReadLeftoverCopiesAsync(TestPeople.As(Role.Admin), Cancellation);
        Assert.Equal(2, leftover.Count);
        Assert.All(leftover, left => Assert.Equal(RehearsalText.StillListed, RehearsalText.Leftover(left.Copy)));
        // Not among the cast either, although they are there.
        Assert.Equal(24, (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!.Count);

        host.Faults.Clear();
        await service.RemoveCopyAsync(TestPeople.As(Role.Admin), leftover[0].Copy.Id, Cancellation);
        await time.AdvanceUntilAsync(host.WaitUntilAsync(id, _ => host.CopiesAsync(id).Result.Exists(copy => copy.State == CopyState.Removed)));
        Assert.NotEqual(2, host.Sandbox.Account.Copies.Count);
        await AssertOriginalsAreUntouchedAsync(host, id);
    }

    [Fact]
    public async Task DismissCopy_Leftover_IsNoLongerDeleted()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, Patient);
        host.Fail("delete", SandboxFaultKind.IgnoreWrite);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        host.Faults.Clear();
        var copies = host.Get<CharacterCopies>();
        var (kept, removing) = ((await host.CopiesAsync(id))[0].Id, (await host.CopiesAsync(id))[1].Id);
        var service = host.Get<RehearsalService>();
        Assert.Null((await service.DismissCopyAsync(TestPeople.As(Role.Admin), kept, Cancellation)).Error);
        Assert.False(await copies.ClaimRemovalAsync(kept, Cancellation));
        // Nor the other way round: what is being deleted cannot be kept.
        Assert.True(await copies.ClaimRemovalAsync(removing, Cancellation));
        Assert.Equal(RehearsalText.BeingRemoved, (await service.DismissCopyAsync(TestPeople.As(Role.Admin), removing, Cancellation)).Error);

        // As if the server had died during the deletion: the next check deletes that one alone.
        time.Advance(RehearsalWorker.RemovalRetry + TimeSpan.FromMinutes(1));
        await time.AdvanceUntilAsync(host.WaitUntilAsync(id, _ => host.CopiesAsync(id).Result.Exists(copy => copy.State == CopyState.Removed)));
        Assert.Equal([CopyState.Dismissed, CopyState.Removed], (await host.CopiesAsync(id)).Select(copy => copy.State));
        Assert.Single(host.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Delete_CopyAlreadyGone_CountsAsRemoved()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("getResponse", SandboxFaultKind.Html);
        host.Fail("delete", SandboxFaultKind.DropAfterApplying);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await host.EndOfRehearsalAsync(id);
        Assert.All(await host.CopiesAsync(id), copy => Assert.Equal(CopyState.Removed, copy.State));
    }

    private static readonly string[] FailingEndpoints =
        ["clone_character", "functions/list", "update", "mcp/characters/list", "mcp/characters/detach", "get", "getResponse", "chatHistory/get_prompt", "evaluate_conversation", "delete", "list"];

    private static readonly SandboxFaultKind[] FailureKinds =
        [SandboxFaultKind.ServerError, SandboxFaultKind.Html, SandboxFaultKind.ErrorAfterApplying, SandboxFaultKind.Drop, SandboxFaultKind.DropAfterApplying];

    public static TheoryData<string, SandboxFaultKind> Failures => new(from endpoint in FailingEndpoints from kind in FailureKinds select (endpoint, kind));

    /// <summary>The promise: whatever fails, only copies are written to, spoken to and deleted, and no more is spent than was announced.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Run_AnyFailure_TouchesOnlyCopiesAndStaysInBudget(string endpoint, SandboxFaultKind kind)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, [.. Patient, SandboxHost.NoRetries]);
        var before = host.Character("Mira the Innkeeper") with { };
        // The page and the start read these as well.
        host.Fail(endpoint, kind, after: endpoint is "get" or "list" ? 1 : 0);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude) with { Judge = new JudgeRequest(host.Character("Old Tobias").Id, "In character?") });
        var view = await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));

        Assert.NotEqual(RehearsalState.Running, view.State);
        Assert.InRange(host.Endpoints.Count(asked => asked == "getResponse"), 0, view.Asked);
        Assert.InRange(host.Endpoints.Count(asked => asked == "evaluate_conversation"), 0, 2);
        Assert.Equal(before, host.Character("Mira the Innkeeper"));
        await AssertOriginalsAreUntouchedAsync(host, id);
        Assert.All(await host.CopiesAsync(id), copy => Assert.True(copy.State is not CopyState.Requested && (!copy.MayExist || copy.FailedRemovals > 0)));
        Assert.DoesNotContain(host.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HiddenNames_BeforeReveal_ShowNoSettings()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(hidesNames: true));
        var hidden = await host.EndOfRehearsalAsync(id);
        Assert.Equal("Column A, Column B, Column C", string.Join(", ", hidden.Columns.Select(column => column.Name)));
        Assert.All(hidden.Columns, column => Assert.Equal((null, null, null, false), (column.Settings, column.Used, column.Failure, column.IsNow)));
        var service = host.Get<RehearsalService>();
        Assert.Null(await service.FindCandidateAsync(TestPeople.As(Role.Designer), new RehearsalCandidate(id, 0), RehearsalSteps.Mira, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => service.RevealAsync(TestPeople.As(Role.Viewer), id, Cancellation));

        Assert.Null((await service.RevealAsync(TestPeople.As(Role.Designer), id, Cancellation)).Error);
        var revealed = await host.ReadRehearsalAsync(id);
        Assert.Equal("Candidate 1, Candidate 2, Now", string.Join(", ", revealed.Columns.Select(column => column.Name).Order(StringComparer.Ordinal)));
        Assert.Equal("ABC", string.Concat(revealed.Columns.Select(column => column.Letter)));
        Assert.Equal("Jonas Brandt", revealed.RevealedBy);
        // What each column said stays where it was.
        Assert.Equal(hidden.Columns.SelectMany(column => column.Answers).Select(answer => answer.Text), revealed.Columns.SelectMany(column => column.Answers).Select(answer => answer.Text));
        Assert.Equal(RehearsalText.NotHidden, (await service.RevealAsync(TestPeople.As(Role.Designer), id, Cancellation)).Error);
    }

    [Fact]
    public async Task HiddenNames_DuringSetUp_ColumnsLookAlike()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:05:00"));
        // The last of the copies is not made: the others wait for it.
        using var silence = host.HoldAnswers("clone_character", after: 2);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(hidesNames: true));
        var service = host.Get<RehearsalRepository>();
        await host.WaitUntilAsync(id, _ => service.LoadAsync(id, default).Result!.Columns.Count(column => column.State == ColumnState.Verified) == 2);
        Assert.Equal([ColumnState.Configuring], (await host.ReadRehearsalAsync(id)).Columns.Select(column => column.State).Distinct());
        Assert.DoesNotContain("getResponse", host.Endpoints);
    }

    [Fact]
    public async Task HiddenNames_LateFirstCopy_ColumnsSpeakInDisplayOrder()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:WriteTimeout", "00:05:00"));
        using var silence = host.HoldAnswers();
        // The first column is ready last, and three conversations are all that there may be.
        var late = host.HoldAnswers("clone_character", times: 1);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(repeats: 3, hidesNames: true));
        var store = host.Get<RehearsalRepository>();
        await host.WaitUntilAsync(id, _ => store.LoadAsync(id, default).Result!.Columns.Count(column => column.State == ColumnState.Verified) == 2);
        late.Dispose();
        var view = await host.WaitUntilAsync(id, view => view.Columns.SelectMany(column => column.Answers).Count(answer => answer.State == AnswerState.Sent) == 3);
        Assert.Equal([ColumnState.Speaking, ColumnState.Configuring, ColumnState.Configuring], view.Columns.Select(column => column.State));
    }

    [Fact]
    public async Task AcceptCopy_RecordDismissed_ReturnsNull()
    {
        await using var host = await SandboxHost.StartAsync();
        var copies = host.Get<CharacterCopies>();
        var record = await copies.RequestAsync(1, 0, RehearsalSteps.Mira, "Mira the Innkeeper", Cancellation);
        await copies.CloseInterruptedAsync(1, Cancellation);
        Assert.True(await copies.DismissAsync(record.Id, Cancellation));
        Assert.Null(await copies.AcceptAsync(record, "the-copy", false, "", Cancellation));
        Assert.Equal(CopyState.Dismissed, (await host.CopiesAsync(1))[0].State);
    }

    [Fact]
    public async Task HiddenNames_ColumnFailed_HidesReason()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("getResponse", SandboxFaultKind.ErrorInside200);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(hidesNames: true));
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Single(view.Columns.Select(column => column.Failure).Distinct());
        Assert.DoesNotContain("several times", view.Columns[0].Failure, StringComparison.Ordinal);
        Assert.All(view.Columns.SelectMany(column => column.Answers).Where(answer => answer.Failure is not null), answer => Assert.Equal("No answer.", answer.Failure));
    }

    [Fact]
    public async Task HiddenNames_ColumnOrder_IsRandom()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("clone_character", SandboxFaultKind.Detail);
        var first = new HashSet<string>();
        for (var run = 0; run < 30 && first.Count < 3; run++)
        {
            var id = await host.StartRehearsalAsync(RehearsalSteps.Request(hidesNames: true));
            await host.Get<RehearsalService>().RevealAsync(TestPeople.As(Role.Designer), id, Cancellation);
            first.Add((await host.ReadRehearsalAsync(id)).Columns[0].Name);
        }

        Assert.Equal(3, first.Count);
    }

    [Fact]
    public async Task DeleteAnswers_RemovesTextAndKeepsTimes()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync();
        await host.EndOfRehearsalAsync(id);
        var service = host.Get<RehearsalService>();
        await Assert.ThrowsAsync<AccessDeniedException>(() => service.DeleteAnswersAsync(TestPeople.As(Role.Viewer), id, Cancellation));
        Assert.Null((await service.DeleteAnswersAsync(TestPeople.As(Role.Admin), id, Cancellation)).Error);
        var view = await host.ReadRehearsalAsync(id);
        Assert.NotNull(view.AnswersDeletedAt);
        Assert.All(view.Columns.SelectMany(column => column.Answers), answer => Assert.True(answer is { Text: null, State: AnswerState.Answered, Milliseconds: not null }));
    }

    [Fact]
    public async Task DeleteAnswers_StartedBySomeoneElse_RequiresAdmin()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync(role: Role.Admin);
        await host.EndOfRehearsalAsync(id);
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<RehearsalService>().DeleteAnswersAsync(TestPeople.As(Role.Designer), id, Cancellation));
    }

    [Fact]
    public async Task Answers_RetentionExpired_AreDeleted()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time, [.. Patient, ("Rehearsals:KeepAnswersFor", "2.00:00:00"), ("Drift:ReadEvery", "00:00:00")]);
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude));
        await time.AdvanceUntilAsync(host.EndOfRehearsalAsync(id));
        time.Advance(TimeSpan.FromDays(1.9));
        Assert.Null((await host.ReadRehearsalAsync(id)).AnswersDeletedAt);
        time.Advance(TimeSpan.FromDays(0.2));
        await time.AdvanceUntilAsync(host.WaitUntilAsync(id, view => view.AnswersDeletedAt is not null));
    }

    [Fact]
    public async Task Start_InvalidRequest_IsRefusedAndCreatesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        var service = host.Get<RehearsalService>();
        async Task<string?> RefusalAsync(RehearsalRequest request) => (await service.StartAsync(TestPeople.As(Role.Designer), request, Cancellation)).Error;

        Assert.Equal(RehearsalText.NoLines, await RefusalAsync(RehearsalSteps.Request() with { Lines = ["", "  "] }));
        Assert.Equal(RehearsalText.NoCandidate, await RefusalAsync(RehearsalSteps.Request() with { Candidates = [] }));
        Assert.Equal("Line 2 is longer than 500 characters.", await RefusalAsync(RehearsalSteps.Request() with { Lines = ["a", new string('x', 501)] }));
        Assert.Equal(RehearsalText.TooMuch, await RefusalAsync(RehearsalSteps.Request() with { Repeats = 6 }));
        Assert.Equal(RehearsalText.TooMuch, await RefusalAsync(RehearsalSteps.Request(candidates: [RehearsalSteps.Claude, RehearsalSteps.Claude, RehearsalSteps.Claude, RehearsalSteps.Claude])));
        Assert.Equal("Candidate 1: choose a model or enter a temperature.", await RefusalAsync(RehearsalSteps.Request(candidates: new SettingsPatch(null, null))));
        Assert.Equal("Candidate 1: Enter a value between 0 and 1, not 1.50.", await RefusalAsync(RehearsalSteps.Request(candidates: new SettingsPatch(null, 1.5m))));
        Assert.StartsWith("Candidate 1: ", await RefusalAsync(RehearsalSteps.Request(candidates: new SettingsPatch("made-up", null))), StringComparison.Ordinal);
        Assert.StartsWith("Candidate 1: ", await RefusalAsync(RehearsalSteps.Request(candidates: new SettingsPatch("gpt-4o", null, "high"))), StringComparison.Ordinal);
        await Assert.ThrowsAsync<AccessDeniedException>(() => service.StartAsync(TestPeople.As(Role.Viewer), RehearsalSteps.Request(), Cancellation));
        Assert.Empty(await service.ListAsync(TestPeople.As(Role.Viewer), Cancellation));
    }

    [Fact]
    public async Task Run_SpendsAnnouncedNumberOfInteractions()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync();
        await host.EndOfRehearsalAsync(id);
        Assert.Equal(10_000 - 6_120 - 9, (await host.Get<AccountUsage>().ReadInteractionsLeftAsync(TestPeople.As(Role.Viewer), Cancellation))!.Left);
    }

    /// <summary>Every call that writes, speaks or deletes named a copy that this rehearsal's own clone calls returned.</summary>
    private static async Task AssertOriginalsAreUntouchedAsync(SandboxHost host, long id)
    {
        var copies = (await host.CopiesAsync(id)).Select(copy => copy.CharacterId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var request in host.Sandbox.Requests.Where(request => request.Endpoint is "update" or "delete" or "getResponse" or "mcp/characters/detach" or "evaluate_conversation"))
        {
            var named = request.Endpoint == "getResponse" ? QueryHelpers.ParseQuery(request.Body)["charID"].ToString() : Named(JsonNode.Parse(request.Body)!.AsObject());
            Assert.Contains(named, copies);
        }

        static string Named(JsonObject body) => (string)(body["charID"] ?? body["character_id"])!;
    }
}
