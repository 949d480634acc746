using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>What is kept of the account when the program stops: the differences from the invented one.</summary>
/// <param name="Version">A file of another version is not read.</param>
/// <param name="Deleted">The ids of invented characters.</param>
internal sealed record SandboxState(
    int Version,
    IReadOnlyList<SandboxCharacter> Changed,
    IReadOnlyList<SandboxCharacter> Copies,
    IReadOnlyList<string> Deleted,
    IReadOnlyDictionary<string, SandboxSession> Sessions,
    int Interactions)
{
    public const int CurrentVersion = 1;

    /// <summary>Whether the account can be restored from it. The serializer checks everything but the items of lists, which a damaged file may leave out.</summary>
    [JsonIgnore]
    public bool IsValid =>
        Version == CurrentVersion
        && Changed.Concat(Copies).All(IsValidCharacter)
        && Changed.Concat(Copies).Select(character => character.Id).Distinct(StringComparer.Ordinal).Count() == Changed.Count + Copies.Count
        && Deleted.All(id => id is not null)
        && Sessions.Values.All(session => session is not null);

    private static bool IsValidCharacter(SandboxCharacter? character) =>
        character is not null && character.Functions.All(function => function is not null) && character.McpServers.All(id => id is not null);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SandboxState))]
internal sealed partial class SandboxStateJsonContext : JsonSerializerContext;
