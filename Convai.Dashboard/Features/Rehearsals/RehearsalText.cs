using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Usage;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Every sentence that rehearsals say.</summary>
internal static class RehearsalText
{
    // Why a column failed.

    private const string CopyMayExist = "A copy may exist. Admins find it in the list of leftover copies.";

    public const string CopyNotKnown = $"The server stopped while Convai was making the copy. {CopyMayExist}";
    public const string NotACopy = "Convai answered with a character that existed before, so nothing was done to it.";
    public const string SentUnknown = "The database stopped answering while the line was being sent.";
    public const string FunctionsStillActive = "The copy's functions could not be switched off, so no lines were sent to it.";
    public const string ServersStillAttached = "The copy's MCP servers could not be detached, so no lines were sent to it.";
    public const string NotOnItsSettings = "The copy didn't accept the column's settings, so no lines were sent to it.";
    public const string NoAnswers = "Convai gave no answer several times in a row.";

    /// <summary>While names are hidden, a reason could tell which column it is.</summary>
    public const string ReasonIsHidden = "This column failed. The reason is shown once the names are revealed.";

    /// <param name="failure">What is known of the reason, as a sentence.</param>
    public static string MaybeSpent(string? failure) => $"{failure ?? "The server stopped before the answer arrived."} An interaction may have been spent.";

    public static string CopyUnknown(string reason) => $"No copy could be used. {reason} {CopyMayExist}";

    public static string NotCopied(string reason) => $"Convai made no copy. {reason}";

    public static string ToolsNotRead(string reason) => $"The copy's tools could not be checked, so no lines were sent to it. {reason}";

    public static string NotConfigured(string reason) => $"The copy could not be given its settings. {reason}";

    public static string NotReadBack(string reason) => $"The copy's settings could not be verified, so no lines were sent to it. {reason}";

    public static string NotDetached(string reason) => $"The copy's MCP servers could not be detached, so no lines were sent to it. {reason}";

    /// <summary>What the list of leftover copies says about a clone call that returned no new character.</summary>
    public static string ReturnedExisting(string id) => $"Convai answered with {DisplayText.Sanitize(id)}, a character that existed before. Nothing was done to it.";

    // The copies.

    /// <summary>What has become of the copies of a rehearsal that has ended; null while it runs.</summary>
    public static string? Copies(RehearsalView view) => view switch
    {
        { State: RehearsalState.Running } => null,
        { IsRemoving: true } => "The copies are being removed.",
        { MayLeaveCopies: true } => CopyMayExist,
        _ => "All copies are removed.",
    };

    public const string BeingRemoved = "This copy is already being deleted, or is no longer on the list.";
    public const string StillListed = "Convai says that the copy is deleted, but still lists it.";
    public const string OtherAccount = "This copy was made with another account or API key and can only be removed from there.";

    public const string LeftoversLead = "Temporary copies that could not be deleted, or that may exist without Convai's confirmation. They appear as characters in your account. The dashboard deletes only its own copies.";

    // The setup.

    public const string ChooseHint = "Press Enter to open the first one.";
    public const string NoCharacterMatches = "No character matches.";

    public static string MoreCharacters(int count) => $"and {Number(count)} more: type part of the name";

    public const string SetupLead = "Hear the same lines with up to four settings, side by side.";
    public const string ReadAgainAtStart = "Reloaded from Convai when the rehearsal starts.";
    public const string TemperatureHint = "0 to 1, such as 0.42. Empty: same as current.";
    public const string LiveVoiceOnly = "This model is documented as live voice only, so it may not answer in a rehearsal.";
    public const string RepeatsHint = "How many times each line is spoken.";
    public const string KnowledgeHint = "Answers can use the character's knowledge bank.";
    public const string HideNamesHint = "Columns are called A, B and C until someone reveals the names.";
    public const string OnlyCopiesSpeak = "The character itself isn't changed. Each column uses a temporary copy without memory or tools, which is deleted afterwards.";

    // Why a rehearsal cannot start.

