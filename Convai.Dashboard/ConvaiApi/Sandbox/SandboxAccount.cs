using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The invented account: its models and its cast, kept in memory from one start to the next stop.</summary>
internal sealed class SandboxAccount
{
    public required IReadOnlyList<SandboxModel> Models { get; init; }

    public required IReadOnlyList<SandboxCharacter> Characters { get; init; }

    public static SandboxAccount Load()
    {
        using var stream = typeof(SandboxAccount).Assembly.GetManifestResourceStream("sandbox-account.json")!;
        return JsonSerializer.Deserialize(stream, SandboxJsonContext.Default.SandboxAccount)!;
    }

    public SandboxCharacter? Find(string? id) => Characters.FirstOrDefault(character => string.Equals(character.Id, id, StringComparison.Ordinal));
}

internal sealed record SandboxModel(string Code, string Name, bool IsDeprecated = false, bool IsUncensored = false, bool IsListed = true);

internal sealed record SandboxCharacter(string Id, string Name, bool IsModerated, double? HoursSinceLastTalk)
{
    public string? ModelCode { get; set; }

    public decimal? Temperature { get; set; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SandboxAccount))]
internal sealed partial class SandboxJsonContext : JsonSerializerContext;
