using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Characters;

/// <summary>Puts characters into groups and takes them out, each with one click that can be undone. It belongs in a menu.</summary>
public sealed partial class GroupPicker(CharacterGroups groups)
{
    private string _name = "";
    private string? _done;
    private GroupEdit? _edit;

    /// <summary>The id of the menu, which makes the ids in it unique.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>All groups as the page last read them; the page reads them again when one changes.</summary>
    [Parameter, EditorRequired]
    public required GroupList Groups { get; set; }

    /// <summary>The characters in question; at least one.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyCollection<string> CharacterIds { get; set; }

    private string NameId => $"{Id}-name";

    private int Count(CharacterGroup group) => CharacterIds.Count(Groups.GetMembers(group.Id).Contains);

    private Task ToggleAsync(CharacterGroup group, bool isMember) => ExecuteAsync(() => SetAsync(group, isMember, []), "");

    /// <summary>Creates the group of that name, unless there is one, and puts the characters into it.</summary>
    private Task CreateAsync() => ExecuteAsync(
        async () =>
        {
            var same = Groups.All.FirstOrDefault(group => string.Equals(group.Name, GroupNames.Clean(_name), StringComparison.OrdinalIgnoreCase));
            var created = same is null ? await groups.CreateAsync(User, _name, Closing) : same;
            if (created.Value is { } group)
            {
                await SetAsync(group, true, same is null ? [group] : []);
                _name = ActionError is null ? "" : _name;
            }
            else
            {
                ActionError = created.Error;
            }
        },
        "");

    private async Task SetAsync(CharacterGroup group, bool isMember, IReadOnlyList<CharacterGroup> created)
    {
        (_done, _edit) = (null, null);
        var result = await groups.SetMembersAsync(User, group.Id, CharacterIds, isMember, Closing);
        if (result.Value is { } edit)
        {
            _edit = edit with { Created = created };
            _done = isMember ? GroupText.Added(edit.Characters, group.Name) : GroupText.Removed(edit.Characters, group.Name);
        }

        ActionError = result.Error;
    }

    private Task UndoAsync() => ExecuteAsync(
        async () =>
        {
            ActionError = _edit is { } edit ? (await groups.UndoAsync(User, edit, Closing)).Error : null;
            (_done, _edit) = (ActionError is null ? GroupText.Undone : null, null);
        },
        "");
}
