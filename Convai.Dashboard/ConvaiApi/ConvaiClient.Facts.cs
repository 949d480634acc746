using Convai.Dashboard.ConvaiApi.Contracts;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>How many of a character's functions or MCP servers are active; Convai's names for them are not kept.</summary>
public sealed record ToolCount(int Active);

public sealed partial class ConvaiClient
{
    /// <summary>
    /// Counts a character's active functions (<c>functions/list/</c>). If Convai reports a status other than <c>active</c> and <c>inactive</c>, the two
    /// documented ones, the number is not known and the answer counts as not understood.
    /// </summary>
    public async Task<ConvaiResult<ToolCount>> CountActiveFunctionsAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(ConvaiPaths.Functions, api => api.ListFunctionsAsync(new FunctionsRequest(characterId), cancellationToken), cancellationToken);
        return answer.Map<ToolCount>(response => response.Functions is { } functions && functions.All(function => function.IsActive || function.IsInactive)
            ? new ToolCount(functions.Count(function => function.IsActive))
            : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Functions));
    }

    /// <summary>Counts the MCP servers attached to a character (<c>mcp/characters/list</c>).</summary>
    public async Task<ConvaiResult<ToolCount>> CountMcpServersAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(ConvaiPaths.McpServers, api => api.ListMcpServersAsync(new CharacterIdRequest(characterId), cancellationToken), cancellationToken);
        return answer.Map<ToolCount>(response => response.Servers is { } servers ? new ToolCount(servers) : ConvaiFailureReader.NotUnderstood(ConvaiPaths.McpServers));
    }

    /// <summary>
    /// Asks which model Convai would use for a character now (<c>character/chatHistory/get_prompt</c>); this spends no interaction. Convai does not
    /// document whether it answers with a model code or with the provider's name for the model. The rest of the answer, which holds the character's whole
    /// prompt, is discarded unread, and the text of an error is not passed on.
    /// </summary>
    public async Task<ConvaiResult<string>> GetModelInUseAsync(string characterId, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(ConvaiPaths.Prompt, api => api.GetPromptAsync(new CharacterIdRequest(characterId), cancellationToken), cancellationToken);
        return answer.Map<string>(response => response.Model is { } model ? model : ConvaiFailureReader.NotUnderstood(ConvaiPaths.Prompt));
    }
}
