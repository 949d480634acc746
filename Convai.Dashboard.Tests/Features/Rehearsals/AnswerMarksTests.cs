using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Marks, notes and scripts: what Designers write and Viewers read.</summary>
[Trait("Speed", "Slow")]
public sealed class AnswerMarksTests : JournalTest
{
    [Fact]
    public async Task Mark_SetAgain_ReplacesOrRemoves()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host);
        Assert.Null(await MarkAsync(host, id, MarkKind.TooLong));
        Assert.Null(await MarkAsync(host, id, MarkKind.InCharacter, Role.Admin));
        var mark = Assert.Single((await host.ReadRehearsalAsync(id)).Columns[1].Marks);
        Assert.Equal((2, MarkKind.InCharacter, TestPeople.Ana.Name), (mark.Line, mark.Kind, mark.PersonName));
        Assert.Null(await MarkAsync(host, id, null));
        Assert.Empty((await host.ReadRehearsalAsync(id)).Columns[1].Marks);
    }

    [Theory]
    [InlineData(9, 0, null)]
    [InlineData(-1, 0, null)]
    [InlineData(0, 9, null)]
    [InlineData(0, -1, null)]
    [InlineData(0, 0, 7)]
    public async Task Mark_UnknownAnswer_IsRefused(int position, int line, int? kind)
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host);
        Assert.Equal(RehearsalText.NoSuchAnswer, (await host.Get<AnswerMarks>().MarkAsync(TestPeople.As(Role.Designer), id, position, line, (MarkKind?)kind ?? MarkKind.TooLong, Cancellation)).Error);
        Assert.Equal(RehearsalText.NoSuchAnswer, (await host.Get<AnswerMarks>().MarkAsync(TestPeople.As(Role.Designer), id + 1, 0, 0, MarkKind.TooLong, Cancellation)).Error);
    }

    [Fact]
    public async Task Mark_LineWithoutAnswer_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("getResponse", SandboxFaultKind.ErrorInside200);
        var id = await RehearsedAsync(host);
        Assert.Equal(RehearsalText.NoSuchAnswer, await MarkAsync(host, id, MarkKind.TooLong));
        Assert.Equal(RehearsalText.NoSuchAnswer, await NoteAsync(host, id, "Nothing"));
    }

    [Fact]
    public async Task Write_AsViewer_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host);
        var (marks, viewer) = (host.Get<AnswerMarks>(), TestPeople.As(Role.Viewer));
        await Assert.ThrowsAsync<AccessDeniedException>(() => marks.MarkAsync(viewer, id, 0, 0, MarkKind.TooLong, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => marks.NoteAsync(viewer, id, 0, 0, 0, "so", Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<ScriptLibrary>().SaveAsync(viewer, null, "Fourth wall", ["Are you a computer?"], Cancellation));
        Assert.Empty(await host.Get<ScriptLibrary>().ReadAsync(viewer, Cancellation));
    }

    [Fact]
    public async Task Note_IsPerPersonAndDeletedWithAnswers()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host);
        Assert.Null(await NoteAsync(host, id, "sounds like\na hotel"));
        Assert.Null(await NoteAsync(host, id, "I like it", Role.Admin));
        Assert.Null(await NoteAsync(host, id, "sounds like a website"));
        Assert.Equal(["I like it", "sounds like a website"], (await NotesAsync(host, id)).Order());
        Assert.Equal("The note is longer than 300 characters.", await NoteAsync(host, id, new string('x', 301)));
        Assert.Null(await NoteAsync(host, id, "  "));
        Assert.Equal(["I like it"], await NotesAsync(host, id));

        await MarkAsync(host, id, MarkKind.InCharacter);
        await host.Get<RehearsalService>().DeleteAnswersAsync(TestPeople.As(Role.Admin), id, Cancellation);
        Assert.Empty(await NotesAsync(host, id));
        Assert.Single((await host.ReadRehearsalAsync(id)).Columns[1].Marks);
        Assert.Equal(RehearsalText.NoSuchAnswer, await NoteAsync(host, id, "too late"));
    }

    [Fact]
    public async Task Preferred_IsMostInCharacter_UnlessHiddenOrTied()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host, hidesNames: true);
        var (marks, designer) = (host.Get<AnswerMarks>(), TestPeople.As(Role.Designer));
        await marks.MarkAsync(designer, id, 2, 0, MarkKind.InCharacter, Cancellation);
        Assert.Null((await host.ReadRehearsalAsync(id)).Preferred);
        await host.Get<RehearsalService>().RevealAsync(designer, id, Cancellation);
        var view = await host.ReadRehearsalAsync(id);
        Assert.Equal(2, view.Preferred!.Position);
        Assert.Equal("1 in character, the most of the three columns", RehearsalText.MostInCharacter(view.Preferred, view.Columns.Count));
        await marks.MarkAsync(designer, id, 0, 1, MarkKind.InCharacter, Cancellation);
        Assert.Null((await host.ReadRehearsalAsync(id)).Preferred);
    }

    [Fact]
    public async Task Script_SavedEditedDeleted_EachIsValidated()
    {
        await using var host = await SandboxHost.StartAsync();
        var (library, designer) = (host.Get<ScriptLibrary>(), TestPeople.As(Role.Designer));
        var script = (await library.SaveAsync(designer, null, "  Fourth wall ", ["Are you a computer?", "", "  Who made you? "], Cancellation)).Value!;
        Assert.Equal(("Fourth wall", "Are you a computer?|Who made you?"), (script.Name, string.Join('|', script.Lines)));
        Assert.Equal("A script called “FOURTH wall” already exists. Choose another name.", await RefusalAsync(library, "FOURTH wall", "x"));
        Assert.Equal(RehearsalText.ScriptNameMissing, await RefusalAsync(library, " ", "x"));
        Assert.Equal(RehearsalText.ScriptNameTooLong, await RefusalAsync(library, new string('x', 61), "x"));
        Assert.Equal(RehearsalText.NoLines, await RefusalAsync(library, "Empty", " "));
        Assert.Equal(RehearsalText.TooManyLines, await RefusalAsync(library, "Long", [.. Enumerable.Repeat("x", 11)]));
        Assert.Equal("Line 2 is longer than 500 characters.", await RefusalAsync(library, "Long", "x", new string('x', 501)));

        var changed = (await library.SaveAsync(TestPeople.As(Role.Admin), script, "Fourth wall", ["Who made you?"], Cancellation)).Value!;
        Assert.Equal(RehearsalText.ScriptChanged, (await library.SaveAsync(designer, script, "Fourth wall", ["Lost"], Cancellation)).Error);
        Assert.Equal(["Who made you?"], Assert.Single(await library.ReadAsync(designer, Cancellation)).Script.Lines);
        await library.DeleteAsync(designer, changed, Cancellation);
        Assert.Empty(await library.ReadAsync(designer, Cancellation));
    }

    [Fact]
    public async Task DeleteScript_CreatedBySomeoneElse_RequiresAdmin()
    {
        await using var host = await SandboxHost.StartAsync();
        var library = host.Get<ScriptLibrary>();
        var script = (await library.SaveAsync(TestPeople.As(Role.Admin), null, "Inn", ["Hello"], Cancellation)).Value!;
        await Assert.ThrowsAsync<AccessDeniedException>(() => library.DeleteAsync(TestPeople.As(Role.Designer), script, Cancellation));
        await library.DeleteAsync(TestPeople.As(Role.Admin), script, Cancellation);
    }

    [Fact]
    public async Task Rehearsal_FromScript_KeepsNameAndLinesAfterDeletion()
    {
        await using var host = await SandboxHost.StartAsync();
        var (library, designer) = (host.Get<ScriptLibrary>(), TestPeople.As(Role.Designer));
        var script = (await library.SaveAsync(designer, null, "Evening", RehearsalSteps.Request().Lines, Cancellation)).Value!;
        var id = await RehearsedAsync(host);
        var other = await host.StartRehearsalAsync(RehearsalSteps.Request(candidates: RehearsalSteps.Claude) with { Lines = ["Hello"] });
        Assert.Equal(("Evening", null), ((await host.ReadRehearsalAsync(id)).ScriptName, (await host.ReadRehearsalAsync(other)).ScriptName));
        Assert.Equal(1, Assert.Single(await library.ReadAsync(designer, Cancellation)).Uses);
        await library.DeleteAsync(designer, script, Cancellation);
        Assert.Equal(("Evening", 3), ((await host.ReadRehearsalAsync(id)).ScriptName, (await host.ReadRehearsalAsync(id)).Lines.Count));
        await host.EndOfRehearsalAsync(other);
    }

    [Fact]
    public async Task List_ShowsMarksAndUsedCandidate()
    {
        await using var host = await SandboxHost.StartAsync();
        var id = await RehearsedAsync(host);
        await MarkAsync(host, id, MarkKind.TooLong);
        var service = host.Get<RehearsalService>();
        var summary = Assert.Single(await service.ListAsync(TestPeople.As(Role.Viewer), Cancellation));
        Assert.Equal((9, 1, 9, true), (summary.Answered, summary.Marked, summary.Markable, summary.IsUndecided));
        await host.Services.SaveAsync(Role.Designer, RehearsalSteps.Claude, rehearsalId: id);
        summary = Assert.Single(await service.ListAsync(TestPeople.As(Role.Viewer), Cancellation));
        Assert.Equal((RehearsalSteps.Claude, false), (summary.Used, summary.IsUndecided));
    }

    private static async Task<long> RehearsedAsync(SandboxHost host, bool hidesNames = false)
    {
        var id = await host.StartRehearsalAsync(RehearsalSteps.Request(hidesNames: hidesNames));
        await host.EndOfRehearsalAsync(id);
        return id;
    }

    private static async Task<string?> MarkAsync(SandboxHost host, long id, MarkKind? kind, Role role = Role.Designer) =>
        (await host.Get<AnswerMarks>().MarkAsync(TestPeople.As(role), id, 1, 2, kind, Cancellation)).Error;

    private static async Task<string?> NoteAsync(SandboxHost host, long id, string text, Role role = Role.Designer) =>
        (await host.Get<AnswerMarks>().NoteAsync(TestPeople.As(role), id, 0, 0, 1, text, Cancellation)).Error;

    private static async Task<IEnumerable<string>> NotesAsync(SandboxHost host, long id) =>
        (await host.ReadRehearsalAsync(id)).Columns[0].Answers.SelectMany(answer => answer.Notes).Select(note => note.Text);

    private static async Task<string?> RefusalAsync(ScriptLibrary library, string name, params string[] lines) =>
        (await library.SaveAsync(TestPeople.As(Role.Designer), null, name, lines, Cancellation)).Error;
}
