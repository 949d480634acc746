using Convai.Dashboard.ConvaiApi.Contracts;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Convai's HTTP API as Refit calls it. Every call is a POST with a JSON body, or, to speak, a form (source: the seed page and Convai's
/// API pages); the key header is added by <see cref="ConvaiKeyHandler"/>, never here.
/// </summary>
internal interface IConvaiApi
{
    /// <summary>The one call that writes to a character of the cast. Fields left out of the body stay as they are.</summary>
    [Post(ConvaiPaths.Update)]
    Task<ApiResponse<StatusResponse>> UpdateCharacterAsync([Body] UpdateCharacterRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

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
    Task<ApiResponse<FunctionsResponse>> ListFunctionsAsync([Body] FunctionsRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>The MCP servers attached to a character (source: Convai's MCP page).</summary>
    [Post(ConvaiPaths.McpServers)]
    Task<ApiResponse<McpServersResponse>> ListMcpServersAsync([Body] CharacterIdRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>What Convai would use for a character now, without spending an interaction (source: Convai's chat history page).</summary>
    [Post(ConvaiPaths.Prompt)]
    Task<ApiResponse<PromptResponse>> GetPromptAsync([Body] CharacterIdRequest request, CancellationToken cancellationToken);

    /// <summary>What Convai used in a session (source: Convai's chat history page).</summary>
    [Post(ConvaiPaths.Prompt)]
    Task<ApiResponse<PromptResponse>> GetSessionPromptAsync([Body] SessionPromptRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Makes a copy of a character; its source stays as it is.</summary>
    [Post(ConvaiPaths.Clone)]
    Task<ApiResponse<CloneResponse>> CloneAsync([Body] CloneRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    [Post(ConvaiPaths.Update)]
    Task<ApiResponse<StatusResponse>> ConfigureCopyAsync([Body] ConfigureCopyRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Can be repeated without harm (source: Convai's MCP page).</summary>
    [Post(ConvaiPaths.DetachMcpServer)]
    Task<ApiResponse<StatusResponse>> DetachMcpServerAsync([Body] DetachMcpServerRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Speaks to a character; it costs an interaction.</summary>
    /// <param name="form">Form data, not JSON.</param>
    [Post(ConvaiPaths.Speak)]
    Task<ApiResponse<SpokenResponse>> SpeakAsync([Body] HttpContent form, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Asks for lines that a visitor could say to a character; whether it costs an interaction is not documented.</summary>
    /// <param name="form">Form data, not JSON; the answer is a stream of events (<see cref="EventStreamHandler"/>).</param>
    [Post(ConvaiPaths.StarterLines)]
    Task<ApiResponse<EventsResponse>> SuggestLinesAsync([Body] HttpContent form, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Has a character judge a conversation; whether it costs an interaction is not documented.</summary>
    [Post(ConvaiPaths.Judge)]
    Task<ApiResponse<VerdictResponse>> JudgeAsync([Body] JudgeConversationRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);

    /// <summary>Deletes a character for good.</summary>
    [Post(ConvaiPaths.Delete)]
    Task<ApiResponse<StatusResponse>> DeleteAsync([Body] CharacterRequest request, [Property(ConvaiReservation.Property)] ConvaiReservation? reservation, CancellationToken cancellationToken);
}
