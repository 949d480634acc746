using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Keeps all calls of this server together under the rate limit, and silent for as long as Convai asked after a 429.
/// </summary>
internal sealed class ConvaiPacing(IOptions<ConvaiOptions> options, TimeProvider time) : IDisposable
{
    // Clients of the live service wait about a minute when a 429 comes without Retry-After.
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private readonly SlidingWindowRateLimiter _limiter = CreateLimiter(options.Value.MaxRequestsPerMinute);

    // A batch leaves a fifth of the calls to the people who are at work meanwhile: they would wait for each segment otherwise.
    private readonly SlidingWindowRateLimiter _batchLimiter = CreateLimiter(Math.Max(1, options.Value.MaxRequestsPerMinute * 4 / 5));

    private long _closedUntilTicks;

    /// <summary>How long a person is kept waiting for a free place, or a read for Convai's Retry-After, before the call fails with the reason.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(5);

    public bool IsNearLimit =>
        ClosedFor > TimeSpan.Zero || _limiter.GetStatistics()!.CurrentAvailablePermits * 2 < options.Value.MaxRequestsPerMinute;

    public int CallsPerMinute => options.Value.MaxRequestsPerMinute;

    /// <summary>The places taken in the last minute, kept ones among them.</summary>
    public int CallsUsed => CallsPerMinute - (int)_limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>For how long Convai has asked to be left alone; zero or less for not at all.</summary>
    public TimeSpan ClosedFor => new DateTimeOffset(Interlocked.Read(ref _closedUntilTicks), TimeSpan.Zero) - time.GetUtcNow();

    public async Task<ConvaiReservation> ReserveAsync(int calls, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(calls, cancellationToken);
        return new ConvaiReservation(calls);
    }

    /// <summary>Waits, for as long as it takes, until Convai may be asked again and a batch's share of the calls has a place free.</summary>
    public async Task AwaitBatchPlaceAsync(CancellationToken cancellationToken)
    {
        using var lease = await _batchLimiter.AcquireAsync(1, cancellationToken);
        while (ClosedFor is { Ticks: > 0 } closedFor)
        {
            await Task.Delay(closedFor, time, cancellationToken);
        }
    }

    /// <summary>Waits for a free place. Null when the call may go now, otherwise how long Convai has to be left alone.</summary>
    public async Task<TimeSpan?> EnterAsync(ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var closedFor = ClosedFor;
        if (closedFor > TimeSpan.Zero)
        {
            return closedFor;
        }

        if (reservation?.TryTake() == true)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var lease = await _limiter.AcquireAsync(1, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _limiter.ReplenishmentPeriod;
        }
    }

    /// <summary>An earlier, longer silence is kept; an absurdly long one is cut, so that one odd answer cannot shut the dashboard for a day.</summary>
    public void CloseFor(TimeSpan? retryAfter)
    {
        var wait = retryAfter ?? DefaultRetryAfter;
        var until = (time.GetUtcNow() + (wait < LongestSilence ? wait : LongestSilence)).UtcTicks;
        long known;
        while (until > (known = Interlocked.Read(ref _closedUntilTicks)) && Interlocked.CompareExchange(ref _closedUntilTicks, until, known) != known)
        {
        }
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _batchLimiter.Dispose();
    }

    private static SlidingWindowRateLimiter CreateLimiter(int callsPerMinute) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = callsPerMinute,
        // A place comes free with its whole segment: with one more than a minute, never sooner than Convai forgets the call.
        Window = TimeSpan.FromSeconds(65),
        SegmentsPerWindow = 13,
        QueueLimit = int.MaxValue,
    });
}