    public const string NoLines = "Enter at least one line.";
    public const string NoCandidate = "Add at least one candidate.";
    public static readonly string TooMuch = $"A rehearsal has at most {Rehearsal.MaxCandidates} candidates and {Rehearsal.MaxRepeats} repeats.";
    public const string Leave = "Leave without starting the rehearsal?";
    public const string SetupIsLost = "The lines and candidates that you entered are lost. Lines can be saved as a script first.";
    public const string NotStarted = "The rehearsal was not started.";
    public const string MayHaveStarted = "The rehearsal may have started. Check the list of rehearsals before you start it again.";
    public const string HasEnded = "This rehearsal has already ended.";
    public const string NotHidden = "The names are already visible.";
    public const string StillRunning = "Answers can be deleted once the rehearsal has ended and no answer is awaited.";

    public static string LineTooLong(int number) => FieldText.TooLong($"Line {number}", Rehearsal.MaxLineLength);

    public static string CandidateWrong(int number, string error) => $"Candidate {number}: {error}";

    public static string CandidateIncomplete(int number) => $"Candidate {number}: choose a model or enter a temperature.";

    public static string CharacterGone(string reason) => $"The character's settings could not be read, so the rehearsal was not started. {reason}";

    // Marks and notes.

    public const string NoMarks = "No marks yet";
    public const string NotMarked = "The mark was not changed.";
    public const string NotNoted = "The note was not saved.";
    public const string NoSuchAnswer = "This answer hasn't arrived yet or was deleted, so nothing was saved.";

    public static string NoteTooLong => FieldText.TooLong("The note", AnswerNote.MaxLength);

    public static string Mark(MarkKind kind) => kind switch
    {
        MarkKind.InCharacter => "In character",
        MarkKind.TooLong => "Too long",
        _ => "Broke the fourth wall",
    };

    /// <summary>"2 too long".</summary>
    public static string MarkCount(MarkKind kind, int count) => $"{Number(count)} {Mark(kind).ToLowerInvariant()}";

    /// <summary>What a screen reader says after a mark was set or removed.</summary>
    public static string Marked(string column, int line, MarkKind? kind) => $"{column}, line {line + 1}: {(kind is { } chosen ? Mark(chosen) : "no mark")}";

    /// <summary>"5 in character, the most of the three columns".</summary>
    public static string MostInCharacter(ColumnView column, int columns) =>
        $"{Number(column.Count(MarkKind.InCharacter))} in character, the most of the {(columns switch { 2 => "two", 3 => "three", _ => "four" })} columns";

    // Scripts.

    public const string WhatScriptsAre = "A script is a named set of lines that the whole team can rehearse with.";
    public const string ScriptsAreShared = "Shared with the team. Editing a script doesn't change past rehearsals.";
    public static readonly string ScriptLinesHint = $"One per row, at most {Rehearsal.MaxLines}.";
    public static string ScriptNameMissing => FieldText.NameMissing("script");
    public const string ScriptChanged = "Someone has changed or deleted this script since you opened it. Nothing was saved.";
    public const string ScriptNotSaved = "The script was not saved.";
    public const string DeleteScriptTitle = "Delete this script?";
    public static readonly string ScriptNameTooLong = FieldText.TooLong("The name", Script.MaxNameLength);
    public static readonly string TooManyLines = $"There are more than {Rehearsal.MaxLines} lines.";

    public static string ScriptNameTaken(string name) => FieldText.NameTaken("script", name);

    public static string DeleteScriptWarning(string name) => $"“{name}” is deleted for the whole team. Past rehearsals keep its lines.";

    /// <summary>"5 lines · used 9 times".</summary>
    public static string ScriptFacts(ScriptInUse used) =>
        $"{Plural(used.Script.Lines.Count, "line")} · {(used.Uses switch { 0 => "not used yet", 1 => "used once", var uses => $"used {Number(uses)} times" })}";

    // Suggested lines.

