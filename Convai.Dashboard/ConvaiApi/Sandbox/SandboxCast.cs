using Convai.Dashboard.Domain;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The cast of the sandbox as it was invented.</summary>
public sealed class SandboxCast(IOptions<ConvaiOptions> options)
{
    /// <summary>The settings that each character had at first, by its id.</summary>
    public IReadOnlyDictionary<string, CharacterCoreSettings> ReadFirstSettings() => SandboxAccount.Load(options.Value.Sandbox.Characters).Characters
        .ToDictionary(character => character.Id, character => new CharacterCoreSettings(character.ModelCode, character.Temperature), StringComparer.Ordinal);
}
