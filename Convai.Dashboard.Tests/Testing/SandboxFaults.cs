using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convai.Dashboard.Testing;

/// <param name="Kind">What goes wrong.</param>
/// <param name="Times">How often, then the endpoint works again; 0: always.</param>
/// <param name="After">How many requests are answered rightly before.</param>
/// <param name="Status">For <see cref="SandboxFaultKind.Answer"/>: the HTTP status.</param>
/// <param name="Body">For <see cref="SandboxFaultKind.Answer"/>: the JSON.</param>
/// <param name="RetryAfter">For <see cref="SandboxFaultKind.Answer"/>: the header of that name, in seconds; null: none, as Convai may do.</param>
internal sealed record SandboxFault(SandboxFaultKind Kind, int Times = 0, int After = 0, int Status = 200, string Body = "", int? RetryAfter = null);

public enum SandboxFaultKind
{
    /// <summary>Any answer at all.</summary>
    Answer,

    /// <summary>HTTP 500 with <c>INTERNAL_ERROR</c> and a <c>Reference ID</c>.</summary>
    ServerError,

    /// <summary>HTTP 503 with an HTML page, as a gateway answers.</summary>
    GatewayHtml,

    /// <summary>HTTP 200 with an HTML page.</summary>
    Html,

    /// <summary>HTTP 200 with JSON that breaks off.</summary>
    MalformedJson,

    /// <summary>HTTP 200 with an <c>ERROR</c> inside.</summary>
    ErrorInside200,

    /// <summary>HTTP 200 with <c>{"status":"error","message":…,"transactionID":…}</c>.</summary>
    StatusErrorInside200,

    /// <summary>HTTP 400 with <c>{"detail":…}</c>.</summary>
    Detail,

    /// <summary>HTTP 401 whose JSON lacks its closing quote, as in Convai's documentation.</summary>
    MalformedKeyError,

    /// <summary>HTTP 400 whose words repeat the key that was sent.</summary>
    EchoKey,

    /// <summary>The connection is closed without an answer; nothing was applied.</summary>
    Drop,

    /// <summary>The request is carried out, then the connection is closed without an answer.</summary>
    DropAfterApplying,

    /// <summary>The request is carried out, then answered with HTTP 200 and an <c>ERROR</c> inside.</summary>
    ErrorAfterApplying,

    /// <summary>Half of an answer, then the connection is closed.</summary>
    HalfAnswer,

    /// <summary>No answer until the caller gives up; nothing was applied.</summary>
    Hang,

    /// <summary>The request is carried out, then no answer until the caller gives up.</summary>
    HangAfterApplying,

    /// <summary>Letter by letter, and never an end.</summary>
    Drip,

    /// <summary>A write is answered with SUCCESS and not carried out.</summary>
    IgnoreWrite,

    /// <summary><c>character/get</c> leaves out the settings, which Convai's documentation does not promise.</summary>
    OmitSettings,

    /// <summary>Says that ten gigabytes follow.</summary>
    TenGigabytes,

    /// <summary>Packed, it says, and is not.</summary>
    Mangled,

    /// <summary>The request is carried out, then answered as <see cref="Mangled"/>.</summary>
    MangledAfterApplying,

    /// <summary>A hundred megabytes of nothing in a hundred kilobytes.</summary>
    Bomb,

    /// <summary>A rate limit until the end of days.</summary>
    NeverAgain,
}

/// <param name="Name">The last part of the path.</param>
internal sealed record PictureRequest(string Name, IReadOnlyDictionary<string, string> Headers);

/// <summary>All that a sandbox may do wrong, by endpoint: <c>update</c>, <c>list</c>, <c>get</c>, <c>getSupportedModel</c>; and the hosts of pictures that answer oddly.</summary>
internal sealed class SandboxFaults
{
    /// <summary>The kinds after which everything continues immediately: no answer is waited for, and there is no back-off.</summary>
    public static readonly IReadOnlyList<SandboxFaultKind> Quick =
    [
        .. Enum.GetValues<SandboxFaultKind>().Except(
            [SandboxFaultKind.Hang, SandboxFaultKind.HangAfterApplying, SandboxFaultKind.Drip, SandboxFaultKind.TenGigabytes, SandboxFaultKind.NeverAgain]),
    ];

    private static readonly ConditionalWeakTable<SandboxServer, SandboxFaults> All = [];

    private readonly ConcurrentDictionary<string, SandboxFault> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SandboxFault, int> _asked = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, int> _count = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<PictureRequest> _pictures = new();
    private int _holds;

