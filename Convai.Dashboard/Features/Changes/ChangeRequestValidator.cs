using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;

namespace Convai.Dashboard.Features.Changes;

/// <summary>Checks every value from a browser again, for both writers.</summary>
public sealed class ChangeRequestValidator(AccountModels accountModels, ChangeJournal journal)
{
    /// <param name="readAccountList">Reads the list that the person saw; called only if the catalogue does not know the model, or for a reasoning level.</param>
    /// <returns>Why it must not be written, as a sentence; null if it may be.</returns>
    public async Task<string?> ValidateAsync(ChangeRequest request, Func<Task<AccountModelsReading>> readAccountList, CancellationToken cancellationToken)
    {
        if (request.Change.IsEmpty)
        {
            return ChangeText.NothingToSave;
        }

        if (request.Reason?.Length > ChangeRecord.MaxReasonLength)
        {
            return ChangeText.ReasonTooLong;
        }

        if (TemperatureRules.Validate(request.Change.Temperature) is { } refusal)
        {
            return refusal;
        }

        return (request.Change.ModelCode is { } code && !accountModels.Catalogue.Knows(code) && !await journal.HasUsedModelAsync(request.Character.Id, code, cancellationToken)
            ? (await readAccountList()).Validate(code)
            : null) ?? (request.Change.Reasoning is { } level ? (await readAccountList()).ValidateReasoning(request.Change.ModelCode ?? request.Opened.ModelCode, level) : null);
    }
}
