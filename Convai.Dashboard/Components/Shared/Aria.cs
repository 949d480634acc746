namespace Convai.Dashboard.Components.Shared;

public static class Aria
{
    /// <summary>The value of an attribute such as aria-pressed or aria-expanded, which Blazor would write without one, or not at all.</summary>
    public static string State(bool isOn) => isOn ? "true" : "false";
}
