using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>A rehearsal in the list. Its <see cref="Rehearsal"/> has lines and columns, but no answers.</summary>
/// <param name="Answered">How many answers have arrived.</param>
/// <param name="Marked">How many lines of columns are marked.</param>
/// <param name="Used">What was saved from it last; null if nothing was.</param>
public sealed record RehearsalSummary(Rehearsal Rehearsal, int Answered, int Marked, SettingsPatch? Used)
{
    /// <summary>How many answers were asked for.</summary>
    public int Asked => Rehearsal.Columns.Count * Rehearsal.Lines.Count * Rehearsal.Repeats;

    /// <summary>How many lines of columns can be marked.</summary>
    public int Markable => Rehearsal.Columns.Count * Rehearsal.Lines.Count;

    public bool IsUndecided => Rehearsal.State != RehearsalState.Running && Used is null && Answered > 0;
}

/// <summary>Which rehearsals a person looks at.</summary>
public enum RehearsalFilter
{
    All,
    Running,

    /// <summary>They have answers, and nothing was saved from them.</summary>
    Undecided,

    /// <summary>A candidate was saved.</summary>
    Used,

    /// <summary>The person started them.</summary>
    Mine,
}