    private SandboxFaults(SandboxServer sandbox) => sandbox.Faults = AnswerAsync;

    /// <summary>So many callers were left to wait for an answer that does not come.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <summary>What becomes of the text of each answer that is right.</summary>
    public Func<string, string>? Rewrite { get; set; }

    /// <summary>What was asked for pictures, oldest first.</summary>
    public IReadOnlyList<PictureRequest> Pictures => [.. _pictures];

    public SandboxFault this[string endpoint]
    {
        // A copy of its own, so that it counts from here.
        set => _faults[endpoint] = value with { };
    }

    public static SandboxFaults For(SandboxServer sandbox) => All.GetValue(sandbox, static server => new SandboxFaults(server));

    public bool Has(string endpoint) => _faults.ContainsKey(endpoint);

    /// <summary>From now on everything is answered as it should be.</summary>
    public void Clear() => _faults.Clear();

    /// <summary>How often an endpoint was asked since it was told to fail.</summary>
    public int Asked(string endpoint) => _faults.TryGetValue(endpoint, out var fault) ? _asked.GetValueOrDefault(fault) : 0;

    /// <summary>How often an endpoint was asked since the sandbox started; it keeps no more than its last requests.</summary>
    public int Count(string endpoint) => _count.GetValueOrDefault(endpoint);

