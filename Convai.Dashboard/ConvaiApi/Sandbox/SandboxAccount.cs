using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The account with its models, its cast and its conversations, as it was invented and changed since.</summary>
internal sealed class SandboxAccount
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private Dictionary<string, SandboxCharacter>? _byId;
    private ImmutableList<SandboxCharacter> _copies = [];

    public required IReadOnlyList<SandboxModel> Models { get; init; }

    public required IReadOnlyList<SandboxCharacter> Characters { get; init; }

    /// <summary>The copies that have not been deleted.</summary>
    public IReadOnlyList<SandboxCharacter> Copies => _copies;

    /// <summary>The conversations by the ids of their sessions.</summary>
    public Dictionary<string, SandboxSession> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>How many lines were answered.</summary>
    public int Interactions { get; set; }

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

    /// <summary>Notes that a character differs from the invented one, so that it is kept.</summary>
    public void MarkChanged(SandboxCharacter character) => _changed.Add(character.Id);

    /// <summary>What differs from the invented account. The conversations of deleted characters are forgotten.</summary>
    public SandboxState ToState() => new(
        SandboxState.CurrentVersion,
        [.. Characters.Where(character => _changed.Contains(character.Id))],
        _copies,
        [.. Characters.Where(character => _deleted.Contains(character.Id)).Select(character => character.Id)],
        Sessions.Where(session => Find(session.Value.CharacterId) is not null).ToDictionary(StringComparer.Ordinal),
        Interactions);

    /// <summary>Applies what was kept. Characters that the invented account no longer has are left out.</summary>
    public void Restore(SandboxState state)
    {
        foreach (var changed in state.Changed)
        {
            if (Find(changed.Id) is { } character)
            {
                character.CopyChangesFrom(changed);
                MarkChanged(character);
            }
        }

        _copies = [.. state.Copies];
        _deleted.UnionWith(state.Deleted);
        foreach (var (id, session) in state.Sessions)
        {
            Sessions[id] = session;
        }

        Interactions = state.Interactions;
    }
}

internal sealed record SandboxModel(string Code, string Name, bool IsDeprecated = false, bool IsUncensored = false, bool IsListed = true, SandboxReasoning? Reasoning = null);

internal sealed record SandboxReasoning(IReadOnlyList<string> Levels, bool SupportsAuto, string? Default);

internal sealed record SandboxCharacter(string Id, string Name, bool IsModerated, double? HoursSinceLastTalk)
{
    public string Name { get; set; } = Name;

    /// <summary>Whose answers it gives: a copy has those of its source, whatever it is called.</summary>
    public string Voice { get; set; } = Name;

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

    /// <summary>Takes over everything that calls can change.</summary>
    public void CopyChangesFrom(SandboxCharacter other) => (Name, HasMemory, ModelCode, Temperature, Reasoning, Functions, McpServers) =
        (other.Name, other.HasMemory, other.ModelCode, other.Temperature, other.Reasoning, other.Functions, other.McpServers);

    /// <summary>The same for everyone.</summary>
    public const string Backstory = "An invented character of the sandbox.";
}

internal sealed record SandboxFunction(string Name, bool IsActive = true);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SandboxAccount))]
internal sealed partial class SandboxJsonContext : JsonSerializerContext;
