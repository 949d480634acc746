using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Usage;

/// <summary>
/// The account's usage, read for everyone on this server at most every 15 minutes: when an Admin opens its page, and when someone opens a plan that
/// would spend calls. Nothing else calls Convai for it.
/// </summary>
public sealed class AccountUsage(ConvaiClient convai, Access access, TimeProvider time)
{
    /// <summary>How long a reading serves everyone; a refresh does not shorten it.</summary>
    public static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(15);

    // Someone who asks for a refresh need not wait for it.
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private UsageReading? _last;
    private long _lastAttempt;
    private Task<UsageReading>? _running;

    /// <summary>Raised when Convai has been asked, whatever it answered, on the thread that did it.</summary>
    public event Action? Updated;

    /// <summary>The metrics of which less than a tenth was left at the last reading, for everyone. It makes no call to Convai.</summary>
    public IReadOnlyList<UsageLeft> Low
    {
        get
        {
            lock (_lock)
            {
                return _last?.Low ?? [];
            }
        }
    }

    /// <summary>
    /// The usage, for Admins. Convai is asked if the last reading is older than <see cref="CacheDuration"/>, or if the last attempt failed. Throws
    /// <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.
    /// </summary>
    /// <param name="forceRefresh">Whether a failed attempt is repeated at once.</param>
    public async Task<UsageReading> ReadAsync(ClaimsPrincipal user, bool forceRefresh, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        return await ReadAsync(forceRefresh, cancellationToken);
    }

    /// <summary>The last reading, for Admins, without a call to Convai; null if there is none. Throws like <see cref="ReadAsync(ClaimsPrincipal, bool, CancellationToken)"/>.</summary>
    public async Task<UsageReading?> GetLastAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        lock (_lock)
        {
            return _last;
        }
    }

    /// <summary>
    /// How many calls (<see cref="UsageMetric.CoreApi"/>) are left, for everyone who is signed in and about to spend some; null if that is not known. Throws
    /// like <see cref="ReadAsync(ClaimsPrincipal, bool, CancellationToken)"/>.
    /// </summary>
    public Task<UsageLeft?> ReadCallsLeftAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => ReadRemainingAsync(user, UsageMetric.CoreApi, cancellationToken);

    /// <summary>The same for interactions.</summary>
    public Task<UsageLeft?> ReadInteractionsLeftAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => ReadRemainingAsync(user, UsageMetric.Interactions, cancellationToken);

    private async Task<UsageLeft?> ReadRemainingAsync(ClaimsPrincipal user, string metricId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        return (await ReadAsync(forceRefresh: false, cancellationToken)).Left(metricId);
    }

    private Task<UsageReading> ReadAsync(bool forceRefresh, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is null && _last is not null && IsFresh(_last, forceRefresh))
            {
                return Task.FromResult(_last);
            }

            // Not cancelled with the page that asked first: others may be waiting for the same answer.
            return (_running ??= FetchAsync()).WaitAsync(cancellationToken);
        }
    }

    private bool IsFresh(UsageReading last, bool forceRefresh) => last.Failure switch
    {
        null => time.GetElapsedTime(_lastAttempt) < CacheDuration,
        { Wait.IsOver: true } => false,
        _ => !forceRefresh && time.GetElapsedTime(_lastAttempt) < RetryAfterFailure,
    };

    private async Task<UsageReading> FetchAsync()
    {
        // Leaves the caller's lock before the call begins.
        await Task.Yield();
        try
        {
            var answer = await convai.GetAccountUsageAsync(CancellationToken.None);
            lock (_lock)
            {
                _lastAttempt = time.GetTimestamp();
                return _last = answer.IsSuccess ? new UsageReading(answer.Value, time.GetUtcNow(), null) : new UsageReading(_last?.Usage, _last?.ReadAt ?? default, answer.Failure);
            }
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }

            Updated?.Invoke();
        }
    }
}
