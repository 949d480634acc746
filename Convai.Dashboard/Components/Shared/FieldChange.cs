namespace Convai.Dashboard.Components.Shared;

/// <summary>One field, old → new, in words.</summary>
/// <param name="IsCode">True for what is shown in monospace.</param>
public sealed record FieldChange(string Label, string Before, string After, bool IsCode = false);
