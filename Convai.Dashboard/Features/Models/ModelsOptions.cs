namespace Convai.Dashboard.Features.Models;

/// <summary>
/// The configured catalogue: the models we know. It is data, so that a model can be added without a rebuild. The flags are
/// bound as text, so that an unknown one is named in the error instead of failing the binding.
/// </summary>
public sealed class ModelsOptions
{
    public const string Section = "Models";

    public List<ProviderOptions> Providers { get; set; } = [];

    /// <summary>Maps codes outside the catalogue to their provider; the first matching prefix counts.</summary>
    public List<FamilyOptions> Families { get; set; } = [];
}

public sealed class ProviderOptions
{
    public string Name { get; set; } = "";

    public List<ModelOptions> Models { get; set; } = [];
}

public sealed class ModelOptions
{
    public string Name { get; set; } = "";

    /// <summary>Sent to Convai exactly as written here.</summary>
    public string Code { get; set; } = "";

    public List<string> Flags { get; set; } = [];
}

public sealed class FamilyOptions
{
    public string Prefix { get; set; } = "";

    public string Provider { get; set; } = "";
}
