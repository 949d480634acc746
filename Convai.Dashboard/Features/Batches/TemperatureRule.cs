using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Stored by name, as part of a plan's rule.</summary>
public enum TemperatureOperation
{
    SetTo,

    /// <summary>Raises or lowers, and stops at 0 and 1.</summary>
    ChangeBy,

    /// <summary>Lowers what is above.</summary>
    AtMost,

    /// <summary>Raises what is below.</summary>
    AtLeast,
}

/// <summary>What becomes of the temperature of each of many characters. A character without one gets one only by <see cref="TemperatureOperation.SetTo"/>.</summary>
/// <param name="Value">0 to 1; for <see cref="TemperatureOperation.ChangeBy"/> from −1 to 1, and not 0.</param>
public sealed record TemperatureRule(TemperatureOperation Operation, decimal Value)
{
    /// <summary>The temperature to write; null leaves it as it is.</summary>
    /// <param name="now">Null if the character has none, or one that is not understood.</param>
    public decimal? For(decimal? now) => (Operation, now) switch
    {
        (TemperatureOperation.SetTo, _) => Value,
        (TemperatureOperation.ChangeBy, { } from) => Math.Clamp(from + Value, TemperatureRules.Minimum, TemperatureRules.Maximum) is var moved && moved != from ? moved : null,
        (TemperatureOperation.AtMost, { } from) => from > Value ? Value : null,
        (TemperatureOperation.AtLeast, { } from) => from < Value ? Value : null,
        _ => null,
    };

    /// <summary>Whether a character would get another temperature.</summary>
    public bool Changes(decimal? now) => For(now) is { } after && !TemperatureRules.AreSame(after, now);

    /// <summary>Whether the scale ends before the whole step is made.</summary>
    public bool IsClamped(decimal? now) => Operation == TemperatureOperation.ChangeBy && now is { } from && !TemperatureRules.IsInRange(from + Value);

    /// <summary>Why it cannot be applied, as a sentence; null if it can.</summary>
    public string? Validate() => Operation switch
    {
        TemperatureOperation.ChangeBy => Value == 0 || Math.Abs(Value) > TemperatureRules.Maximum ? BatchText.StepOutOfRange : null,
        TemperatureOperation.SetTo or TemperatureOperation.AtMost or TemperatureOperation.AtLeast => TemperatureRules.Validate(Value),
        _ => BatchText.NothingToChange,
    };
}
