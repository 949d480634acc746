using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What a person asks a rehearsal to do. Every value comes from a browser and is checked by <see cref="RehearsalService"/>.</summary>
/// <param name="Candidates">One to <see cref="Rehearsal.MaxCandidates"/>; a null field is as it is now.</param>
/// <param name="Lines">One to <see cref="Rehearsal.MaxLines"/>; blank ones are left out.</param>
/// <param name="Repeats">1 to <see cref="Rehearsal.MaxRepeats"/>.</param>
public sealed record RehearsalRequest(
    string CharacterId, IReadOnlyList<SettingsPatch> Candidates, IReadOnlyList<string> Lines, int Repeats, bool IncludesKnowledge, bool HidesNames)
{
    /// <summary>Null without a judge.</summary>
    public JudgeRequest? Judge { get; init; }
}

/// <summary>A copy of a character that judges what each column said.</summary>
/// <param name="CharacterId">The character that the copy is made of.</param>
/// <param name="Rubric">What the judge looks for, at most <see cref="Rehearsal.MaxRubricLength"/> characters.</param>
public sealed record JudgeRequest(string CharacterId, string Rubric);

/// <summary>What a rehearsal is expected to cost.</summary>
/// <param name="Copies">Temporary copies, those for the present settings and for the judge included.</param>
/// <param name="Interactions">One for each answer; never more are spent.</param>
/// <param name="Flagship">How many of them count against the plan's Flagship cap too, as far as models are known to be Flagship.</param>
/// <param name="Calls">All calls to Convai.</param>
public sealed record RehearsalCost(int Copies, int Interactions, int Flagship, int Calls, int Seconds)
{
    // Clone, two lists of tools, update, read, record and delete.
    private const int CallsPerCopy = 7;

    // For all copies together: two readings of the cast.
    private const int CallsPerRehearsal = 2;

    // "One answer took 2.4 to 4.3 s" (seen).
    private const int SecondsPerAnswer = 3;
    private const int SecondsPerCopy = 3;

    /// <param name="modelCodes">Each column's model code; null if it is not set.</param>
    public static RehearsalCost For(IReadOnlyList<string?> modelCodes, int lines, int repeats, bool hasJudge, ModelList models)
    {
        var copies = modelCodes.Count + (hasJudge ? 1 : 0);
        var verdicts = hasJudge ? modelCodes.Count : 0;
        var interactions = modelCodes.Count * lines * repeats;
        var flagship = modelCodes.Count(code => code is not null && models.Describe(code).Flags.Contains(ModelFlag.Flagship)) * lines * repeats;
        var rounds = ((modelCodes.Count * repeats) + RehearsalWorker.MaxConversations - 1) / RehearsalWorker.MaxConversations;
        return new RehearsalCost(
            copies, interactions, flagship, (copies * CallsPerCopy) + interactions + verdicts + CallsPerRehearsal, (rounds * lines * SecondsPerAnswer) + (verdicts * SecondsPerAnswer) + (copies * SecondsPerCopy));
    }
}
