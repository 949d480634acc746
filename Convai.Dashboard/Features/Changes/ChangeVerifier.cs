using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// Reads a character again after a write that Convai does not show yet, with growing pauses: its reads may lag behind its answers by seconds, and some
/// writes are acknowledged and never kept (source: public client code). No lock is held between the readings, so others can change the character.
/// A change that is still open afterwards is settled by the readings of the cast, at the latest after <see cref="ChangeRecord.MaxWriteDelay"/>.
/// </summary>
public sealed partial class ChangeVerifier(
    ConvaiClient convai, CastDirectory cast, ChangeJournal journal, JournalReconciler reconciler, RunningWrites writes, TimeProvider time, ILogger<ChangeVerifier> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan[] LaterPauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)];

    /// <summary>The pauses before each reading of a change, or of all items of a batch.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } = [FirstPause, .. LaterPauses];

    /// <summary>Pauses before the one reading that a person waits for. Cut short when the server stops.</summary>
    public async Task PauseAsync() => await Task.Delay(FirstPause, time, writes.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <param name="change">An open change whose lock the caller releases.</param>
    /// <param name="before">Convai's values before the write.</param>
    /// <param name="read">The character as last read.</param>
    /// <returns>See <see cref="ChangeOutcome.Verifying.Verdict"/>.</returns>
    public Task<ChangeOutcome?> VerifyAsync(ChangeRecord change, CharacterCoreSettings before, Character read, ConvaiFailure? writeFailure)
    {
        var (id, asked) = (change.Id, change.Asked);
        // Not on the page that asked, which may be closed.
        return Task.Run<ChangeOutcome?>(async () => await ReadUntilSettledAsync(id, read) switch
        {
            null => null,
            (true, var last) => ChangeOutcome.Confirmed.From(id, before, last, asked),
            (_, var last) => new ChangeOutcome.NotConfirmed(id, asked, last, writeFailure),
        });
    }

    private async Task<(bool IsConfirmed, Character Last)?> ReadUntilSettledAsync(long changeId, Character last)
    {
        try
        {
            foreach (var pause in LaterPauses)
            {
                await Task.Delay(pause, time, writes.Stopping);
                // Shutdown waits for a reading that has begun.
                using var running = writes.TryBegin();
                if (running is null)
                {
                    return null;
                }

                if (await journal.ReadAsync(changeId, CancellationToken.None) is { IsOpen: false } settled)
                {
                    // A reading of the cast may have been quicker.
                    return (settled.IsDone, last with { Settings = last.Settings.With(SettingsPatch.From(settled.Reported)) });
                }

                var askedAt = time.GetUtcNow();
                if (await convai.GetCharacterAsync(last.Id, null, CancellationToken.None) is { IsSuccess: true } answer)
                {
                    last = last with { Settings = answer.Value.Settings };
                    await reconciler.ObserveAsync(last, askedAt, CancellationToken.None);
                    var change = await journal.ReadAsync(changeId, CancellationToken.None);
                    if (!change.IsOpen)
                    {
                        cast.Replace(last.Id, last.Settings);
                        return (change.IsDone, last);
                    }
                }
            }

            return (false, last);
        }
        catch (OperationCanceledException) when (writes.Stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (DatabaseError.Describe(exception) is { } error)
        {
            LogDatabaseError(changeId, error);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Change {ChangeId} could not be verified; a later reading of the cast will settle it. {Trouble}")]
    private partial void LogDatabaseError(long changeId, string trouble);
}
