namespace Convai.Dashboard.Components.Shared;

/// <summary>Choices that belong together, under a heading.</summary>
public sealed record ChoiceGroup(string Label, IReadOnlyList<Choice> Choices);

public sealed record Choice(string Value, string Text);
