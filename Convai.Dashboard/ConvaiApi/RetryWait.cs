namespace Convai.Dashboard.ConvaiApi;

/// <summary>The remaining back-off after a 429, counted from the answer. A failure may be shown later, when its wait has become shorter or is over.</summary>
public sealed class RetryWait(TimeSpan duration, TimeProvider time)
{
    private readonly long _answeredAt = time.GetTimestamp();

    /// <summary>Zero once it is over.</summary>
    public TimeSpan Remaining => duration - time.GetElapsedTime(_answeredAt) is { Ticks: > 0 } remaining ? remaining : TimeSpan.Zero;

    public bool IsOver => Remaining == TimeSpan.Zero;

    /// <summary>What to do now, as a sentence.</summary>
    public string Sentence => IsOver ? ConvaiText.TryAgainNow : ConvaiText.TryAgainIn(Remaining);
}
