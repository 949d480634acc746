using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A column whose copy may speak: it has the column's settings, and neither tools nor memory.</summary>
internal sealed record PreparedColumn(RehearsalColumn Column, CopyRecord Record, CharacterCopy Copy);

/// <summary>What a copy is made of.</summary>
internal sealed record CopySource(string CharacterId, string CharacterName, bool IncludesKnowledge);

/// <summary>Makes a column's copy, gives it its settings, switches off its tools and memory, and verifies all of it.</summary>
internal sealed class ColumnSetup(RehearsalRun run, CopySource source, RehearsalColumn column)
{
    private readonly RehearsalServices _services = run.Services;

    /// <param name="made">The copy that was made before a restart; null if there is none.</param>
    /// <returns>Null if the column failed, which is recorded.</returns>
    public async Task<PreparedColumn?> PrepareAsync(CopyRecord? made)
    {
        if (await CopyAsync(made) is not ({ } record, { } copy))
        {
            return null;
        }

        return column.State >= ColumnState.Verified || await ConfigureAsync(record.Id, copy) ? new PreparedColumn(column, record, copy) : null;
    }

    private async Task<(CopyRecord Record, CharacterCopy Copy)?> CopyAsync(CopyRecord? made)
    {
        if (made is not null)
        {
            if (_services.Copies.Open(made) is { } found)
            {
                return (made, found);
            }

            await run.FailAsync(column, RehearsalText.CopyNotKnown);
            return null;
        }

        var permit = await run.AcquirePermitAsync(run.Ending);
        await run.SetAsync(column, ColumnState.Copying);
        var record = await run.StoreAsync(() => _services.Copies.RequestAsync(run.RehearsalId, column.Number, source.CharacterId, source.CharacterName, run.Stopping));
        // What the cast contained before the call. Later readings may contain the copy.
        var known = _services.Cast.Last;
        // Not cancelled, nor is recording the outcome: a call that was sent must not end without its id.
        var answer = await _services.Client.CloneAsync(source.CharacterId, source.IncludesKnowledge, permit, CancellationToken.None);
        if (answer.Failure is { } failure)
        {
            await run.StoreOutcomeAsync(() => _services.Copies.RecordFailureAsync(record, failure, CancellationToken.None));
            run.End(failure);
            await run.FailAsync(column, failure.MayHaveBeenApplied ? RehearsalText.CopyUnknown(failure.Reason) : RehearsalText.NotCopied(failure.Reason));
            return null;
        }

        var id = answer.Value!;
        var copy = await run.StoreOutcomeAsync(async () => await _services.Copies.AcceptAsync(
            record, id, known.Find(id) is not null || await _services.Journal.WasSeenBeforeAsync(id, record.RequestedAt, CancellationToken.None), RehearsalText.ReturnedExisting(id), CancellationToken.None));
        if (copy is null)
        {
            await run.FailAsync(column, RehearsalText.NotACopy);
            return null;
        }

        return (record, copy);
    }

    private async Task<bool> ConfigureAsync(long recordId, CharacterCopy copy)
    {
        await run.SetAsync(column, ColumnState.Configuring);
        if (await TryConfigureAsync(recordId, copy) is { } failure)
        {
            await run.FailAsync(column, failure);
            return false;
        }

        await run.SetAsync(column, ColumnState.Verified);
        return true;
    }

    /// <returns>Why the copy must not speak, as a sentence; null if everything is verified.</returns>
    private async Task<string?> TryConfigureAsync(long recordId, CharacterCopy copy)
    {
        var functions = await _services.Client.ListFunctionsAsync(copy, await AcquirePermitAsync(), run.Ending);
        if (functions.Failure is { } functionsFailure)
        {
            return EndAndDescribe(functionsFailure, RehearsalText.ToolsNotRead);
        }

        List<string> active = [.. functions.Value!.Where(function => function.IsActive).Select(function => function.Id)];
        var name = CopyName.Create(source.CharacterName, recordId);
        if (await _services.Client.ConfigureAsync(copy, name, column.Settings, active, await AcquirePermitAsync(), run.Ending) is { } updateFailure)
        {
            return EndAndDescribe(updateFailure, RehearsalText.NotConfigured);
        }

        if (active.Count > 0 && (await _services.Client.ListFunctionsAsync(copy, await AcquirePermitAsync(), run.Ending)).Value?.Any(function => function.IsActive) != false)
        {
            return RehearsalText.FunctionsStillActive;
        }

        return await DetachServersAsync(copy) ?? await VerifyAsync(copy);
    }

    private async Task<string?> DetachServersAsync(CharacterCopy copy)
    {
        var servers = await _services.Client.ListMcpServersAsync(copy, await AcquirePermitAsync(), run.Ending);
        if (servers.Failure is { } failure)
        {
            return EndAndDescribe(failure, RehearsalText.ToolsNotRead);
        }

        foreach (var server in servers.Value!)
        {
            if (await _services.Client.DetachMcpServerAsync(copy, server, await AcquirePermitAsync(), run.Ending) is { } detachFailure)
            {
                return EndAndDescribe(detachFailure, RehearsalText.NotDetached);
            }
        }

        return servers.Value!.Count == 0 || (await _services.Client.ListMcpServersAsync(copy, await AcquirePermitAsync(), run.Ending)).Value?.Count == 0 ? null : RehearsalText.ServersStillAttached;
    }

    /// <summary>Reads the settings back, with growing pauses: Convai's reads may lag behind.</summary>
    private async Task<string?> VerifyAsync(CharacterCopy copy)
    {
        for (var attempt = 0; ; attempt++)
        {
            var read = await _services.Client.ReadAsync(copy, await AcquirePermitAsync(), run.Ending);
            if (read.Failure is { } failure)
            {
                return EndAndDescribe(failure, RehearsalText.NotReadBack);
            }

            if (column.Settings.IsVerifiedBy(read.Value!.Settings))
            {
                return null;
            }

            if (attempt == ChangeVerifier.Pauses.Count)
            {
                return RehearsalText.NotOnItsSettings;
            }

            await Task.Delay(ChangeVerifier.Pauses[attempt], _services.Time, run.Ending);
        }
    }

    private Task<ConvaiReservation> AcquirePermitAsync() => run.AcquirePermitAsync(run.Ending);

    /// <summary>The sentence for a failure that keeps a copy from speaking.</summary>
    private string EndAndDescribe(ConvaiFailure failure, Func<string, string> text)
    {
        run.End(failure);
        return text(failure.Reason);
    }
}
