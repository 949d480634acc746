using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.ConvaiApi;

public sealed class ConvaiRateLimiterTests
{
    [Theory]
    // What Convai asked for, a minute where it names none, and never longer than ten.
    [InlineData(20.0, 20.0)]
    [InlineData(0.5, 0.5)]
    [InlineData(null, 60.0)]
    [InlineData(86_400.0, 600.0)]
    public async Task BackOff_UntilItEnds_SendsNothing(double? asked, double seconds)
    {
        var time = new FakeTimeProvider();
        using var rateLimiter = new ConvaiRateLimiter(Options.Create(new ConvaiOptions()), time);
        await rateLimiter.BackOffAsync(asked is { } some ? TimeSpan.FromSeconds(some) : null, Cancellation);

        var backOff = TimeSpan.FromSeconds(seconds);
        Assert.Equal(backOff, await rateLimiter.EnterAsync(null, Cancellation));
        time.Advance(backOff - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await rateLimiter.EnterAsync(null, Cancellation));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await rateLimiter.EnterAsync(null, Cancellation));
    }

    [Fact]
    public async Task BackOff_ShorterThanCurrent_KeepsTheLonger()
    {
        var time = new FakeTimeProvider();
        using var rateLimiter = new ConvaiRateLimiter(Options.Create(new ConvaiOptions()), time);
        await rateLimiter.BackOffAsync(TimeSpan.FromSeconds(30), Cancellation);
        await rateLimiter.BackOffAsync(TimeSpan.FromSeconds(10), Cancellation);

        Assert.Equal(TimeSpan.FromSeconds(30), rateLimiter.BackOffRemaining);
    }

    [Theory]
    // A fifth is left to the people who are working at the same time, but a batch always makes progress.
    [InlineData(10, 8)]
    [InlineData(4, 3)]
    [InlineData(1, 1)]
    public async Task Batch_GetsFourFifthsOfPermits(int callsPerMinute, int placesOfTheBatch)
    {
        using var rateLimiter = new ConvaiRateLimiter(Options.Create(new ConvaiOptions { MaxRequestsPerMinute = callsPerMinute }), new FakeTimeProvider());
        for (var place = 0; place < placesOfTheBatch; place++)
        {
            Assert.True(rateLimiter.AwaitBatchPermitAsync(Cancellation).IsCompletedSuccessfully);
        }

        using var given = new CancellationTokenSource();
        var further = rateLimiter.AwaitBatchPermitAsync(given.Token);
        Assert.False(further.IsCompleted);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => further);
    }
}
