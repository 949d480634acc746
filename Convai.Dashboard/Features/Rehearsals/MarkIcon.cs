using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>The drawing that stands for a mark, next to its name or with its name as the button's label.</summary>
internal static class MarkIcon
{
    public static RenderFragment Create(MarkKind kind) => builder =>
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", "icon mark-icon");
        builder.AddAttribute(2, "viewBox", "0 0 24 24");
        builder.AddAttribute(3, "aria-hidden", "true");
        builder.OpenElement(4, "path");
        builder.AddAttribute(5, "d", kind switch
        {
            MarkKind.InCharacter => "M5 12.5l4.5 4.5L19 7",
            MarkKind.TooLong => "M4 6h16M4 12h16M4 18h10",
            // A wall.
            _ => "M3 5h18v14H3zM3 12h18M12 5v7M7.5 12v7M16.5 12v7",
        });
        builder.CloseElement();
        builder.CloseElement();
    };
}
