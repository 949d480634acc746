namespace Convai.Dashboard.Security;

/// <summary>Sets the headers that restrict what a browser does with an answer, and refuses circuits to pages of other sites.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Scripts and style sheets load only from files of this site; an element may have its own style, such as the length of a bar. Forms may
    /// be sent only to this site; the organisation's sign-in page is reached by a link.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            // For browsers older than frame-ancestors.
            headers.XFrameOptions = "DENY";
            // Addresses contain character ids and searches, which no other site should see.
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            if (IsForeignCircuit(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    /// <summary>
    /// A WebSocket is not bound by the same-origin policy and sends the cookies, so a page of another site could open a
    /// circuit as its visitor. Browsers always send the origin there; a client that sends none is not a browser.
    /// </summary>
    private static bool IsForeignCircuit(HttpRequest request) =>
        request.Path.StartsWithSegments("/_blazor")
        && request.Headers.Origin is [{ } origin]
        && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
