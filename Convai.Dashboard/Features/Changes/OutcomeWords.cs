using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Changes;

/// <summary>How a change ended, to the person who asked for it: what happened, and what was and was not changed.</summary>
public sealed record OutcomeWords(string Title, string Sentence, BadgeTone Tone)
{
    public static OutcomeWords Of(ChangeOutcome outcome) => outcome switch
    {
        ChangeOutcome.Confirmed { WasWritten: true } => new("Confirmed by Convai", "", BadgeTone.Good),
        ChangeOutcome.Confirmed => new("Convai has these values already", "", BadgeTone.Good),
        ChangeOutcome.Verifying verifying => new(
            "Saved, being verified", $"Convai answered SUCCESS and still reports {ChangeWords.Reported(verifying.Change, verifying.Reported.Settings)}. The dashboard checks again by itself; you can go on working.", BadgeTone.Warning),
        ChangeOutcome.NotConfirmed notConfirmed => new(
            "Not confirmed",
            $"{(notConfirmed.WriteFailure is { } written ? $"{written.Sentence} Convai reports" : "Convai answered SUCCESS but reports")} {ChangeWords.Reported(notConfirmed.Change, notConfirmed.Reported.Settings)}.",
            BadgeTone.Danger),
        ChangeOutcome.Conflict conflict => new(
            $"{ChangeWords.CharacterName(conflict.Now.Name)} was changed since you {(conflict.IsSinceSave ? "saved" : "opened it")}", "Nothing was written.", BadgeTone.Warning),
        ChangeOutcome.Rejected rejected => new("Nothing was changed", $"{rejected.Sentence}{ChangeWords.Reference(rejected.Reference)}", BadgeTone.Danger),
        ChangeOutcome.Unreachable { MayYetArrive: true, Failure: var failure } => new(
            "Not changed so far", $"{failure.Sentence}{ChangeWords.Reference(failure.Reference)} Convai still has the old values; the change may yet arrive. The history will tell.", BadgeTone.Danger),
        ChangeOutcome.Unreachable { Failure: var failure } => new("Nothing was changed", $"{failure.Sentence}{ChangeWords.Reference(failure.Reference)}", BadgeTone.Danger),
        ChangeOutcome.OutcomeUnknown unknown => new(
            unknown.WriteFailure is null ? "Saved, but not read back" : "It is not known whether the change arrived",
            $"{unknown.WriteFailure?.Sentence ?? "Convai answered SUCCESS."} Reading back failed: {unknown.ReadFailure.Sentence} The dashboard reads it again until that is known. Retry looks first, and writes nothing twice.",
            BadgeTone.Warning),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
