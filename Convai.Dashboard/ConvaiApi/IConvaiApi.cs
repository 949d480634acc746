using Convai.Dashboard.ConvaiApi.Contracts;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Convai's HTTP API as Refit calls it. Every call is a POST with a JSON body (source: the seed page and Convai's
/// character API pages); the key header is added by <see cref="ConvaiKeyHandler"/>, never here.
/// </summary>
internal interface IConvaiApi
{
    /// <summary>The one call that writes. Fields left out of the body stay as they are.</summary>
    [Post(ConvaiPaths.Update)]
    Task<ApiResponse<UpdateCharacterResponse>> UpdateCharacterAsync([Body] UpdateCharacterRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>The whole cast with its settings; no paging is documented.</summary>
    [Post(ConvaiPaths.List)]
    Task<ApiResponse<ListCharactersResponse>> ListCharactersAsync([Body] ListCharactersRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    [Post(ConvaiPaths.Get)]
    Task<ApiResponse<CharacterResponse>> GetCharacterAsync([Body] CharacterRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>The models that the account may use, and the one that the character uses now.</summary>
    [Post(ConvaiPaths.SupportedModels)]
    Task<ApiResponse<SupportedModelsResponse>> GetSupportedModelsAsync([Body] CharacterRequest request, CancellationToken cancellationToken);

    /// <summary>What the account has used of its plan; seen in Convai's own SDKs.</summary>
    [Post(ConvaiPaths.AccountUsage)]
    Task<ApiResponse<AccountUsageResponse>> GetAccountUsageAsync([Body] AccountUsageRequest request, CancellationToken cancellationToken);

    /// <summary>The functions of a character, active or not (source: Convai's External API page).</summary>
    [Post(ConvaiPaths.Functions)]
    Task<ApiResponse<FunctionsResponse>> ListFunctionsAsync([Body] FunctionsRequest request, CancellationToken cancellationToken);

    /// <summary>The MCP servers attached to a character (source: Convai's MCP page).</summary>
    [Post(ConvaiPaths.McpServers)]
    Task<ApiResponse<McpServersResponse>> ListMcpServersAsync([Body] CharacterIdRequest request, CancellationToken cancellationToken);

    /// <summary>What Convai would use for a character now, without spending an interaction (source: Convai's chat history page).</summary>
    [Post(ConvaiPaths.Prompt)]
    Task<ApiResponse<PromptResponse>> GetPromptAsync([Body] CharacterIdRequest request, CancellationToken cancellationToken);
}

internal static class ConvaiPaths
{
    public const string Update = "/character/update";
    public const string List = "/character/list";
    public const string Get = "/character/get";
    public const string SupportedModels = "/character/getSupportedModel";
    public const string AccountUsage = "/user/user-api-usage";

    /// <summary>The slash at the end is part of it.</summary>
    public const string Functions = "/functions/list/";
    public const string McpServers = "/mcp/characters/list";
    public const string Prompt = "/character/chatHistory/get_prompt";
}
