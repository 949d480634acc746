using System.Threading.RateLimiting;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Account;

/// <summary>
/// Limits the sign-in attempts for one account, from any address. It counts emails as typed, known or not, so
/// that its answer does not reveal whether an account exists.
/// </summary>
public sealed class AttemptLimits : IDisposable
{
    public const int MaxAttempts = 10;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(account =>
        RateLimitPartition.GetSlidingWindowLimiter(account, _ => new SlidingWindowRateLimiterOptions { PermitLimit = MaxAttempts, Window = TimeSpan.FromMinutes(5), SegmentsPerWindow = 5 }));

    /// <summary>False after too many attempts in the last five minutes.</summary>
    public bool TryAcquire(string email)
    {
        using var lease = _limiter.AttemptAcquire(EmailAddress.Normalize(email.Trim()));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
