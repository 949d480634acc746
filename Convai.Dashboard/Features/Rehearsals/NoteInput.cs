namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A note as a person has typed it.</summary>
/// <param name="Repeat">The repeat whose answer it is about, from 0.</param>
public sealed record NoteInput(int Repeat, string Text);
