using System.Collections.Frozen;
using System.Globalization;

namespace Convai.Dashboard.Features.Characters;

/// <summary>All groups and their characters at one time. It never changes, so that every open page of a server can share it.</summary>
public sealed class GroupList
{
    public static readonly GroupList Empty = new([], []);

    // "Act 2" comes before "Act 10".
    private static readonly StringComparer ByName = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.IgnoreCase | CompareOptions.NumericOrdering);

    private static readonly FrozenSet<string> None = FrozenSet<string>.Empty;

    private readonly FrozenDictionary<string, IReadOnlyList<CharacterGroup>> _byCharacter;
    private readonly FrozenDictionary<long, FrozenSet<string>> _members;

    /// <param name="members">Those of other groups are ignored.</param>
    public GroupList(IEnumerable<CharacterGroup> groups, IEnumerable<GroupMember> members)
    {
        All = [.. groups.OrderBy(group => group.Name, ByName).ThenBy(group => group.Id)];
        var byGroup = members.ToLookup(member => member.GroupId, member => member.CharacterId);
        _members = All.ToFrozenDictionary(group => group.Id, group => byGroup[group.Id].ToFrozenSet(StringComparer.Ordinal));
        // In the order of their names, because the groups are.
        _byCharacter = All.SelectMany(group => _members[group.Id].Select(id => (Id: id, Group: group)))
            .GroupBy(member => member.Id, member => member.Group, StringComparer.Ordinal)
            .ToFrozenDictionary(own => own.Key, own => (IReadOnlyList<CharacterGroup>)[.. own], StringComparer.Ordinal);
    }

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<CharacterGroup> All { get; }

    public CharacterGroup? Find(long groupId) => All.FirstOrDefault(group => group.Id == groupId);

    /// <summary>The groups of one character, sorted by name; empty for none.</summary>
    public IReadOnlyList<CharacterGroup> GetGroups(string characterId) => _byCharacter.GetValueOrDefault(characterId) ?? [];

    /// <summary>The positions by which characters are sorted by their groups: by the first group, then by the second, and so on. Those without a group have none.</summary>
    public IReadOnlyDictionary<string, int> GetSortPositions(IEnumerable<string> characterIds)
    {
        var places = All.Index().ToDictionary(group => group.Item.Id, group => group.Index.ToString("D6", CultureInfo.InvariantCulture));
        var keys = characterIds.Where(_byCharacter.ContainsKey).ToDictionary(id => id, id => string.Join(' ', GetGroups(id).Select(group => places[group.Id])), StringComparer.Ordinal);
        var ranks = keys.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Index().ToDictionary(key => key.Item, key => key.Index, StringComparer.Ordinal);
        return keys.ToDictionary(key => key.Key, key => ranks[key.Value], StringComparer.Ordinal);
    }

    /// <summary>The ids of a group's characters, those that Convai no longer has included; empty for a group that does not exist.</summary>
    public IReadOnlySet<string> GetMembers(long groupId) => _members.GetValueOrDefault(groupId) ?? None;
}
