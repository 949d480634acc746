namespace Convai.Dashboard.Features.Editing;

/// <summary>What a person who leaves with a draft wants to do with it.</summary>
public enum LeaveChoice
{
    /// <summary>Not to leave.</summary>
    Stay,
    Discard,
    Save,
}