    private Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        if (context.GetRouteValue("name") is string picture)
        {
            _pictures.Enqueue(new PictureRequest(picture, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return FaultyPictures.AnswerAsync(picture, context, answer);
        }

        var endpoint = (string)context.GetRouteValue("endpoint")!;
        _count.AddOrUpdate(endpoint, 1, (_, count) => count + 1);
        var fault = _faults.GetValueOrDefault(endpoint);
        var asked = fault is null ? 0 : _asked.AddOrUpdate(fault, 1, (_, count) => count + 1) - fault.After;
        return fault is not null && asked > 0 && (fault.Times == 0 || asked <= fault.Times) ? FailAsync(context, fault, answer)
            : Rewrite is { } rewrite ? RewriteAsync(context, answer, rewrite)
            : answer(context);
    }

    private async Task FailAsync(HttpContext context, SandboxFault fault, RequestDelegate answer)
    {
        switch (fault.Kind)
        {
            case SandboxFaultKind.Answer:
                context.Response.Headers.RetryAfter = fault.RetryAfter?.ToString(CultureInfo.InvariantCulture);
                await WriteAsync(context, fault.Status, fault.Body);
                break;
            case SandboxFaultKind.ServerError:
                await WriteAsync(context, 500, """{"INTERNAL_ERROR": "Something went wrong.", "Reference ID": "ref-4711"}""");
                break;
            case SandboxFaultKind.GatewayHtml:
                await WriteAsync(context, 503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", "text/html");
                break;
            case SandboxFaultKind.Html:
                await WriteAsync(context, 200, "<html><body>Please sign in.</body></html>", "text/html");
                break;
            case SandboxFaultKind.MalformedJson:
                await WriteAsync(context, 200, """{"STATUS": "SUCC""");
                break;
            case SandboxFaultKind.ErrorInside200:
                await WriteAsync(context, 200, """{"ERROR": "The request could not be processed."}""");
                break;
            case SandboxFaultKind.StatusErrorInside200:
                await WriteAsync(context, 200, """{"status": "error", "message": "Try again later.", "transactionID": "tx-0815"}""");
                break;
            case SandboxFaultKind.Detail:
                await WriteAsync(context, 400, """{"detail": "Unprocessable value."}""");
                break;
            case SandboxFaultKind.MalformedKeyError:
                await WriteAsync(context, 401, """{"API_ERROR": "Invalid API key provided.}""");
                break;
            case SandboxFaultKind.EchoKey:
                await WriteAsync(context, 400, $$"""{"ERROR": "Bad request with '{{context.Request.Headers[ConvaiKeyHandler.Header]}}'."}""");
                break;
            case SandboxFaultKind.Drop:
                context.Abort();
                break;
            case SandboxFaultKind.DropAfterApplying:
                await ApplyAsync(context, answer);
                context.Abort();
                break;
            case SandboxFaultKind.ErrorAfterApplying:
                await ApplyAsync(context, answer);
                await WriteAsync(context, 200, """{"ERROR": "The request could not be processed."}""");
                break;
            case SandboxFaultKind.HalfAnswer:
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("""{"characters": [""", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case SandboxFaultKind.Hang:
                await HangAsync(context);
                break;
            case SandboxFaultKind.HangAfterApplying:
                await ApplyAsync(context, answer);
                await HangAsync(context);
                break;
            case SandboxFaultKind.Drip:
                await DripAsync(context);
                break;
            case SandboxFaultKind.IgnoreWrite:
                await WriteAsync(context, 200, """{"STATUS": "SUCCESS"}""");
                break;
            case SandboxFaultKind.OmitSettings:
                await RewriteAsync(context, answer, text => text.Replace("personalised_prompt_config", "something_else", StringComparison.Ordinal));
                break;
            case SandboxFaultKind.TenGigabytes:
                context.Response.ContentLength = 10_000_000_000;
                await context.Response.WriteAsync("""{"characters": [""", context.RequestAborted);
                await WaitForAbortAsync(context);
                break;
            case SandboxFaultKind.Mangled:
                await MangleAsync(context);
                break;
            case SandboxFaultKind.MangledAfterApplying:
                await ApplyAsync(context, answer);
                await MangleAsync(context);
                break;
            case SandboxFaultKind.Bomb:
                await BombAsync(context);
                break;
            case SandboxFaultKind.NeverAgain:
                context.Response.Headers.RetryAfter = "Fri, 31 Dec 9999 23:59:59 GMT";
                await WriteAsync(context, 429, """{"ERROR": "Too many requests."}""");
                break;
            default:
                throw new InvalidOperationException($"{fault.Kind} is not known.");
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string text, string contentType = "application/json")
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>The status and the text that the caller does not get.</summary>
    private static async Task<(int Status, string Text)> ApplyAsync(HttpContext context, RequestDelegate answer)
    {
        var body = context.Response.Body;
        using var unseen = new MemoryStream();
        context.Response.Body = unseen;
        await answer(context);
        var status = context.Response.StatusCode;
        // In this order: clearing empties the body that is there.
        context.Response.Body = body;
        context.Response.Clear();
        return (status, Encoding.UTF8.GetString(unseen.ToArray()));
    }

    private static async Task RewriteAsync(HttpContext context, RequestDelegate answer, Func<string, string> rewrite)
    {
        var (status, text) = await ApplyAsync(context, answer);
        await WriteAsync(context, status, rewrite(text));
    }

    private async Task HangAsync(HttpContext context)
    {
        Interlocked.Increment(ref _holds);
        await WaitForAbortAsync(context);
    }

    internal static Task WaitForAbortAsync(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => context.Abort(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task DripAsync(HttpContext context)
    {
        Interlocked.Increment(ref _holds);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(" ", CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
            await Task.Delay(5, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task MangleAsync(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        return context.Response.WriteAsync("""{"characters": []}""", context.RequestAborted);
    }

    private static async Task BombAsync(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        await using var packer = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        var spaces = new byte[1024 * 1024];
        spaces.AsSpan().Fill((byte)' ');
        for (var megabyte = 0; megabyte < 100 && !context.RequestAborted.IsCancellationRequested; megabyte++)
        {
            await packer.WriteAsync(spaces, CancellationToken.None);
        }
    }
}

/// <summary>Each name is one way in which a stranger's host may answer where a picture should be.</summary>
internal static class FaultyPictures
{
    public static async Task AnswerAsync(string name, HttpContext context, RequestDelegate answer)
    {
        switch (name)
        {
            case "page":
                // It calls itself a picture, as nothing keeps a host from doing.
                await WriteAsync(context.Response, "image/png", "<html><script>alert(1)</script></html>"u8.ToArray());
                break;
            case "vector":
                await WriteAsync(context.Response, "image/svg+xml", """<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"""u8.ToArray());
                break;
            case "huge":
                await WriteAsync(context.Response, "image/png", [.. SandboxPictures.Find("1")!, .. new byte[3 * 1024 * 1024]]);
                break;
            case "endless":
                var more = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(more, CancellationToken.None);
                }

                break;
            case "moved":
                context.Response.Redirect(context.Request.Query["to"] is [{ } to] ? to : "/pictures/1");
                break;
            case "loop":
                context.Response.Redirect("/pictures/loop");
                break;
            case "hang":
                await SandboxFaults.WaitForAbortAsync(context);
                break;
            default:
                await answer(context);
                break;
        }
    }

    private static async Task WriteAsync(HttpResponse response, string contentType, byte[] bytes)
    {
        (response.ContentType, response.ContentLength) = (contentType, bytes.Length);
        await response.Body.WriteAsync(bytes, CancellationToken.None);
    }
}
