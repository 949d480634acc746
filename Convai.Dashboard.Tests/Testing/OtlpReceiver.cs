using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.Testing;

/// <summary>Ids are hexadecimal, as in <see cref="System.Diagnostics.ActivityTraceId"/>.</summary>
internal sealed record OtlpSpan(string TraceId, string Id, string ParentId, string Name);

/// <summary>A collector that takes OTLP over http/protobuf on a real port, and keeps every byte.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Headers, byte[] Body)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Everything that came, bodies letter by letter.</summary>
    public string Bodies => string.Concat(_received.Select(request => Encoding.Latin1.GetString(request.Body)));

    public IReadOnlyList<string> Headers => [.. _received.Select(request => request.Headers)];

    /// <summary>ExportTraceServiceRequest → ResourceSpans → ScopeSpans → Span.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. from span in Leaves("/v1/traces")
           let parts = Fields(span).ToLookup(part => part.Number, part => part.Bytes)
           select new OtlpSpan(Hex(parts[1]), Hex(parts[2]), Hex(parts[4]), Encoding.UTF8.GetString(parts[5].Single().Span)),
    ];

    /// <summary>ExportMetricsServiceRequest → ResourceMetrics → ScopeMetrics → Metric.</summary>
    public IReadOnlySet<string> Metrics =>
        Leaves("/v1/metrics").Select(metric => Encoding.UTF8.GetString(Fields(metric).First(part => part.Number == 1).Bytes.Span)).ToHashSet(StringComparer.Ordinal);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")), body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private IEnumerable<ReadOnlyMemory<byte>> Leaves(string path) =>
        from request in _received
        where request.Path == path
        from resource in Fields(request.Body)
        where resource.Number == 1
        from scope in Fields(resource.Bytes)
        where scope.Number == 2
        from leaf in Fields(scope.Bytes)
        where leaf.Number == 2
        select leaf.Bytes;

    private static string Hex(IEnumerable<ReadOnlyMemory<byte>> id) => string.Concat(id.Select(bytes => Convert.ToHexStringLower(bytes.Span)));

    /// <summary>The fields of a message that have a length (https://protobuf.dev/programming-guides/encoding/); numbers are passed over.</summary>
    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            var length = (tag & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(message.Span, ref at), _ => 0 };
            if ((tag & 7) == 0)
            {
                Varint(message.Span, ref at);
            }
            else if ((tag & 7) == 2)
            {
                yield return ((int)(tag >> 3), message.Slice(at, length));
            }

            at += length;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
