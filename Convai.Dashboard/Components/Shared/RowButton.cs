using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// A MudButton of text for the rows of a list, drawn without a component: each of those costs the server some 4 KB for as long as the page
/// is open (docs/decisions/controls.md).
/// </summary>
public static class RowButton
{
    /// <param name="page">The component that owns the list; it is rendered again after the action.</param>
    /// <param name="label">The text for screen readers, with the row's name in it.</param>
    public static RenderFragment Create(ComponentBase page, string text, string label, Func<Task> action, bool isDisabled = false) => builder =>
    {
        builder.OpenElement(0, "button");
        builder.AddAttribute(1, "type", "button");
        builder.AddAttribute(2, "class", "mud-button-root mud-button mud-button-text");
        builder.AddAttribute(3, "aria-label", label);
        builder.AddAttribute(4, "disabled", isDisabled);
        builder.AddAttribute(5, "onclick", EventCallback.Factory.Create<MouseEventArgs>(page, action));
        builder.AddContent(6, text);
        builder.CloseElement();
    };
}
