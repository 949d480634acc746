using System.Text.Json;
using System.Text.Json.Serialization;
using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Models;

/// <summary>What Convai's public table of models says about a code.</summary>
public enum PublishedMark
{
    Flagship,

    /// <summary>"(latest)": Convai moves the code to newer models, so its behaviour can change without an edit.</summary>
    Latest,
    Beta,

    /// <summary>The model supports live voice only.</summary>
    Realtime,
}

/// <summary>A row of Convai's public table of models.</summary>
/// <param name="Name">Null if the table gives none.</param>
/// <param name="Marks">Null for none.</param>
public sealed record PublishedModel(string Code, string? Name = null, IReadOnlyList<PublishedMark>? Marks = null)
{
    public bool Is(PublishedMark mark) => Marks?.Contains(mark) == true;
}

/// <summary>
/// Convai's public table of models as of <see cref="Date"/>, shipped as data. It explains codes that the account's list contains
/// and offers no further choices: the account's list and the configured catalogue decide what can be chosen.
/// </summary>
public sealed record PublishedModels(DateOnly Date, IReadOnlyList<PublishedModel> Models)
{
    private Dictionary<string, PublishedModel>? _byCode;

    public static PublishedModels Shipped { get; } = Read();

    /// <summary>"Convai's page of 9 Jul 2026".</summary>
    [JsonIgnore]
    public string Source => $"Convai's page of {TimeText.Date(Date)}";

    /// <param name="code">Compared ordinally and case-sensitively.</param>
    public PublishedModel? Find(string code) =>
        (_byCode ??= Models.ToDictionary(model => model.Code, StringComparer.Ordinal)).GetValueOrDefault(code);

    private static PublishedModels Read()
    {
        using var stream = typeof(PublishedModels).Assembly.GetManifestResourceStream("published-models.json")!;
        return JsonSerializer.Deserialize(stream, PublishedModelsJsonContext.Default.PublishedModels)!;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PublishedModels))]
internal sealed partial class PublishedModelsJsonContext : JsonSerializerContext;
