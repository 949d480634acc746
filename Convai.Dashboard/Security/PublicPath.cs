using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Security;

public sealed class PublicPathOptions
{
    /// <summary>The path below which browsers reach the dashboard, such as <c>/dashboard</c>; null or empty at the root of a host.</summary>
    public string? PathBase { get; set; }
}

/// <summary>
/// Serves the dashboard below a path of its own, on a host that it shares. A proxy may pass the path on, or strip it and say
/// so in <c>X-Forwarded-Prefix</c>. Only the setting decides the path, since every link and cookie depends on it.
/// </summary>
public static partial class PublicPath
{
    public static void AddPublicPath(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<PublicPathOptions>().BindConfiguration("")
            .Validate(
                options => string.IsNullOrEmpty(options.PathBase) || Path().IsMatch(options.PathBase),
                "PathBase must be a path such as /dashboard, which begins with a slash, ends without one, and has only letters, digits, '-', '_', '.' and '~' between slashes.")
            .ValidateOnStart();

    /// <summary>Call it before everything that uses the path, including routing.</summary>
    /// <param name="alsoAtRoot">Paths of the health checks, whose callers do not know about the proxy.</param>
    public static void UsePublicPath(this WebApplication app, params string[] alsoAtRoot)
    {
        if (app.Services.GetRequiredService<IOptions<PublicPathOptions>>().Value.PathBase is not { Length: > 0 } path)
        {
            return;
        }

        var redirectToRoot = Answer(context =>
        {
            context.Response.Redirect($"{path}/{context.Request.QueryString}");
            return Task.CompletedTask;
        });
        var notFound = Answer(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync($"The dashboard is at {path}/ (its PathBase setting). A proxy that strips this path must send X-Forwarded-Prefix: {path} and be listed in Proxy:Trusted.");
        });
        app.Use((context, next) =>
        {
            var request = context.Request;
            var isStripped = request.PathBase.Value?.TrimEnd('/') == path;
            if (request.Path.StartsWithSegments(path, StringComparison.Ordinal, out var rest))
            {
                (request.PathBase, request.Path) = (path, rest);
                // Addresses in the page are relative to the last slash.
                context.SetEndpoint(rest.HasValue ? null : redirectToRoot);
            }
            else if (isStripped)
            {
                request.PathBase = path;
            }
            else
            {
                request.PathBase = PathString.Empty;
                context.SetEndpoint(alsoAtRoot.Contains(request.Path.Value) ? null : notFound);
            }

            return next(context);
        });
    }

    // Routing skips a request that already has an endpoint.
    private static Endpoint Answer(RequestDelegate answer) =>
        new(answer, new EndpointMetadataCollection(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute()), nameof(PublicPath));

    // Not "..", which browsers resolve.
    [GeneratedRegex(@"^(/(?!\.{1,2}(/|$))[A-Za-z0-9\-_.~]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();
}
