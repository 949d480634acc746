using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Testing;

/// <summary>A computer whose clock is set while the time goes on: timestamps and timers do not notice.</summary>
internal sealed class SettableClock(FakeTimeProvider time) : TimeProvider
{
    /// <summary>How far the clock is wrong; negative after it was set back.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}

internal static class FakeTime
{
    public static Task AdvanceUntilAsync(this FakeTimeProvider time, Task task) => time.AdvanceUntilAsync(EndAsync(task));

    private static async Task<bool> EndAsync(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Lets the fake clock run until the task ends, yielding to the real HTTP in between.</summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await task;
    }
}
