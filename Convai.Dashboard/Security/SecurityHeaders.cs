namespace Convai.Dashboard.Security;

/// <summary>What every answer tells the browser not to do, and what a browser of another site is refused.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Scripts come from files of this site alone. Styles may stand in the page: MudBlazor sets them on its elements. The one
    /// address a form may lead to is this site; the organisation's sign-in page is reached by a link.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
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
            // Addresses hold character ids and searches: nobody else's business.
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
    /// A web socket is not bound by the same-origin policy, and brings the cookies along: a page of another site could open a
    /// circuit in the name of whoever visits it. Browsers always send the origin there; who sends none is no browser.
    /// </summary>
    private static bool IsForeignCircuit(HttpRequest request) =>
        request.Path.StartsWithSegments("/_blazor")
        && request.Headers.Origin is [{ } origin]
        && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
