namespace Convai.Dashboard.Features.Models;

/// <summary>The old and new value of one field, as text.</summary>
/// <param name="IsCode">True if the values are model codes, which are shown with the name of the model.</param>
public sealed record FieldChange(string Label, string Before, string After, bool IsCode = false);
