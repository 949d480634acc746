using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Lists the team's groups: creates, renames and deletes them, and leads to their characters. It writes nothing to Convai.</summary>
public sealed partial class GroupsDialog(CharacterGroups groups, CastDirectory cast, IChangeFeed feed, IDialogService dialogs)
{
    private GroupList? _groups;
    private string _name = "";
    private CharacterGroup? _renaming;
    private string _newNameText = "";
    private ElementReference _newName;
    private bool _mustFocusNewName;
    private string? _successMessage;
    private GroupEdit? _deleted;
    private DialogFrame _frame = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    protected override object? FormState => (_name.Trim(), _renaming is { } group && group.Name != _newNameText ? _newNameText : null);

    /// <summary>The characters that the person wants to change; null if they closed the dialog.</summary>
    public static async Task<IReadOnlyList<Character>?> ShowAsync(IDialogService dialogs) =>
        (await dialogs.OpenAsync(MaxWidth.Small, new DialogParameters<GroupsDialog>(), isForm: true)).Data as IReadOnlyList<Character>;

    protected override async Task OnInitializedAsync()
    {
        MarkAsUnmodified();
        RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.GroupsUpdated or ChangeEvent.Resynchronized, ReadAsync);
        await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_mustFocusNewName)
        {
            _mustFocusNewName = false;
            await _newName.FocusAsync();
        }
    }

    private Task ReadAsync() => ReadAsync(async () => _groups = await groups.ReadAsync(User, Closing));

    /// <summary>The characters of a group that Convai still has, sorted by name.</summary>
    private List<Character> GetMembers(CharacterGroup group) => [.. CharacterSearch.Sort(_groups!.GetMembers(group.Id).Select(cast.Last.Find).OfType<Character>())];

    private Task CreateAsync() => ExecuteAsync(
        async () =>
        {
            ClearStatus();
            var result = await groups.CreateAsync(User, _name, Closing);
            ActionError = result.Error;
            if (result.Value is { } created)
            {
                (_successMessage, _name) = (GroupText.Created(created.Name), "");
            }
        });

    private Task OpenRenamingAsync(CharacterGroup group)
    {
        (_renaming, _newNameText, _mustFocusNewName) = (group, group.Name, true);
        return Task.CompletedTask;
    }

    private async Task RenameAsync()
    {
        if (_renaming is { } group && await ExecuteAsync(() => groups.RenameAsync(User, group, _newNameText, Closing)))
        {
            ClearStatus();
            _successMessage = GroupText.RenamedTo(group.Name, GroupNames.Clean(_newNameText));
            _renaming = null;
        }
    }

    private async Task DeleteAsync(CharacterGroup group, int characters)
    {
        // An empty group loses nothing, and can come back as well.
        if (characters == 0 || await ConfirmDialog.ShowAsync(dialogs, GroupText.Delete(group.Name), GroupText.DeleteWarning(characters), "Delete group", "Keep it"))
        {
            await ExecuteAsync(async () =>
            {
                ClearStatus();
                var result = await groups.DeleteAsync(User, group, Closing);
                (ActionError, _deleted, _successMessage) = (result.Error, result.Value, result.Value is null ? null : GroupText.Deleted(group.Name));
            });
        }
    }

    private Task UndoAsync() => ExecuteAsync(async () =>
    {
        ActionError = _deleted is { } deleted ? (await groups.UndoAsync(User, deleted, Closing)).Error : null;
        if (ActionError is null)
        {
            ClearStatus();
            _successMessage = GroupText.Undone;
        }
    });

    private void ClearStatus() => (_successMessage, _deleted) = (null, null);

    private Task ChangeAsync(List<Character> characters)
    {
        Dialog.Close(DialogResult.Ok<IReadOnlyList<Character>>(characters));
        return Task.CompletedTask;
    }
}
