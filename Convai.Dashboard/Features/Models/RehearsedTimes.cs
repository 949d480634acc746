using System.Globalization;

namespace Convai.Dashboard.Features.Models;

/// <summary>How long a model took to answer in the team's own rehearsals of the last thirty days.</summary>
/// <param name="Median">In milliseconds.</param>
/// <param name="Answers">At least one.</param>
public sealed record RehearsedTimes(int Median, int Answers)
{
    public const string Source = "Your team's rehearsals of the last 30 days";

    /// <summary>"median 1.6 s in 24 answers".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"median {Median / 1000m:0.0} s in {Answers:N0} {(Answers == 1 ? "answer" : "answers")}");
}
