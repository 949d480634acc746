using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>
/// A rehearsal as people may see it now. While names are hidden it contains nothing that tells the columns apart other than what they say and how long
/// they take.
/// </summary>
/// <param name="IsHidden">Whether names are hidden now.</param>
/// <param name="RevealedBy">The person who revealed them; null if no one has.</param>
/// <param name="StoppedFor">Null unless it ended early.</param>
/// <param name="IsRemoving">Whether copies still exist.</param>
/// <param name="MayLeaveCopies">Whether it is not known if there is a copy.</param>
/// <param name="Columns">In the order on the screen.</param>
public sealed record RehearsalView(
    long Id,
    DateTimeOffset At,
    string CharacterId,
    string CharacterName,
    string PersonId,
    string PersonName,
    int Repeats,
    bool IncludesKnowledge,
    string? ScriptName,
    string? JudgeName,
    bool HidesNames,
    bool IsHidden,
    string? RevealedBy,
    RehearsalState State,
    RehearsalStop? StoppedFor,
    DateTimeOffset? AnswersDeletedAt,
    bool IsRemoving,
    bool MayLeaveCopies,
    IReadOnlyList<string> Lines,
    IReadOnlyList<ColumnView> Columns)
{
    public int Asked => Columns.Sum(column => column.Answers.Count);

    public int Answered => Columns.Sum(column => column.Answered);

    /// <summary>How many seconds the rest is likely to take, by the answers so far; null without any.</summary>
    public int? SecondsLeft
    {
        get
        {
            var times = Columns.SelectMany(column => column.Times).ToList();
            var left = Columns.SelectMany(column => column.Answers).Count(answer => answer.State is AnswerState.Waiting or AnswerState.Sent);
            return times.Count == 0 ? null : (int)Math.Ceiling(times.Average() / 1000 * left / RehearsalWorker.MaxConversations);
        }
    }

    /// <summary>How many lines may have cost an interaction without an answer.</summary>
    public int MaybeSpent => Columns.SelectMany(column => column.Answers).Count(answer => answer.State is AnswerState.MaybeSpent or AnswerState.Failed);

    /// <summary>
    /// The column with the most marks "In character", once names are visible; null if there is none or several have as many.
    /// </summary>
    public ColumnView? Preferred
    {
        get
        {
            var ranked = Columns.OrderByDescending(column => column.Count(MarkKind.InCharacter)).ToList();
            return !IsHidden && ranked is [var first, var second, ..] && first.Count(MarkKind.InCharacter) > second.Count(MarkKind.InCharacter) ? first : null;
        }
    }

    public static RehearsalView From(Rehearsal rehearsal, IReadOnlyList<CopyRecord> copies) => new(
        rehearsal.Id,
        rehearsal.At,
        rehearsal.CharacterId,
        rehearsal.CharacterName,
        rehearsal.PersonId,
        rehearsal.PersonName,
        rehearsal.Repeats,
        rehearsal.IncludesKnowledge,
        rehearsal.ScriptName,
        rehearsal.JudgeName,
        rehearsal.HidesNames,
        rehearsal.IsHidden,
        rehearsal.RevealedBy,
        rehearsal.State,
        rehearsal.StoppedFor,
        rehearsal.AnswersDeletedAt,
        copies.Any(copy => copy.MayExist || copy.State == CopyState.Requested),
        copies.Any(copy => copy.State is CopyState.Unknown or CopyState.NotACopy),
        [.. rehearsal.Lines.Select(line => line.Text)],
        [.. rehearsal.Columns.OrderBy(column => column.Position).Select(column => ColumnView.From(rehearsal, column))]);
}

