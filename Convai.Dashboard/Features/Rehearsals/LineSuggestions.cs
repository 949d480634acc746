using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Asks a temporary copy of a character what a visitor could say to it. The worker removes the copy afterwards.</summary>
public sealed class LineSuggestions(RehearsalWorker worker, RehearsalServices services, Access access)
{
    /// <summary>Suggests up to ten lines. Throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
    public async Task<Result<IReadOnlyList<string>>> SuggestAsync(ClaimsPrincipal user, string characterId, bool includesKnowledge, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        // Only a character of the cast: never a copy.
        if ((await services.Cast.ReadAsync(forceRefresh: false, cancellationToken)).Find(characterId) is null)
        {
            return ConvaiText.UnknownCharacter;
        }

        var source = await services.Convai.GetCharacterAsync(characterId, null, cancellationToken);
        if (source.Failure is { } notRead)
        {
            return RehearsalText.NotSuggested(notRead.Reason);
        }

        await using var lease = await worker.TryAcquireSuggestionLeaseAsync(cancellationToken);
        return lease is null ? RehearsalText.SuggestionsBusy : await SuggestFromCopyAsync(source.Value!, includesKnowledge, cancellationToken);
    }

    private async Task<Result<IReadOnlyList<string>>> SuggestFromCopyAsync(Character source, bool includesKnowledge, CancellationToken cancellationToken)
    {
        using var run = new RehearsalRun(CopyRecord.ForSuggestions, services, cancellationToken);
        var column = new RehearsalColumn { Number = RehearsalColumn.Now, Position = 0, ModelCode = source.Settings.ModelCode, Temperature = source.Settings.Temperature };
        if (await new ColumnSetup(run, new CopySource(source.Id, source.Name, includesKnowledge), column).PrepareAsync(null) is not { } ready)
        {
            return RehearsalText.NotSuggested(column.Failure!);
        }

        var lines = await services.Client.SuggestLinesAsync(ready.Copy, await run.AcquirePermitAsync(cancellationToken), cancellationToken);
        return lines.Failure is { } failure
            ? RehearsalText.NotSuggested(failure.Reason)
            : new Result<IReadOnlyList<string>>([.. lines.Value!.Select(DisplayText.ToOneLine).Where(line => line.Length is > 0 and <= Rehearsal.MaxLineLength)], null);
    }
}