    public const string SuggestionsBusy = "Someone else is getting suggestions. Try again in a moment.";
    public const string NoneSuggested = "No lines were suggested.";
    public const string SuggestionsCost = "Suggestions come from a temporary copy: about 8 calls. Convai doesn't say whether they count as an interaction.";

    public static string NotSuggested(string reason) => $"The copy suggested nothing. {reason}";

    // The judge.

    public const string JudgeHint = "A copy of a character you choose scores each column from 1 to 5 and explains why.";
    public const string DefaultRubric = "Does the character stay in its role, speak in its own voice, and answer what was asked in a few sentences?";
    public const string JudgeCost = "The judge is one more copy. Convai doesn't say whether judging counts as interactions.";
    public const string JudgeBias = "A judge is a language model too: judges favour longer answers and models of their own family.";
    public const string JudgeMissing = "No single character in the cast has this name. Choose another judge.";
    public const string RubricMissing = "Say what the judge should look for.";
    public const string JudgeInterrupted = "The server stopped before the judge had answered.";
    public static readonly string RubricTooLong = FieldText.TooLong("The rubric", Rehearsal.MaxRubricLength);

    public static string NotJudged(string reason) => $"No verdict. {reason}";

    /// <param name="judge">The name of the character.</param>
    public static string JudgedBy(string judge) => $"Judged by a copy of {judge}. {JudgeBias}";

    // Reveal and delete.

    public const string RevealTitle = "Reveal the names?";
    public const string RevealWarning = "Everyone sees from then on which settings each column has. They can't be hidden again.";
    public const string WasNow = "This column has the character's current settings, so there is nothing to change.";
    public const string DeleteTitle = "Delete the answers?";
    public const string DeleteWarning = "What the characters said, and the notes on it, are deleted for everyone. Times, marks and settings are kept.";

    public const string TimesAreKept = "Times and settings are kept.";

    public static string NotAsked(int count) => $"{Number(count)} not asked";

    // What a rehearsal costs and how far it is.

    /// <summary>"3 copies · 30 answers = 30 interactions".</summary>
    public static string Cost(RehearsalCost cost) =>
        $"{Plural(cost.Copies, "copy", "copies")} · {Plural(cost.Interactions, "answer")} = {Plural(cost.Interactions, "interaction")}{(cost.Flagship > 0 ? $" ({Number(cost.Flagship)} Flagship)" : "")}";

    /// <summary>"about 60 calls · about 1 min".</summary>
    public static string Effort(RehearsalCost cost) => $"about {Plural(cost.Calls, "call")} · about {Duration(cost.Seconds)}";

    public static string InteractionsLeft(UsageLeft left) => string.Create(CultureInfo.InvariantCulture, $"{left.Left:N0} of {left.Limit:N0} interactions left.");

    public static string Progress(RehearsalView view) => $"{Number(view.Answered)} of {Plural(view.Asked, "answer")}";

    /// <summary>What to know while reading: whose names are hidden, and what the copies answer without.</summary>
    public static string Facts(RehearsalView view)
    {
        var names = view.IsHidden ? "Names are hidden. " : view.RevealedBy is { } by ? $"Names revealed by {by}. " : null;
        return $"{names}Copies answer without {(view.IncludesKnowledge ? "memory or tools" : "memory, tools or the character's knowledge")}.";
    }

    /// <param name="trouble">Why the database cannot be used, as a sentence.</param>
    public static string ContinuesAnyway(string trouble) => $"{trouble} The rehearsal continues anyway, or resumes as soon as it can.";

    /// <summary>What a screen reader says while answers arrive.</summary>
    public static string Quarter(int quarters) => quarters switch { 1 => "A quarter of the answers has arrived.", 2 => "Half of the answers have arrived.", 3 => "Three quarters of the answers have arrived.", _ => "All answers have arrived." };

    public static string Left(int seconds) => $"about {Duration(seconds)} left";

    public static string Summary(RehearsalView view) =>
        $"{Plural(view.Lines.Count, "line")}{(view.Repeats > 1 ? $", {Number(view.Repeats)} times each" : "")} · {Plural(view.Asked, "answer")}";

