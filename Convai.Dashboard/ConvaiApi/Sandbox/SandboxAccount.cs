using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The invented account with its models and its cast, kept in memory until the program stops.</summary>
internal sealed class SandboxAccount
{
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private Dictionary<string, SandboxCharacter>? _byId;
    private ImmutableList<SandboxCharacter> _copies = [];

    public required IReadOnlyList<SandboxModel> Models { get; init; }

    public required IReadOnlyList<SandboxCharacter> Characters { get; init; }

    /// <summary>The copies that have not been deleted.</summary>
    public IReadOnlyList<SandboxCharacter> Copies => _copies;

    /// <summary>Every character that has not been deleted.</summary>
    public IEnumerable<SandboxCharacter> Listed => Characters.Where(character => !_deleted.Contains(character.Id)).Concat(_copies);

    public static SandboxAccount Load(int characters)
    {
        using var stream = typeof(SandboxAccount).Assembly.GetManifestResourceStream("sandbox-account.json")!;
        var invented = JsonSerializer.Deserialize(stream, SandboxJsonContext.Default.SandboxAccount)!;
        var listed = invented.Models.Where(model => model.IsListed).ToList();
        var villagers = Enumerable.Range(invented.Characters.Count + 1, Math.Clamp(characters - invented.Characters.Count, 0, 20_000)).Select(number =>
            new SandboxCharacter($"{number:x8}-5a8d-11ef-b23c-42010a7be011", $"Villager {number}", IsModerated: true, HoursSinceLastTalk: number % 400)
            {
                ModelCode = listed[number % listed.Count].Code,
                Temperature = number % 101 / 100m,
                Picture = number % 2 == 0 ? $"{number % 24}" : null,
            });
        return new SandboxAccount { Models = invented.Models, Characters = invented.Characters.Concat(villagers).ToList() };
    }

    public SandboxCharacter? Find(string? id) => id is null || _deleted.Contains(id)
        ? null
        : _copies.Find(copy => copy.Id == id) ?? (_byId ??= Characters.ToDictionary(character => character.Id, StringComparer.Ordinal)).GetValueOrDefault(id);

    /// <summary>Copies a character with everything that it has.</summary>
    public SandboxCharacter Copy(SandboxCharacter source)
    {
        var copy = source with { Id = Guid.NewGuid().ToString(), Name = $"{source.Name}_copy", HoursSinceLastTalk = null };
        _copies = _copies.Add(copy);
        return copy;
    }

    public void Delete(SandboxCharacter character)
    {
        _copies = _copies.Remove(character);
        _deleted.Add(character.Id);
    }
}

internal sealed record SandboxModel(string Code, string Name, bool IsDeprecated = false, bool IsUncensored = false, bool IsListed = true, SandboxReasoning? Reasoning = null);

internal sealed record SandboxReasoning(IReadOnlyList<string> Levels, bool SupportsAuto, string? Default);

internal sealed record SandboxCharacter(string Id, string Name, bool IsModerated, double? HoursSinceLastTalk)
{
    public string Name { get; set; } = Name;

    /// <summary>Whose answers it gives: a copy has those of its source, whatever it is called.</summary>
    public string Voice { get; } = Name;

    /// <summary>Whether it remembers earlier conversations.</summary>
    public bool HasMemory { get; set; } = true;

    public string? ModelCode { get; set; }

    public decimal? Temperature { get; set; }

    /// <summary>The last <c>reasoning_effort</c> that was accepted; like Convai, the sandbox never reports it.</summary>
    public string? Reasoning { get; set; }

    /// <summary>A number of <see cref="SandboxPictures"/>, another name, for which there is no picture, a whole address, or "NULL". If null, the field is left out.</summary>
    public string? Picture { get; set; }

    /// <summary>Convai's External API functions.</summary>
    public IReadOnlyList<SandboxFunction> Functions { get; set; } = [];

    /// <summary>The ids of the attached MCP servers.</summary>
    public IReadOnlyList<string> McpServers { get; set; } = [];

    /// <summary>The same for everyone.</summary>
    public const string Backstory = "An invented character of the sandbox.";
}

internal sealed record SandboxFunction(string Name, bool IsActive = true);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SandboxAccount))]
internal sealed partial class SandboxJsonContext : JsonSerializerContext;
