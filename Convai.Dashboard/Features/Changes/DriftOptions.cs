using System.ComponentModel.DataAnnotations;

namespace Convai.Dashboard.Features.Changes;

public sealed class DriftOptions
{
    public const string Section = "Drift";

    /// <summary>How often the cast is read to find outside changes if no page has read it; zero: only when a page reads it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Drift:ReadEvery must be between 0 (never) and 1 day.")]
    public TimeSpan ReadEvery { get; set; } = TimeSpan.FromMinutes(5);
}
