using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Testing;

internal static class FakeTime
{
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
