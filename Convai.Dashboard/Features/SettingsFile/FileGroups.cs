using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The groups of a character in a file: a list in JSON, one cell in CSV.</summary>
internal static class FileGroups
{
    /// <summary>Null, which leaves the groups unchanged, for a blank cell.</summary>
    public static IReadOnlyList<string>? Parse(string cell) => cell.Trim() switch
    {
        "" => null,
        var text when string.Equals(text, GroupNames.None, StringComparison.OrdinalIgnoreCase) => [],
        var text => [.. text.Split(GroupNames.Separator).Select(GroupNames.Clean).Where(name => name.Length > 0)],
    };

    /// <summary>The cell of a character; empty as long as the team has no groups at all.</summary>
    public static string ToCell(GroupList list, string characterId) =>
        list.GetGroups(characterId) is var groups && groups.Count == 0 ? (list.All.Count == 0 ? "" : GroupNames.None) : string.Join($"{GroupNames.Separator} ", groups.Select(group => group.Name));
}
