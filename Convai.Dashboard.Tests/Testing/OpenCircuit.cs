using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Convai.Dashboard.Testing;

/// <summary>
/// An open page without a browser: fetches it, opens its circuit as Blazor's script does, confirms each render batch, and answers each
/// call of a script with nothing. So a thousand of them cost the machine little beside what the server itself does.
/// </summary>
internal sealed partial class OpenCircuit : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly RenderedField _field;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _rendered;
    private Task _running = Task.CompletedTask;
    private long _interop;
    private int _calls;

    private OpenCircuit(RenderedField field) => _field = field;

    /// <summary>Bytes of render batches, before the socket compresses them.</summary>
    public long Received { get; private set; }

    /// <param name="field">The field that is typed into; open when the circuit has rendered it.</param>
    /// <param name="page">What was fetched from there before; null to fetch it.</param>
    public static async Task<OpenCircuit> OpenAsync(HttpClient http, CookieContainer cookies, string path, RenderedField field, string? page = null)
    {
        var address = new Uri(http.BaseAddress!, path);
        var circuit = new OpenCircuit(field);
        try
        {
            await circuit.StartAsync(address, cookies, page ?? await http.GetStringAsync(address, Cancellation));
            return circuit;
        }
        catch
        {
            await circuit.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(Uri page, CookieContainer cookies, string html)
    {
        _socket.Options.Cookies = cookies;
        _socket.Options.SetRequestHeader("Origin", page.GetLeftPart(UriPartial.Authority));
        // Browsers offer it, and the server keeps its dictionaries for each of them.
        _socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await _socket.ConnectAsync(new UriBuilder(new Uri(page, "/_blazor")) { Scheme = "ws" }.Uri, Cancellation);
        await SendAsync(BlazorPack.Handshake);
        _running = Task.WhenAll(ReceiveAsync(), PingAsync());
        var state = State().Match(html).Groups[1].Value;
        var roots = Marker().Matches(html).Select((match, index) => $$"""{"type":"add","ssrComponentId":{{index + 1}},"marker":{{match.Groups[1].Value}}}""");
        await SendAsync(BlazorPack.Call("0", "StartCircuit", new Uri(page, "/").ToString(), page.ToString(), "[]", state));
        await SendAsync(BlazorPack.Call(null, "UpdateRootComponents", $$"""{"batchId":1,"operations":[{{string.Join(',', roots)}}]}""", state));
        await _opened.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    /// <summary>Types a text into the field: the time until what it changes on the page has arrived.</summary>
    public async Task<TimeSpan> TypeAsync(string text)
    {
        var watch = Stopwatch.StartNew();
        _rendered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var typed = JsonSerializer.Serialize(new object[]
        {
            new { eventHandlerId = _field.HandlerId, eventName = "input", eventFieldInfo = new { componentId = _field.ComponentId, fieldValue = text } },
            new { value = text },
        });
        await SendAsync(BlazorPack.Call(null, "BeginInvokeDotNetFromJS", $"{++_calls}", null, "DispatchEventAsync", _interop, typed));
        await _rendered.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        return watch.Elapsed;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[4096];
        var count = 0;
        var isShaken = false;
        try
        {
            while (true)
            {
                if (count == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * count);
                }

                var part = await _socket.ReceiveAsync(buffer.AsMemory(count), _closing.Token);
                count += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw new InvalidOperationException($"The server has closed the circuit: {_socket.CloseStatusDescription}");
                }

                if (!isShaken)
                {
                    var end = buffer.AsSpan(0, count).IndexOf((byte)0x1e) + 1;
                    isShaken = end > 0;
                    buffer.AsSpan(end, count - end).CopyTo(buffer);
                    count -= end;
                    continue;
                }

                foreach (var answer in Take(buffer, ref count))
                {
                    await SendAsync(answer);
                }
            }
        }
        catch (Exception exception)
        {
            _ = _opened.TrySetException(exception);
            _ = _rendered?.TrySetException(exception);
        }
    }

    private List<byte[]> Take(byte[] buffer, ref int count)
    {
        var answers = new List<byte[]>();
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, count);
        while (BlazorPack.TryRead(ref rest, out var message))
        {
            if (message is [1L, _, _, string method, object?[] arguments, ..] && Answer(method, arguments) is { } answer)
            {
                answers.Add(answer);
            }
        }

        rest.CopyTo(buffer);
        count = rest.Length;
        return answers;
    }

    private byte[]? Answer(string method, object?[] arguments)
    {
        switch (method, arguments)
        {
            case ("JS.RenderBatch", [long id, byte[] batch]):
                Received += batch.Length;
                if (_field.Follow(batch))
                {
                    _ = _rendered?.TrySetResult();
                    _ = _interop > 0 && _opened.TrySetResult();
                }

                return BlazorPack.Call(null, "OnRenderCompleted", id, null);
            case ("JS.BeginInvokeJS", [long task, string function, string given, long kind, ..]):
                if (function.EndsWith("attachWebRendererInterop", StringComparison.Ordinal))
                {
                    _interop = JsonDocument.Parse(given).RootElement[1].GetProperty("__dotNetObject").GetInt64();
                }

                return task == 0 ? null : BlazorPack.Call(null, "EndInvokeJSFromDotNet", task, true, $"[{task},true,{Result(kind)}]");
            case ("JS.Error", [string error]):
                throw new InvalidOperationException(error);
            default:
                return null;
        }
    }

    // A reference to a script is asked for as kind 1.
    private string Result(long kind) => kind == 1 ? $$"""{"__jsObjectId":{{++_calls}}}""" : "null";

    private async Task PingAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Every);
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                await SendAsync(BlazorPack.Ping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // Closed; waiting callers learn it from the other side.
        }
    }

    private async Task SendAsync(byte[] frame)
    {
        await _sending.WaitAsync(_closing.Token);
        try
        {
            await _socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, _closing.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _running;
        _socket.Dispose();
        _sending.Dispose();
        _closing.Dispose();
    }

    [GeneratedRegex("<!--Blazor:(\\{\"type\":\"server\".*?\\})-->")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}
