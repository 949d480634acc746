using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>What the dashboard says about groups.</summary>
public static class GroupText
{
    // Names.

    public static string NameHint => $"The name can have up to {CharacterGroup.MaxNameLength} letters. To fill a group, select characters in the cast.";

    public static string NameMissing => FieldText.NameMissing("group");
    public const string NameHasSemicolon = "Use a name without a semicolon: it separates the groups in a file.";

    public static string NameReserved => $"“{GroupNames.None}” is how a file says that a character is in no group. Choose another name.";

    public static string NameTooLong => FieldText.TooLong("The name", CharacterGroup.MaxNameLength);

    public static string NameTaken(string name) => FieldText.NameTaken("group", name);

    public static string TooMany => $"There are {CharacterGroups.MaxGroups} groups already. Delete one first.";

    // Groups and their characters.

    public const string NotLoaded = "Groups could not be loaded.";
    public const string Gone = "Someone has deleted this group. Nothing was changed.";
    public const string NotInCast = "Some of these characters are not in the cast. Nothing was changed. Refresh the cast, then try again.";

    public static string Renamed(string now) => $"Someone has renamed this group to “{now}”. Nothing was changed.";

    /// <summary>The button that changes the settings of a group's characters, and not the group.</summary>
    public static string Change(int characters) => characters == 1 ? "Change its character…" : $"Change its {characters} characters…";

    public const string Undone = "Undone.";

    public static string Created(string name) => $"“{name}” was created.";

    public static string RenamedTo(string before, string name) => $"“{before}” is now called “{name}”.";

    public static string Delete(string name) => $"Delete “{name}”?";

    public static string DeleteWarning(int characters) =>
        $"It has {CharacterText.Count(characters)}, which will be removed from it. Nothing changes in Convai.";

    public static string Deleted(string name) => $"“{name}” was deleted.";

    public static string Added(int characters, string name) => $"{(characters == 1 ? "1 character was" : $"{characters} characters were")} added to “{name}”.";

    public static string Removed(int characters, string name) => $"{(characters == 1 ? "1 character was" : $"{characters} characters were")} removed from “{name}”.";
}
