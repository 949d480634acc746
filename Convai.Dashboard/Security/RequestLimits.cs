using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace Convai.Dashboard.Security;

/// <summary>How much one request or one page may take, and how often one address may try to sign in.</summary>
public static class RequestLimits
{
    /// <summary>Attempts to sign in, join or reset from one address in a minute; enough for an office behind one address.</summary>
    public const int AttemptsPerMinute = 30;

    private const int MaxRequestBytes = 256 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Nothing is uploaded: the largest body is a form.
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });
        builder.Services.Configure<FormOptions>(form => (form.ValueCountLimit, form.ValueLengthLimit, form.KeyLengthLimit) = (64, 64 * 1024, 256));
        builder.Services.AddSingleton(_ => PartitionedRateLimiter.Create<HttpContext, string>(context =>
            HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/account")
                ? RateLimitPartition.GetSlidingWindowLimiter(GetPartitionKey(context.Connection.RemoteIpAddress), _ => new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = AttemptsPerMinute,
                    Window = TimeSpan.FromMinutes(1),
                    SegmentsPerWindow = 6,
                })
                : RateLimitPartition.GetNoLimiter("")));
    }

    /// <summary>
    /// Replaces <c>UseRateLimiter</c>, which creates a second limiter, for limits of single endpoints, and never disposes of it: its timer then keeps
    /// everything that a stopped host had in memory.
    /// </summary>
    public static void UseRequestLimits(this WebApplication app)
    {
        var limiter = app.Services.GetRequiredService<PartitionedRateLimiter<HttpContext>>();
        app.Use(async (context, next) =>
        {
            using var lease = limiter.AttemptAcquire(context);
            if (lease.IsAcquired)
            {
                await next(context);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            }
        });
    }

    /// <summary>One customer has a whole /64 of IPv6 addresses to change between.</summary>
    internal static string GetPartitionKey(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
