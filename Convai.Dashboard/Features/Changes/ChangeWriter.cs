using System.Collections.Concurrent;
using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The one way to write: compare with what Convai has, write only what changed in one call, read back. Three calls to Convai
/// for a change, none of them a second write; changes to one character wait for each other. Convai has no compare-and-set: an
/// edit made outside this server between the comparison and the write is not prevented.
/// </summary>
public sealed class ChangeWriter(ConvaiClient convai, CastDirectory cast, AccountModels accountModels, Access access)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <param name="by">Who asks; looked up anew, so that a role taken away a moment ago counts.</param>
    /// <param name="cancellationToken">Honoured until the write begins; from then on the change is carried to its end.</param>
    public async Task<ChangeOutcome> WriteAsync(ClaimsPrincipal by, ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken) =>
        await RefuseAsync(by, cancellationToken) ?? await RefuseAsync(request, cancellationToken) ?? await TakeTurnAsync(request, progress, cancellationToken);

    /// <summary>Puts back what a confirmed change replaced: an ordinary change, compared and confirmed like any other.</summary>
    public async Task<ChangeOutcome> UndoAsync(ClaimsPrincipal by, ChangeOutcome.Confirmed confirmed, IProgress<ChangeStep>? progress, CancellationToken cancellationToken) =>
        await RefuseAsync(by, cancellationToken) ?? await TakeTurnAsync(new ChangeRequest(confirmed.After, confirmed.After.Settings, Inverse(confirmed)), progress, cancellationToken);

    /// <summary>
    /// False where nothing was written (the value may be somebody else's), and where a field had no value before: Convai
    /// knows no way to unset a model or a temperature.
    /// </summary>
    public static bool CanUndo(ChangeOutcome.Confirmed confirmed) => confirmed.WasWritten && Inverse(confirmed).Count == confirmed.Change.Count;

    /// <summary>The change that puts back what a confirmed one replaced; a field that had no value before is not part of it.</summary>
    public static SettingsChange Inverse(ChangeOutcome.Confirmed confirmed) => new(
        confirmed.Change.ModelCode is null ? null : confirmed.Before.ModelCode,
        confirmed.Change.Temperature is null ? null : confirmed.Before.Temperature);

    private async Task<ChangeOutcome?> RefuseAsync(ClaimsPrincipal by, CancellationToken cancellationToken) =>
        await access.FindAsync(by, Role.Viewer, cancellationToken) switch
        {
            null => new ChangeOutcome.Rejected("You are not signed in any more."),
            { Role: < Role.Designer } => new ChangeOutcome.Rejected("Your role lets you look at characters, not change them. An Admin can give you the Designer role."),
            _ => null,
        };

    /// <summary>Every value that comes from a browser is checked again here.</summary>
    private async Task<ChangeOutcome?> RefuseAsync(ChangeRequest request, CancellationToken cancellationToken)
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
            // The list that the editor has shown; no call to Convai.
            var reading = await accountModels.LastForCharacterAsync(request.Character.Id, cancellationToken);
            if (!reading.Models.Knows(code))
            {
                return new ChangeOutcome.Rejected(reading.Failure is null
                    ? $"{code} is neither in the catalogue nor in the account's list."
                    : $"{code} is not in the catalogue, and the account's list could not be fetched to look for it there.");
            }
        }

        return null;
    }

    private async Task<ChangeOutcome> TakeTurnAsync(ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(ChangeStep.Comparing);
        var turn = _turns.GetOrAdd(request.Character.Id, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await CompareAndWriteAsync(request, progress, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ChangeOutcome> CompareAndWriteAsync(ChangeRequest request, IProgress<ChangeStep>? progress, CancellationToken cancellationToken)
    {
        var answer = await convai.GetCharacterAsync(request.Character.Id, cancellationToken);
        if (!answer.IsSuccess)
        {
            return NotWritten(answer.Failure);
        }

        var before = answer.Value.Settings;
        cast.Replace(request.Character.Id, before);
        var conflict = new ChangeOutcome.Conflict(request.Opened, request.Character with { Settings = before }, request.Change);
        if (conflict.IsContested)
        {
            return conflict;
        }

        // What somebody else has set to the very same value needs no write, and has just been read.
        var missing = request.Change.Without(before);
        if (missing.IsEmpty)
        {
            return new ChangeOutcome.Confirmed(request.Opened, conflict.Now, request.Change, WasWritten: false);
        }

        progress?.Report(ChangeStep.Writing);
        var failure = await convai.UpdateCharacterAsync(request.Character.Id, missing, CancellationToken.None);
        if (failure is { MayHaveBeenApplied: false })
        {
            return NotWritten(failure);
        }

        progress?.Report(ChangeStep.ReadingBack);
        return await ReadBackAsync(request, missing, before, failure);
    }

    private async Task<ChangeOutcome> ReadBackAsync(ChangeRequest request, SettingsChange written, CharacterCoreSettings before, ConvaiFailure? writeFailure)
    {
        var answer = await convai.GetCharacterAsync(request.Character.Id, CancellationToken.None);
        if (!answer.IsSuccess)
        {
            return new ChangeOutcome.OutcomeUnknown(writeFailure, answer.Failure);
        }

        // character/get is not promised to carry every field of the list's entry; the settings are what was asked for.
        var after = request.Character with { Settings = answer.Value.Settings };
        cast.Replace(after.Id, after.Settings);
        if (request.Change.IsMetBy(after.Settings))
        {
            return new ChangeOutcome.Confirmed(before, after, written, WasWritten: true);
        }

        // The write failed and its fields are as they were: it was not applied, so it may safely be tried again.
        return writeFailure is not null && written.HasTheSameFieldsIn(before, after.Settings)
            ? NotWritten(writeFailure)
            : new ChangeOutcome.NotConfirmed(request.Change, after, writeFailure);
    }

    private static ChangeOutcome NotWritten(ConvaiFailure failure) => failure.Kind switch
    {
        ConvaiFailureKind.Unreachable or ConvaiFailureKind.TimedOut or ConvaiFailureKind.NotUnderstood => new ChangeOutcome.Unreachable(failure),
        _ => new ChangeOutcome.Rejected(failure.Sentence, failure.Reference),
    };
}
