using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Characters;

/// <summary>What a group may be called: one visible line of at most <see cref="CharacterGroup.MaxNameLength"/> characters that a settings file can carry.</summary>
public static class GroupNames
{
    /// <summary>How a CSV says that a character is in no group; no group can have this name.</summary>
    public const string None = "(none)";

    /// <summary>Stands between the groups of a character in a CSV; no name contains it.</summary>
    public const char Separator = ';';

    /// <summary>A typed name as it is stored: trimmed, one line.</summary>
    public static string Clean(string name) => DisplayText.ToOneLine(name);

    /// <summary>Why a cleaned name is refused; null if it is valid.</summary>
    public static string? Validate(string name) => name switch
    {
        _ when !DisplayText.IsVisible(name) => GroupText.NameMissing,
        { Length: > CharacterGroup.MaxNameLength } => GroupText.NameTooLong,
        _ when name.Contains(Separator) => GroupText.NameHasSemicolon,
        _ when string.Equals(name, None, StringComparison.OrdinalIgnoreCase) => GroupText.NameReserved,
        _ => null,
    };
}
