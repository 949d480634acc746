using System.Text.Json;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A copy of a chosen character that judges what each column said.</summary>
[Trait("Speed", "Slow")]
public sealed class RehearsalJudgeTests : JournalTest
{
    [Fact]
    public async Task Judge_OnTemporaryCopy_GivesEachColumnAVerdict()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await host.StartRehearsalAsync(Request(host));
        var view = await host.EndOfRehearsalAsync(id);
        Assert.Equal("Old Tobias", view.JudgeName);
        Assert.Equal([2, 5, 2], view.Columns.Select(column => column.Score));
        Assert.StartsWith("A voice of its own", view.Columns[1].Verdict, StringComparison.Ordinal);
        // The cost that was announced is that of the answers.
        Assert.Equal((9, 3), (host.Endpoints.Count(endpoint => endpoint == "getResponse"), host.Endpoints.Count(endpoint => endpoint == "evaluate_conversation")));
        var judge = (await host.CopiesAsync(id)).Single(copy => copy.Column == RehearsalColumn.Judge);
        Assert.Equal(("Old Tobias", CopyState.Removed), (judge.SourceName, judge.State));
        Assert.All(
            host.Sandbox.Requests.Where(request => request.Endpoint == "evaluate_conversation").Select(request => JsonDocument.Parse(request.Body).RootElement),
            asked =>
            {
                Assert.Equal(judge.CharacterId, asked.GetProperty("character_id").GetString());
                Assert.Equal("Stays in [[its]] role?", asked.GetProperty("variables").GetProperty("rubric").GetString());
                Assert.Contains("[[conversation_history]]", asked.GetProperty("prompt").GetString(), StringComparison.Ordinal);
            });
        Assert.Empty(host.Sandbox.Account.Copies);

        await host.Get<RehearsalService>().DeleteAnswersAsync(TestPeople.As(Role.Admin), id, Cancellation);
        Assert.All((await host.ReadRehearsalAsync(id)).Columns, column => Assert.Equal((true, null), (column.Score is not null, column.Verdict)));
    }

    [Fact]
    public async Task Judge_NotChosen_GivesNoVerdicts()
    {
        await using var host = await SandboxHost.StartAsync();
        var view = await host.EndOfRehearsalAsync(await host.StartRehearsalAsync());
        Assert.All(view.Columns, column => Assert.Equal((null, null), (column.Score, column.Verdict)));
        Assert.DoesNotContain("evaluate_conversation", host.Endpoints);
    }

    [Theory]
    [InlineData(500, """{"ERROR": "SECRET"}""")]
    [InlineData(200, """{"score": 9, "reason": "SECRET"}""")]
    [InlineData(200, """{"verdict": "SECRET"}""")]
    [InlineData(200, "SECRET")]
    public async Task Judge_InvalidVerdict_IsReportedOnceWithoutText(int status, string body)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["evaluate_conversation"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body);
        var view = await host.EndOfRehearsalAsync(await host.StartRehearsalAsync(Request(host) with { HidesNames = true }));
        Assert.Equal((RehearsalState.Done, 9), (view.State, view.Answered));
        Assert.All(view.Columns, column => Assert.Equal((null, "No verdict."), (column.Score, column.Verdict)));
        Assert.Equal(3, host.Endpoints.Count(endpoint => endpoint == "evaluate_conversation"));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("SECRET", StringComparison.Ordinal));
        await host.Get<RehearsalService>().RevealAsync(TestPeople.As(Role.Designer), view.Id, Cancellation);
        Assert.All((await host.ReadRehearsalAsync(view.Id)).Columns, column => Assert.Matches("^No verdict\\. [^S]*$", column.Verdict));
        Assert.Empty(host.Sandbox.Account.Copies);
    }

    [Fact]
    public async Task Judge_CopyFails_KeepsAnswers()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Faults["clone_character"] = new SandboxFault(SandboxFaultKind.Answer, Status: 403, Body: """{"ERROR": "Your plan has reached its number of characters."}""", After: 3);
        var view = await host.EndOfRehearsalAsync(await host.StartRehearsalAsync(Request(host)));
        Assert.Equal((RehearsalState.Done, 9), (view.State, view.Answered));
        Assert.All(view.Columns, column => Assert.StartsWith("No verdict. Convai made no copy.", column.Verdict, StringComparison.Ordinal));
        Assert.DoesNotContain("evaluate_conversation", host.Endpoints);
    }

    [Fact]
    public async Task Judge_UnknownCharacterOrInvalidRubric_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        async Task<string?> RefusalAsync(string id, string rubric) =>
            (await host.Get<RehearsalService>().StartAsync(TestPeople.As(Role.Designer), RehearsalSteps.Request() with { Judge = new JudgeRequest(id, rubric) }, Cancellation)).Error;
        Assert.Equal(RehearsalText.JudgeMissing, await RefusalAsync("no-one", "Anything"));
        Assert.Equal(RehearsalText.RubricMissing, await RefusalAsync(RehearsalSteps.Mira, " "));
        Assert.Equal(RehearsalText.RubricTooLong, await RefusalAsync(RehearsalSteps.Mira, new string('x', 1001)));
    }

    private static RehearsalRequest Request(SandboxHost host) => RehearsalSteps.Request() with { Judge = new JudgeRequest(host.Character("Old Tobias").Id, "Stays in [[its]] role?") };
}
