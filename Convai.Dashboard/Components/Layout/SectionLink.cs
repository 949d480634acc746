using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Convai.Dashboard.Components.Layout;

/// <summary>A link of the main menu. It is current on every page that belongs to it, wherever the page's address begins.</summary>
public sealed class SectionLink : NavLink
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Whether a page belongs to it, by its path relative to the base address.</summary>
    [Parameter, EditorRequired]
    public required Func<string, bool> IsMatch { get; set; }

    public static bool IsCast(string path) =>
        path.Length == 0 || path.StartsWith("cast/", StringComparison.Ordinal) || (path.StartsWith("characters/", StringComparison.Ordinal) && !IsRehearsalSetup(path));

    public static bool IsRehearsals(string path) =>
        path == "rehearsals" || path.StartsWith("rehearsals/", StringComparison.Ordinal) || IsRehearsalSetup(path);

    private static bool IsRehearsalSetup(string path) => path.StartsWith("characters/", StringComparison.Ordinal) && path.EndsWith("/rehearse", StringComparison.Ordinal);

    protected override bool ShouldMatch(string uriAbsolute) => IsMatch(Navigation.ToBaseRelativePath(uriAbsolute).Split('?', '#')[0].TrimEnd('/'));
}
