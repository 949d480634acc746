namespace Convai.Dashboard.Components.Shared;

/// <summary>What a colour means; it never says it alone.</summary>
public enum BadgeTone
{
    Neutral,
    Accent,

    /// <summary>Look here.</summary>
    Warning,

    /// <summary>Failed, or uncensored.</summary>
    Danger,

    /// <summary>Confirmed.</summary>
    Good,
}