    public static string State(RehearsalState state, RehearsalStop? stop) => state switch
    {
        RehearsalState.Running => "Running",
        RehearsalState.Done => "Done",
        _ => stop == RehearsalStop.Asked ? "Stopped" : "Stopped early",
    };

    public static BadgeTone Tone(RehearsalState state, RehearsalStop? stop) => state switch
    {
        RehearsalState.Running => BadgeTone.Accent,
        RehearsalState.Done => BadgeTone.Good,
        _ => stop == RehearsalStop.Asked ? BadgeTone.Neutral : BadgeTone.Warning,
    };

    /// <summary>Why the rehearsal ended early, and what it spent; null if it did not.</summary>
    public static string? Stopped(RehearsalView view) => view.StoppedFor is not { } stop ? null : $"{Reason(stop, view.PersonName)} {Spent(view)}";

    public static string Seconds(int milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000m:0.0} s");

    public static string Settings(SettingsPatch settings, ModelList models)
    {
        var model = settings.ModelCode is { } code ? models.Describe(code).NameAndCode : "Model not set";
        var temperature = settings.Temperature is { } value ? $" at {TemperatureRules.Format(value)}" : ", temperature not set";
        return $"{model}{temperature}{(settings.Reasoning is { } level ? $", reasoning {DisplayText.Sanitize(ReasoningEffort.Format(level))}" : "")}";
    }

    /// <summary>A column in a list of columns: "Candidate 1: GPT-4o (gpt-4o) at 0.40", or its name alone while names are hidden.</summary>
    public static string ColumnTitle(ColumnView column, ModelList models) => column.Settings is { } settings ? $"{column.Name}: {Settings(settings, models)}" : column.Name;

    /// <summary>What was saved, without what was left as it was: "GPT-4o (gpt-4o)", "temperature 0.40".</summary>
    public static string Saved(SettingsPatch saved, ModelList models) => string.Join(
        ", ",
        new[]
        {
            saved.ModelCode is { } code ? models.Describe(code).NameAndCode : null,
            saved.Temperature is { } temperature ? $"temperature {TemperatureRules.Format(temperature)}" : null,
            saved.Reasoning is { } level ? $"reasoning {DisplayText.Sanitize(ReasoningEffort.Format(level))}" : null,
        }.OfType<string>());

    /// <summary>"90 days".</summary>
    public static string Days(TimeSpan time) => Plural((int)time.TotalDays, "day");

    /// <summary>What Convai says the copy used.</summary>
    public static string Used(string? model, decimal? temperature) => (model, temperature) switch
    {
        (null, null) => "Convai has no record of what it used.",
        (null, { } value) => $"Convai reports temperature {TemperatureRules.Format(value)}.",
        ({ } name, null) => $"Convai reports {DisplayText.Sanitize(name)}.",
        ({ } name, { } value) => $"Convai reports {DisplayText.Sanitize(name)} at {TemperatureRules.Format(value)}.",
    };

    /// <summary>"3 identical, 2 others"; null for a single answer.</summary>
    public static string? Repeats(IReadOnlyList<string> texts)
    {
        if (texts.Count < 2)
        {
            return null;
        }

        var largest = texts.GroupBy(text => text, StringComparer.Ordinal).Max(same => same.Count());
        return largest == texts.Count ? $"{Number(largest)} identical"
            : largest == 1 ? $"{Number(texts.Count)} different"
            : $"{Number(largest)} identical, {Number(texts.Count - largest)} {(texts.Count - largest == 1 ? "other" : "others")}";
    }

    public static string Step(ColumnState state, int answered, int asked) => state switch
    {
        ColumnState.Waiting => "Waiting",
        ColumnState.Copying => "Copying…",
        ColumnState.Configuring => "Configuring…",
        ColumnState.Verified => "Verified",
        ColumnState.Speaking => $"Speaking {Number(answered)} of {Number(asked)}",
        ColumnState.Checking => "Checking…",
        ColumnState.Ended => "Done",
        _ => "Failed",
    };

