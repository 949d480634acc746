namespace Convai.Dashboard.Components.Layout;

/// <param name="Keys">The keys of an inner list are pressed together; any one list is enough.</param>
public sealed record Shortcut(string Description, params string[][] Keys);

public sealed record ShortcutGroup(string Title, IReadOnlyList<Shortcut> Shortcuts);

/// <summary>All shortcuts, as listed in the help sheet. dashboard.js and the components that they belong to handle them.</summary>
public static class Shortcuts
{
    private static readonly ShortcutGroup Everywhere = new(
        "Everywhere",
        [
            new Shortcut("Find or do anything", ["Ctrl", "K"]),
            new Shortcut("Search, on the cast and in the history", ["/"]),
            new Shortcut("This help", ["?"]),
            new Shortcut("Close a dialog, a menu or a list", ["Esc"]),
        ]);

    private static readonly ShortcutGroup GoTo = new(
        "In “Go to…”",
        [
            new Shortcut("Next, previous", ["↓"], ["↑"]),
            new Shortcut("First, last", ["Home"], ["End"]),
            new Shortcut("Go there, or do it", ["Enter"]),
        ]);

    private static readonly ShortcutGroup Table = new(
        "In the cast table",
        [
            new Shortcut("Next, previous character", ["↓"], ["↑"], ["J"], ["K"]),
            new Shortcut("Labels and values of the row", ["→"], ["←"]),
            new Shortcut("Open the character", ["Enter"]),
        ]);

    private static readonly ShortcutGroup Selecting = new(
        "In the cast table, for editing",
        [
            new Shortcut("Select the character", ["X"]),
            new Shortcut("Edit the row, or change the selected characters", ["E"]),
            new Shortcut("Stop editing the row, or clear the selection", ["Esc"]),
        ]);

    private static readonly Shortcut Neighbours = new("Next, previous character in the cast", ["Ctrl", "↓"], ["Ctrl", "↑"]);

    private static readonly ShortcutGroup Character = new("On a character", [new Shortcut("Save the draft", ["Ctrl", "S"]), Neighbours]);

    private static readonly ShortcutGroup CharacterToView = new("On a character", [Neighbours]);

    private static readonly ShortcutGroup ModelList = new(
        "In the list of models",
        [
            new Shortcut("Next, previous model", ["↓"], ["↑"]),
            new Shortcut("Next, previous provider", ["Page down"], ["Page up"]),
            new Shortcut("First, last", ["Home"], ["End"]),
            new Shortcut("Choose the model", ["Enter"]),
            new Shortcut("Add it to your favourites, or remove it", ["Ctrl", "D"]),
        ]);

    private static readonly ShortcutGroup Temperature = new(
        "In the temperature field",
        [
            new Shortcut("Raise, lower by 0.01", ["↑"], ["↓"]),
            new Shortcut("Raise, lower by 0.10", ["Page up"], ["Page down"]),
            new Shortcut("0 or 1, on the slider", ["Home"], ["End"]),
        ]);

    /// <param name="mayChange">False for a Viewer, who sees only the shortcuts that a Viewer can use.</param>
    public static IReadOnlyList<ShortcutGroup> For(bool mayChange) => mayChange ? [Everywhere, GoTo, Table, Selecting, Character, ModelList, Temperature] : [Everywhere, GoTo, Table, CharacterToView];
}
