using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Keeps all calls, including those of other servers that share the account, under the rate limit, and pauses them for as long as Convai asked after a 429.
/// </summary>
/// <param name="shared">Null if this is the only server.</param>
internal sealed class ConvaiRateLimiter(IOptions<ConvaiOptions> options, TimeProvider time, ISharedRateLimit? shared = null) : IDisposable
{
    // Clients of the live service wait about a minute when a 429 comes without Retry-After.
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(10);

    private readonly SlidingWindowRateLimiter _limiter = CreateLimiter(options.Value, options.Value.MaxRequestsPerMinute);

    // A batch leaves a fifth of the calls to the people who work at the same time; otherwise they would wait for each segment.
    private readonly SlidingWindowRateLimiter _batchLimiter = CreateLimiter(options.Value, GetBatchLimit(options.Value));

    // A timestamp, because a clock that is set back must not lengthen the back-off.
    private long _backOffUntil;
    private Usage? _usedByAll;

    /// <summary>How long a person waits for a permit, or a read for Convai's Retry-After, before the call fails with the reason.</summary>
    public static TimeSpan PermitTimeout => TimeSpan.FromSeconds(5);

    public bool IsNearLimit =>
        BackOffRemaining > TimeSpan.Zero || CallsUsed * 2 > CallsPerMinute;

    public int CallsPerMinute => options.Value.MaxRequestsPerMinute;

    /// <summary>The permits used in the last minute, including reserved ones and, as far as this server knows, those of other servers.</summary>
    public int CallsUsed => Math.Max(CallsPerMinute - (int)_limiter.GetStatistics()!.CurrentAvailablePermits, UsedByAll);

    /// <summary>How much longer Convai's back-off lasts; zero or less if there is none.</summary>
    public TimeSpan BackOffRemaining => time.GetElapsedTime(time.GetTimestamp(), Interlocked.Read(ref _backOffUntil));

    /// <summary>The number at this server's last query; after the window it no longer counts.</summary>
    private int UsedByAll => _usedByAll is { } used && time.GetElapsedTime(used.At) < options.Value.RateWindow ? used.Calls : 0;

    public async Task<ConvaiReservation> ReserveAsync(int calls, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(calls, cancellationToken);
        await AcquireSharedAsync(calls, CallsPerMinute, cancellationToken);
        return new ConvaiReservation(calls);
    }

    /// <summary>Waits for as long as it takes until the back-off is over and a batch's share of the calls has a free permit.</summary>
    public async Task AwaitBatchPermitAsync(CancellationToken cancellationToken)
    {
        using var lease = await _batchLimiter.AcquireAsync(1, cancellationToken);
        while (BackOffRemaining is { Ticks: > 0 } backOff)
        {
            await Task.Delay(backOff, time, cancellationToken);
        }

        await AcquireSharedAsync(0, BatchLimit, cancellationToken);
    }

    /// <summary>Waits for a permit. Returns null if the call may go now, otherwise how long to back off.</summary>
    public async Task<TimeSpan?> EnterAsync(ConvaiReservation? reservation, CancellationToken cancellationToken)
    {
        var backOff = BackOffRemaining;
        if (backOff > TimeSpan.Zero)
        {
            return backOff;
        }

        if (reservation?.TryTake() == true)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(PermitTimeout, time);
        using var combined = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var lease = await _limiter.AcquireAsync(1, combined.Token);
            await AcquireSharedAsync(1, CallsPerMinute, combined.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return BackOffRemaining is { Ticks: > 0 } left ? left : _limiter.ReplenishmentPeriod;
        }
    }

    /// <summary>Caps an absurdly long back-off, so that one odd answer cannot block the dashboard for a day.</summary>
    public static TimeSpan CapBackOff(TimeSpan asked) => asked < MaxBackOff ? asked : MaxBackOff;

    /// <summary>Starts a back-off; an earlier, longer one is kept.</summary>
    public async Task BackOffAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var backOff = CapBackOff(retryAfter ?? DefaultRetryAfter);
        StartBackOff(backOff);
        if (shared is not null)
        {
            await shared.BackOffAsync(backOff, cancellationToken);
        }
    }

    private void StartBackOff(TimeSpan backOff)
    {
        var until = time.GetTimestamp() + (long)(backOff.TotalSeconds * time.TimestampFrequency);
        long known;
        while (until > (known = Interlocked.Read(ref _backOffUntil)) && Interlocked.CompareExchange(ref _backOffUntil, until, known) != known)
        {
        }
    }

    /// <summary>Waits for permits shared by all servers, after those of this one, so that its people are served in order.</summary>
    private async Task AcquireSharedAsync(int calls, int limit, CancellationToken cancellationToken)
    {
        while (shared is not null)
        {
            var grant = await shared.AcquireAsync(calls, limit, options.Value.RateWindow, cancellationToken);
            _usedByAll = new Usage(grant.Used, time.GetTimestamp());
            if (grant.BackOffRemaining > TimeSpan.Zero)
            {
                StartBackOff(CapBackOff(grant.BackOffRemaining));
            }

            if (grant.Wait is not { } wait)
            {
                return;
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _batchLimiter.Dispose();
    }

    private int BatchLimit => GetBatchLimit(options.Value);

    private static int GetBatchLimit(ConvaiOptions options) => Math.Max(1, options.MaxRequestsPerMinute * 4 / 5);

    private static SlidingWindowRateLimiter CreateLimiter(ConvaiOptions options, int callsPerMinute) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = callsPerMinute,
        Window = options.RateWindow,
        SegmentsPerWindow = 13,
        QueueLimit = int.MaxValue,
    });

    private sealed record Usage(int Calls, long At);
}
