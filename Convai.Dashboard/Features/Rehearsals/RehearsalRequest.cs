using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>What a person asks a rehearsal to do. Every value comes from a browser and is checked by <see cref="RehearsalService"/>.</summary>
/// <param name="Candidates">One to <see cref="Rehearsal.MaxCandidates"/>; a null field is as it is now.</param>
/// <param name="Lines">One to <see cref="Rehearsal.MaxLines"/>; blank ones are left out.</param>
/// <param name="Repeats">1 to <see cref="Rehearsal.MaxRepeats"/>.</param>
public sealed record RehearsalRequest(
    string CharacterId, IReadOnlyList<SettingsPatch> Candidates, IReadOnlyList<string> Lines, int Repeats, bool IncludesKnowledge, bool HidesNames);

/// <summary>What a rehearsal is expected to cost.</summary>
/// <param name="Columns">Temporary copies, the one for the present settings included.</param>
/// <param name="Interactions">One for each answer; never more are spent.</param>
/// <param name="Flagship">How many of them count against the plan's Flagship cap too, as far as models are known to be Flagship.</param>
/// <param name="Calls">All calls to Convai.</param>
public sealed record RehearsalCost(int Columns, int Interactions, int Flagship, int Calls, int Seconds)
{
    // Clone, two lists of tools, update, read, record and delete.
    private const int CallsPerCopy = 7;

    // For all copies together: two readings of the cast.
    private const int CallsPerRehearsal = 2;

    // "One answer took 2.4 to 4.3 s" (seen).
    private const int SecondsPerAnswer = 3;
    private const int SecondsPerCopy = 3;

    /// <param name="modelCodes">Each column's model code; null if it is not set.</param>
    public static RehearsalCost For(IReadOnlyList<string?> modelCodes, int lines, int repeats, ModelList models)
    {
        var interactions = modelCodes.Count * lines * repeats;
        var flagship = modelCodes.Count(code => code is not null && models.Describe(code).Flags.Contains(ModelFlag.Flagship)) * lines * repeats;
        var rounds = ((modelCodes.Count * repeats) + RehearsalWorker.MaxConversations - 1) / RehearsalWorker.MaxConversations;
        return new RehearsalCost(
            modelCodes.Count, interactions, flagship, (modelCodes.Count * CallsPerCopy) + interactions + CallsPerRehearsal, (rounds * lines * SecondsPerAnswer) + (modelCodes.Count * SecondsPerCopy));
    }
}
