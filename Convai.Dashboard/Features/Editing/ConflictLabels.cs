namespace Convai.Dashboard.Features.Editing;

/// <summary>What a conflict calls the values that were not saved.</summary>
/// <param name="Column">The heading above them.</param>
/// <param name="Overwrite">The button that saves them after all.</param>
public sealed record ConflictLabels(string Column, string Overwrite)
{
    public static readonly ConflictLabels Draft = new("Your draft", "Overwrite with mine");
    public static readonly ConflictLabels Undo = new("Before your change", "Undo anyway");
    public static readonly ConflictLabels Restore = new("Our value", "Restore anyway");
}