    // The list and the comparison.

    public const string NothingYet = "Temporary copies of a character answer your lines with other settings, and players notice nothing. Choose New rehearsal, or open a character and choose Rehearse.";
    public const string NoMatch = "Change the search, or show all.";

    /// <param name="kept">How long answers are kept.</param>
    public static string Lead(TimeSpan kept) => $"Hear a character with other settings before players do. Answers are deleted after {Days(kept)}.";

    public const string SelectSecond = "Select a second one to compare them.";
    public const string CompareOthers = "Only runs of the same character can be compared.";
    public const string SameLines = "Both used the same lines.";
    public const string OtherLines = "Lines that only one of them used are left empty on the other side.";
    public const string CannotCompare = $"{CompareOthers} {PageText.AddressMistyped}";

    public static string Filter(RehearsalFilter filter) => filter.ToString().ToLowerInvariant();

    /// <summary>"12 of 15 marked".</summary>
    public static string MarkedCount(RehearsalSummary summary) => $"{Number(summary.Marked)} of {Number(summary.Markable)} marked";

    /// <summary>The words that a rehearsal is found by.</summary>
    public static string SearchableText(RehearsalSummary summary, ModelList models)
    {
        var rehearsal = summary.Rehearsal;
        var columns = rehearsal.IsHidden ? "" : string.Join('\n', rehearsal.Columns.Select(column => Settings(column.Settings, models)));
        return $"{rehearsal.CharacterName}\n{rehearsal.ScriptName}\n{rehearsal.PersonName}\n{FirstLine(rehearsal)}\n{columns}";
    }

    public static string FirstLine(Rehearsal rehearsal) => rehearsal.Lines is [var first, ..] ? $"“{DisplayText.Sanitize(first.Text)}”" : "";

    public static string HiddenColumns(int count) => $"{Plural(count, "column")}, names hidden";

    public static string Answers(RehearsalSummary summary) => summary.Answered == summary.Asked ? Number(summary.Asked) : $"{Number(summary.Answered)} of {Number(summary.Asked)}";

    /// <summary>The characters that appeared after a copy whose id is unknown had been requested: "New since then: Mira the Innkeeper (57a0…)."</summary>
    public static string? NewSince(LeftoverCopy leftover) => leftover.NewCharacters is { Count: > 0 } found
        ? $"New since then: {string.Join(", ", found.Select(character => $"{DisplayText.Sanitize(character.Name)} ({DisplayText.Sanitize(character.Id)})"))}."
        : null;

    /// <summary>What happened to a copy that a person has to look after.</summary>
    public static string Leftover(CopyRecord copy) => copy.State is CopyState.Unknown or CopyState.NotACopy
        ? $"{copy.Failure ?? "The server stopped during the call."} Look in Convai for a new character, and delete it there if it is this copy."
        : copy.Failure ?? OtherAccount;

    private static string Reason(RehearsalStop stop, string personName) => stop switch
    {
        RehearsalStop.Asked => "Someone stopped it.",
        RehearsalStop.Role => $"Stopped because {personName} can no longer start rehearsals.",
        RehearsalStop.Refused => "Stopped because Convai rejects the API key.",
        RehearsalStop.Quota => "Stopped because the usage limit of this account's Convai plan is used up.",
        RehearsalStop.RateLimited => "Stopped because Convai's rate limit is reached.",
        _ => "Stopped because the server now uses another account.",
    };

    private static string Spent(RehearsalView view) => view.MaybeSpent == 0
        ? $"{Plural(view.Answered, "interaction")} spent."
        : $"{Plural(view.Answered, "interaction")} spent, and up to {Number(view.MaybeSpent)} more.";

    public static string Plural(int count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? $"{one}s")}";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Duration(int seconds) => seconds < 55 ? $"{Number(Math.Max(5, (seconds + 4) / 5 * 5))} s" : $"{Number((seconds + 30) / 60)} min";
}
