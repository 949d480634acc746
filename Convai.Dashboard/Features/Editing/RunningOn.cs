using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What a check of the model that Convai would use has found.</summary>
public enum RunningOnResult
{
    Matches,

    /// <summary>Convai named another model that one of the lists knows.</summary>
    Differs,

    /// <summary>
    /// Convai named something that no list knows as a model code: another spelling, or the provider's name for the model. Whether it answers with codes is not
    /// documented, so nothing follows from the difference.
    /// </summary>
    CannotBeCompared,
}

/// <summary>The answer to one check, and the saved model that it belongs to.</summary>
/// <param name="SavedCode">The model in Convai's settings when it was asked; null if it is not set or not understood.</param>
/// <param name="Model">The model that Convai named, as it named it; null if the check failed.</param>
public sealed record RunningOnCheck(string? SavedCode, string? Model, ConvaiFailure? Failure, DateTimeOffset At)
{
    public RunningOnResult Compare(ModelList models) =>
        Model is null || SavedCode is null ? RunningOnResult.CannotBeCompared
        : string.Equals(Model, SavedCode, StringComparison.Ordinal) ? RunningOnResult.Matches
        : models.Knows(Model) ? RunningOnResult.Differs
        : RunningOnResult.CannotBeCompared;
}
