namespace Convai.Dashboard.Components.Shared;

/// <summary>The meaning of a colour, which is never shown by colour alone.</summary>
public enum BadgeTone
{
    Neutral,
    Accent,

    /// <summary>Costs more; neither a state nor a fault.</summary>
    Cost,

    /// <summary>Needs attention.</summary>
    Warning,

    /// <summary>Failed, or uncensored.</summary>
    Danger,

    /// <summary>Confirmed.</summary>
    Good,
}
