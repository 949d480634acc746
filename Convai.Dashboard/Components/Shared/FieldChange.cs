namespace Convai.Dashboard.Components.Shared;

/// <summary>The old and new value of one field, as text.</summary>
/// <param name="IsCode">True if the values are shown in monospace.</param>
public sealed record FieldChange(string Label, string Before, string After, bool IsCode = false);
