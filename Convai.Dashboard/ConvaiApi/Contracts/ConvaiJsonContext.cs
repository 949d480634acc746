using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 512)]
[JsonSerializable(typeof(CharacterRequest))]
[JsonSerializable(typeof(ListCharactersRequest))]
[JsonSerializable(typeof(UpdateCharacterRequest))]
[JsonSerializable(typeof(ConvaiResponse))]
[JsonSerializable(typeof(StatusResponse))]
[JsonSerializable(typeof(ListCharactersResponse))]
[JsonSerializable(typeof(CharacterResponse))]
[JsonSerializable(typeof(SupportedModelsResponse))]
[JsonSerializable(typeof(AccountUsageRequest))]
[JsonSerializable(typeof(AccountUsageResponse))]
[JsonSerializable(typeof(CharacterIdRequest))]
[JsonSerializable(typeof(FunctionsRequest))]
[JsonSerializable(typeof(FunctionsResponse))]
[JsonSerializable(typeof(FunctionResponse))]
[JsonSerializable(typeof(McpServersResponse))]
[JsonSerializable(typeof(PromptResponse))]
[JsonSerializable(typeof(CloneRequest))]
[JsonSerializable(typeof(CloneResponse))]
[JsonSerializable(typeof(ConfigureCopyRequest))]
[JsonSerializable(typeof(DetachMcpServerRequest))]
[JsonSerializable(typeof(SessionPromptRequest))]
[JsonSerializable(typeof(SpokenResponse))]
[JsonSerializable(typeof(EventsResponse))]
internal sealed partial class ConvaiJsonContext : JsonSerializerContext;