/// <summary>One column as people may see it now.</summary>
/// <param name="Position">The place on the screen from 0.</param>
/// <param name="Name">"Now", "Candidate 1", or "Column A" while names are hidden.</param>
/// <param name="Letter">The letter that stood for it while names were hidden; null if they never were.</param>
/// <param name="IsNow">Whether it has the character's settings as they were at the start; false while names are hidden.</param>
/// <param name="Settings">Null while names are hidden.</param>
/// <param name="State">While names are hidden, all steps before the first line are <see cref="ColumnState.Configuring"/>.</param>
/// <param name="Failure">Why it failed; the same for every column while names are hidden.</param>
/// <param name="Score">What the judge gave it, 1 to 5.</param>
/// <param name="Verdict">The judge's words, foreign text; or why there is no verdict.</param>
/// <param name="Used">What Convai says it used; null while names are hidden, and before Convai was asked.</param>
public sealed record ColumnView(
    int Position,
    string Name,
    string? Letter,
    bool IsNow,
    SettingsPatch? Settings,
    ColumnState State,
    string? Failure,
    string? Used,
    IReadOnlyList<AnswerView> Answers,
    IReadOnlyList<MarkView> Marks,
    int? Score,
    string? Verdict)
{
    private const string HiddenFailure = RehearsalText.ReasonIsHidden;
    private const string HiddenNoAnswer = "No answer.";
    private const string HiddenNoVerdict = "No verdict.";

    public int Answered => Answers.Count(answer => answer.State == AnswerState.Answered);

    /// <summary>The middle answer time in milliseconds; null without an answer.</summary>
    public int? Median => Times is { Count: > 0 } times ? times[(times.Count - 1) / 2] : null;

    public int? Slowest => Times is { Count: > 0 } times ? times[^1] : null;

    /// <summary>The answer times in milliseconds, the shortest first.</summary>
    public IReadOnlyList<int> Times => [.. Answers.Select(answer => answer.Milliseconds).OfType<int>().Order()];

    /// <summary>The answers to one line, in the order of the repeats.</summary>
    public IReadOnlyList<AnswerView> GetAnswers(int line) => [.. Answers.Where(answer => answer.Line == line)];

    /// <summary>The mark on the answers to one line; null if there is none.</summary>
    public MarkView? GetMark(int line) => Marks.FirstOrDefault(mark => mark.Line == line);

    public int Count(MarkKind kind) => Marks.Count(mark => mark.Kind == kind);

    public static ColumnView From(Rehearsal rehearsal, RehearsalColumn column)
    {
        MarkView[] marks = [.. rehearsal.Marks.Where(mark => mark.Column == column.Number).Select(mark => new MarkView(mark.Line, mark.Kind, mark.PersonName))];
        var notes = rehearsal.Notes.Where(note => note.Column == column.Number).ToLookup(note => (note.Repeat, note.Line), note => new NoteView(note.PersonId, note.PersonName, note.Text));
        AnswerView Show(RehearsalAnswer answer, string? failure) =>
            new(answer.Line, answer.Repeat, answer.State, answer.Text, answer.Milliseconds, failure, [.. notes[(answer.Repeat, answer.Line)]]);
        var letter = rehearsal.HidesNames ? ((char)('A' + column.Position)).ToString() : null;
        var answers = rehearsal.Answers.Where(answer => answer.Column == column.Number).OrderBy(answer => answer.Repeat).ThenBy(answer => answer.Line);
        if (rehearsal.IsHidden)
        {
            // A copy may be ready sooner for the settings that it has to take.
            var state = column.State < ColumnState.Speaking ? ColumnState.Configuring : column.State;
            return new ColumnView(
                column.Position, $"Column {letter}", letter, false, null, state, column.Failure is null ? null : HiddenFailure, null,
                [.. answers.Select(answer => Show(answer, answer.Failure is null ? null : HiddenNoAnswer))], marks,
                column.Score, column.Score is null && column.Verdict is not null ? HiddenNoVerdict : column.Verdict);
        }

        return new ColumnView(
            column.Position,
            column.Number == RehearsalColumn.Now ? "Now" : $"Candidate {column.Number}",
            letter,
            column.Number == RehearsalColumn.Now,
            column.Settings,
            column.State,
            column.Failure,
            column.State == ColumnState.Ended ? RehearsalText.Used(column.UsedModel, column.UsedTemperature) : null,
            [.. answers.Select(answer => Show(answer, answer.Failure))],
            marks,
            column.Score,
            column.Verdict);
    }
}

/// <summary>One answer.</summary>
/// <param name="Line">From 0.</param>
/// <param name="Repeat">From 0.</param>
/// <param name="Text">The character's words; foreign text. Null without an answer, or once it has been deleted.</param>
public sealed record AnswerView(int Line, int Repeat, AnswerState State, string? Text, int? Milliseconds, string? Failure, IReadOnlyList<NoteView> Notes);

/// <summary>A mark on the answers to one line.</summary>
/// <param name="Line">From 0.</param>
/// <param name="PersonName">The person who marked them last.</param>
public sealed record MarkView(int Line, MarkKind Kind, string PersonName);

/// <summary>One person's note on an answer.</summary>
public sealed record NoteView(string PersonId, string PersonName, string Text);
