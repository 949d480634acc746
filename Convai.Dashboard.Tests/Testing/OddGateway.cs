using System.Collections.Concurrent;
using System.Net;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Testing;

/// <summary>
/// Stands between the dashboard and a sandbox of its own, as gateways do: it passes everything on, and where a test wants it
/// gives an answer that no good server gives.
/// </summary>
internal sealed class OddGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<string, OddAnswer> _odd = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _writes = new();

    private int _holds;

    private OddGateway(WebApplication app, SandboxServer sandbox) => (_app, Sandbox) = (app, sandbox);

    public SandboxServer Sandbox { get; }

    /// <summary>What becomes of the text of each answer on its way.</summary>
    public Func<string, string>? Rewrite { get; set; }

    /// <summary>For a dashboard that takes this for Convai.</summary>
    public (string Key, string? Value)[] Settings => [("Convai:Mode", "Live"), ("Convai:ApiKey", Sandbox.ApiKey), ("Convai:BaseUrl", _app.Urls.Single())];

    public static async Task<OddGateway> StartAsync(TimeProvider time, int characters = 0)
    {
        var sandbox = new SandboxServer(Options.Create(new ConvaiOptions { Sandbox = new SandboxOptions { Characters = characters } }), time);
        await sandbox.StartAsync(CancellationToken.None);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var gateway = new OddGateway(app, sandbox);
        app.Run(gateway.AnswerAsync);
        await app.StartAsync();
        return gateway;
    }

    /// <summary>So many callers were left to wait for an answer that does not come.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <param name="after">How many requests from now on are passed on before.</param>
    /// <param name="isCarriedOut">Whether the sandbox does what it is asked, unseen.</param>
    public void Fail(string endpoint, Func<HttpContext, Task> answer, int after = 0, bool isCarriedOut = false)
    {
        _asked.TryRemove(endpoint, out _);
        _odd[endpoint] = new OddAnswer(answer, after, isCarriedOut);
    }

    public void Fail(string endpoint, SandboxFault fault) => Sandbox.Options.Faults[endpoint] = fault;

    /// <summary>From now on everything is answered as it should be.</summary>
    public void Heal()
    {
        _odd.Clear();
        Sandbox.Options.Faults.Clear();
    }

    /// <summary>Bodies of the writes for one character, as they arrived at the sandbox or would have.</summary>
    public int Writes(string characterId) => _writes.Count(body => body.Contains(characterId, StringComparison.Ordinal));

    /// <summary>How often an endpoint was asked since it was told to fail.</summary>
    public int Asked(string endpoint) => _asked.GetValueOrDefault(endpoint);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Sandbox.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var endpoint = context.Request.Path.Value!.Split('/')[^1];
        if (endpoint == "update")
        {
            _writes.Enqueue(body);
        }

        try
        {
            var isOdd = _odd.TryGetValue(endpoint, out var odd) && _asked.AddOrUpdate(endpoint, 1, (_, count) => count + 1) > odd.After;
            if (!isOdd || odd!.IsCarriedOut)
            {
                using var response = await AskAsync(context, body);
                await (isOdd ? odd!.Answer(context) : PassOnAsync(response, context));
            }
            else
            {
                await odd.Answer(context);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // What breaks off on one side breaks off on the other.
            context.Abort();
        }
    }

    private Task<HttpResponseMessage> AskAsync(HttpContext context, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Sandbox.BaseAddress, context.Request.Path.Value)) { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation(ConvaiKeyHandler.Header, context.Request.Headers[ConvaiKeyHandler.Header].ToString());
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
    }

    private async Task PassOnAsync(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.Headers.RetryAfter = response.Headers.RetryAfter?.ToString();
        if (Rewrite is { } rewrite)
        {
            await context.Response.WriteAsync(rewrite(await response.Content.ReadAsStringAsync(context.RequestAborted)), context.RequestAborted);
            return;
        }

        context.Response.ContentLength = response.Content.Headers.ContentLength;
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>No answer until the caller gives up.</summary>
    public Task HangAsync(HttpContext context)
    {
        Interlocked.Increment(ref _holds);
        return Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    /// <summary>Letter by letter, and never an end.</summary>
    public async Task DripAsync(HttpContext context)
    {
        Interlocked.Increment(ref _holds);
        while (true)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(5, context.RequestAborted);
        }
    }

    private sealed record OddAnswer(Func<HttpContext, Task> Answer, int After, bool IsCarriedOut);
}

/// <summary>Answers that no good server gives.</summary>
internal static class OddAnswers
{
    /// <summary>Says that ten gigabytes follow.</summary>
    public static async Task HugeAsync(HttpContext context)
    {
        context.Response.ContentLength = 10_000_000_000;
        await context.Response.WriteAsync("""{"characters": [""", context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    /// <summary>Packed, it says, and is not.</summary>
    public static Task MangledAsync(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        return context.Response.WriteAsync("""{"characters": []}""", context.RequestAborted);
    }

    /// <summary>A hundred megabytes of nothing in a hundred kilobytes.</summary>
    public static async Task BombAsync(HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        await using var packer = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
        var spaces = new byte[1024 * 1024];
        spaces.AsSpan().Fill((byte)' ');
        for (var megabyte = 0; megabyte < 100; megabyte++)
        {
            await packer.WriteAsync(spaces, context.RequestAborted);
        }
    }

    /// <summary>A rate limit until the end of days.</summary>
    public static Task NeverAgainAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = "Fri, 31 Dec 9999 23:59:59 GMT";
        return context.Response.WriteAsync("""{"ERROR": "Too many requests."}""", context.RequestAborted);
    }
}
