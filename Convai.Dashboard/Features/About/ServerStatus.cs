using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.About;

/// <summary>The status of this server.</summary>
/// <param name="Version">The informational version: a number, and if known "+" and the commit.</param>
/// <param name="StartedAt">In UTC.</param>
/// <param name="ComparedAt">When the cast was last reconciled with the journal to find drift, in UTC; null if it has not since the server started.</param>
/// <param name="OpenChanges">The number of changes whose outcome is not known yet.</param>
public sealed record ServerReport(
    string Version,
    string Runtime,
    DateTimeOffset StartedAt,
    int OpenPages,
    int ConnectedPages,
    DatabaseStatus Database,
    bool IsSandbox,
    bool IsUnencrypted,
    string ConvaiHost,
    ConvaiStatus Status,
    RateLimitUsage RateLimit,
    CastReading Cast,
    DateTimeOffset? ComparedAt,
    int OpenChanges,
    int RunningBatches);

/// <summary>Gathers this server's status for Admins. It asks only the database, never Convai.</summary>
public sealed class ServerStatus(
    DatabaseProbe database, ConvaiClient convai, CastDirectory cast, ChangeJournal journal, JournalReconciler reconciler, BatchRepository batches, CircuitTracker circuits, Access access)
{
    private static readonly string AssemblyVersion =
        typeof(ServerStatus).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static readonly DateTimeOffset ProcessStart = ReadProcessStart();

    /// <summary>For Admins. Throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes: without the database the server cannot know who is one.</summary>
    public async Task<ServerReport> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Admin, cancellationToken);
        return new ServerReport(
            AssemblyVersion,
            RuntimeInformation.FrameworkDescription,
            ProcessStart,
            circuits.Open,
            circuits.Connected,
            await database.ReadAsync(cancellationToken),
            convai.IsSandbox,
            convai.IsUnencrypted,
            convai.Host,
            convai.Status,
            convai.RateLimit,
            cast.Last,
            reconciler.ComparedAt,
            await journal.CountOpenAsync(cancellationToken),
            (await batches.RunningAsync(cancellationToken)).Count);
    }

    private static DateTimeOffset ReadProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }
}
