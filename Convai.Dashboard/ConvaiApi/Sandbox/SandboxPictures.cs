using System.Collections.Concurrent;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>
/// Stands in for the hosts that the avatars' pictures lie on. A number is drawn, and every other name is one way in which a
/// stranger's host may answer.
/// </summary>
internal sealed class SandboxPictures
{
    private const int Recorded = 500;

    /// <summary>Part of every address: it must not be seen anywhere.</summary>
    public const string Token = "sandbox-picture-token";

    private readonly ConcurrentQueue<SandboxPictureRequest> _requests = new();

    /// <summary>The last requests, oldest first.</summary>
    public IReadOnlyList<SandboxPictureRequest> Requests => [.. _requests];

    /// <param name="picture">As in <see cref="SandboxCharacter.Picture"/>.</param>
    public static string AddressOf(string picture, Uri host) =>
        picture is "NULL" || picture.Contains(':', StringComparison.Ordinal)
            ? picture
            : $"{new Uri(host, $"/pictures/{picture}")}{(picture.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token={Token}";

    public void Map(WebApplication app) => app.MapGet("/pictures/{name}", async (string name, string? to, HttpContext context) =>
    {
        _requests.Enqueue(new SandboxPictureRequest(name, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        while (_requests.Count > Recorded)
        {
            _requests.TryDequeue(out _);
        }

        var response = context.Response;
        switch (name)
        {
            case "page":
                // It calls itself a picture, as nothing keeps a host from doing.
                await WriteAsync(response, "image/png", "<html><script>alert(1)</script></html>"u8.ToArray());
                break;
            case "vector":
                await WriteAsync(response, "image/svg+xml", """<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"""u8.ToArray());
                break;
            case "huge":
                await WriteAsync(response, "image/png", [.. SandboxDrawing.Draw(1), .. new byte[3 * 1024 * 1024]]);
                break;
            case "endless":
                var more = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(more, context.RequestAborted);
                }

                break;
            case "moved":
                response.Redirect(to ?? "/pictures/1");
                break;
            case "loop":
                response.Redirect("/pictures/loop");
                break;
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case var _ when int.TryParse(name, out var number):
                await WriteAsync(response, "image/png", SandboxDrawing.Draw(number));
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    });

    private static async Task WriteAsync(HttpResponse response, string contentType, byte[] bytes)
    {
        (response.ContentType, response.ContentLength) = (contentType, bytes.Length);
        await response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted);
    }
}

/// <param name="Name">The last part of the path.</param>
internal sealed record SandboxPictureRequest(string Name, IReadOnlyDictionary<string, string> Headers);
