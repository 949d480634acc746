using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi.Pictures;

namespace Convai.Dashboard.Features.Characters;

/// <summary>The only source of avatar pictures for browsers, so that the picture's host does not learn who views whom.</summary>
internal static class CharacterPictureEndpoint
{
    // The bytes are someone else's: even opened directly, they must not run anything.
    private const string ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void MapCharacterPicture(this WebApplication app) =>
        app.MapGet("/characters/{Id}/picture", async (string id, HttpContext context, CastDirectory cast, CharacterPictures pictures) =>
        {
            var answer = cast.Last.Find(CharacterAddress.Decode(id)) is { } character ? await pictures.FindAsync(character, context.RequestAborted) : null;
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            if (answer?.Picture is { } picture)
            {
                headers.CacheControl = GetCacheControl(CharacterPictures.CacheDuration);
                headers.ContentDisposition = "inline";
                (context.Response.ContentType, context.Response.ContentLength) = (picture.ContentType, picture.Bytes.Length);
                await context.Response.Body.WriteAsync(picture.Bytes, context.RequestAborted);
                return;
            }

            // An empty response instead of an error: initials are shown, and a browser's console would report a 404 as a fault of the page.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            headers.CacheControl = answer?.Failure is null or PictureFailure.Busy ? "no-store" : GetCacheControl(CharacterPictures.FailureCacheDuration);
        });

    private static string GetCacheControl(TimeSpan time) => $"private, max-age={time.TotalSeconds:0}";
}
