using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The one way to write: compare with what Convai has, write only what changed in one call, read back. Three calls to Convai
/// for a change, none of them a second write. Convai has no compare-and-set: an edit made elsewhere between the comparison
/// and the write is not prevented.
/// </summary>
public sealed class ChangeWriter(ConvaiClient convai, CastDirectory cast, AccountModels accountModels)
{
    /// <param name="cancellationToken">Honoured until the write begins; from then on the change is carried to its end.</param>
    public async Task<ChangeOutcome> WriteAsync(ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(request, cancellationToken) is { } refused)
        {
            return refused;
        }

        return await CompareAndWriteAsync(request, progress, cancellationToken);
    }

    /// <summary>Puts back what a confirmed change replaced: an ordinary change, compared and confirmed like any other.</summary>
    public Task<ChangeOutcome> UndoAsync(ChangeOutcome.Confirmed confirmed, IProgress<ChangeStep>? progress, CancellationToken cancellationToken) =>
        CompareAndWriteAsync(new ChangeRequest(confirmed.After, confirmed.After.Settings, Inverse(confirmed)), progress, cancellationToken);

    /// <summary>False where a field had no value before: Convai knows no way to unset a model or a temperature.</summary>
    public static bool CanUndo(ChangeOutcome.Confirmed confirmed) =>
        Inverse(confirmed).Count == confirmed.Change.Count && !Inverse(confirmed).IsMetBy(confirmed.After.Settings);

    /// <summary>The change that puts back what a confirmed one replaced; a field that had no value before is not part of it.</summary>
    public static SettingsChange Inverse(ChangeOutcome.Confirmed confirmed) => new(
        confirmed.Change.ModelCode is null ? null : confirmed.Before.ModelCode,
        confirmed.Change.Temperature is null ? null : confirmed.Before.Temperature);

    /// <summary>Every value that comes from a browser is checked again here.</summary>
    private async Task<ChangeOutcome.Rejected?> RefuseAsync(ChangeRequest request, CancellationToken cancellationToken)
    {
        if (request.Change.IsEmpty)
        {
            return new ChangeOutcome.Rejected("There is nothing to save.");
        }

        if (request.Change.Temperature is { } temperature && !Temperature.IsInRange(temperature))
        {
            return new ChangeOutcome.Rejected($"A temperature lies between 0 and 1; {Temperature.Format(temperature)} does not.");
        }

        if (request.Change.ModelCode is { } code && !accountModels.Catalogue.Knows(code))
        {
            var reading = await accountModels.ReadForCharacterAsync(request.Character.Id, again: false, cancellationToken);
            if (!reading.Models.Knows(code))
            {
                return new ChangeOutcome.Rejected("The model is neither in the catalogue nor in the account's list.");
            }
        }

        return null;
    }

    private async Task<ChangeOutcome> CompareAndWriteAsync(ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(ChangeStep.Comparing);
        var before = await convai.GetCharacterAsync(request.Character.Id, cancellationToken);
        if (!before.IsSuccess)
        {
            return NotWritten(before.Failure);
        }

        cast.Replace(Merge(request.Character, before.Value));
        var conflict = new ChangeOutcome.Conflict(request.Opened, Merge(request.Character, before.Value), request.Change);
        if (conflict.IsModelContested || conflict.IsTemperatureContested)
        {
            // Somebody else made the very same change: nothing is left to write, and it has just been read.
            return request.Change.IsMetBy(before.Value.Settings)
                ? new ChangeOutcome.Confirmed(before.Value.Settings, conflict.Now, request.Change)
                : conflict;
        }

        progress?.Report(ChangeStep.Writing);
        var failure = await convai.UpdateCharacterAsync(request.Character.Id, request.Change, CancellationToken.None);
        if (failure is { MayHaveBeenApplied: false })
        {
            return NotWritten(failure);
        }

        progress?.Report(ChangeStep.ReadingBack);
        return await ReadBackAsync(request, before.Value, failure);
    }

    private async Task<ChangeOutcome> ReadBackAsync(ChangeRequest request, Character before, ConvaiFailure? writeFailure)
    {
        var answer = await convai.GetCharacterAsync(request.Character.Id, CancellationToken.None);
        if (!answer.IsSuccess)
        {
            return new ChangeOutcome.OutcomeUnknown(writeFailure ?? answer.Failure);
        }

        var after = Merge(request.Character, answer.Value);
        cast.Replace(after);
        if (request.Change.IsMetBy(after.Settings))
        {
            return new ChangeOutcome.Confirmed(before.Settings, after, request.Change);
        }

        // The write failed and Convai has what it had before: it was not applied, so it may safely be tried again.
        return writeFailure is not null && after.Settings == before.Settings
            ? NotWritten(writeFailure)
            : new ChangeOutcome.NotConfirmed(request.Change, after);
    }

    private static ChangeOutcome NotWritten(ConvaiFailure failure) => failure.Kind switch
    {
        ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.NotUnderstood => new ChangeOutcome.Unreachable(failure),
        _ => new ChangeOutcome.Rejected(failure.Sentence, failure.Reference),
    };

    // character/get is not promised to carry every field of the list's entry; the settings are what was asked for.
    private static Character Merge(Character known, Character read) => known with { Settings = read.Settings };
}
