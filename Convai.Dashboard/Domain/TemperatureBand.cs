namespace Convai.Dashboard.Domain;

/// <summary>A temperature in words: 0 to 0.3 predictable, to 0.7 balanced, to 1 inventive. A border belongs to the upper band.</summary>
public sealed record TemperatureBand(string Name, string Meaning)
{
    public static readonly TemperatureBand Predictable = new("predictable", "Sticks to the facts; replies are consistent.");
    public static readonly TemperatureBand Balanced = new("balanced", "Stays in character; replies vary.");
    public static readonly TemperatureBand Inventive = new("inventive", "Surprises and role-plays; may make things up.");

    public static IReadOnlyList<TemperatureBand> All { get; } = [Predictable, Balanced, Inventive];

    public static TemperatureBand For(decimal temperature) => temperature switch
    {
        < 0.3m => Predictable,
        < 0.7m => Balanced,
        _ => Inventive,
    };
}
