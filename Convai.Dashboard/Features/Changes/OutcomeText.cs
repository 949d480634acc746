using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Tells the person who asked for a change how it ended: what happened, and what was and was not changed.</summary>
public sealed record OutcomeText(string Title, string Sentence, BadgeTone Tone)
{
    public static OutcomeText For(ChangeOutcome outcome, ModelList models) => outcome switch
    {
        ChangeOutcome.Confirmed { Unconfirmed.IsEmpty: false } => new("Sent, not confirmed", ChangeText.ReasoningNotReported, BadgeTone.Neutral),
        ChangeOutcome.Confirmed { WasWritten: true } => new("Confirmed by Convai", "", BadgeTone.Good),
        ChangeOutcome.Confirmed => new("Convai already has these values", "", BadgeTone.Good),
        ChangeOutcome.Verifying verifying => new(
            "Saved, not confirmed yet", $"Convai accepted the change but still reports {ChangeText.Reported(verifying.Change, verifying.Reported.Settings, models)}. The dashboard keeps checking; you can keep working.", BadgeTone.Warning),
        ChangeOutcome.NotConfirmed notConfirmed => new(
            "Not confirmed",
            $"{(notConfirmed.WriteFailure is { } written ? $"{written.Sentence} Convai reports" : "Convai accepted the change but reports")} {ChangeText.Reported(notConfirmed.Change, notConfirmed.Reported.Settings, models)}.",
            BadgeTone.Danger),
        ChangeOutcome.Conflict conflict => new(
            $"{ChangeText.CharacterName(conflict.Now.Name)} has changed since you {(conflict.IsSinceSave ? "saved it" : "opened it")}", "Nothing was saved.", BadgeTone.Warning),
        ChangeOutcome.PartlyRejected partly => new(
            "Partly saved", $"{partly.Failure.Sentence}{ChangeText.Reference(partly.Failure.Reference)} The rest was saved.", BadgeTone.Danger),
        ChangeOutcome.Rejected rejected => new("Nothing was changed", $"{rejected.Sentence}{ChangeText.Reference(rejected.Reference)}", BadgeTone.Danger),
        ChangeOutcome.Unreachable { MayYetArrive: true, Failure: var failure } => new(
            "Not changed so far", $"{failure.Sentence}{ChangeText.Reference(failure.Reference)} Convai still has the old values, but the change may still arrive. The history will show the result.", BadgeTone.Danger),
        ChangeOutcome.Unreachable { Failure: var failure } => new("Nothing was changed", $"{failure.Sentence}{ChangeText.Reference(failure.Reference)}", BadgeTone.Danger),
        ChangeOutcome.OutcomeUnknown unknown => new(
            unknown.WriteFailure is null ? "Saved, but not verified" : "We don't know yet whether Convai saved the change",
            $"{unknown.WriteFailure?.Sentence ?? "Convai accepted the change."} Verification failed: {unknown.ReadFailure.Sentence} The dashboard keeps checking. Trying again checks first and never saves twice.",
            BadgeTone.Warning),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
