using Microsoft.AspNetCore.Http.Features;

namespace Convai.Dashboard.Security;

/// <summary>
/// Over https every cookie of the dashboard gets the prefix <c>__Host-</c>, or <c>__Secure-</c> when it is limited to a path, so that browsers accept it
/// from this host over https only (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3). ASP.NET Core fixes cookie names at
/// start-up, but one dashboard can be reached over both schemes, so this middleware translates them.
/// </summary>
public static class CookiePrefixes
{
    private const string Host = "__Host-";
    private const string Secure = "__Secure-";

    // Set by dashboard.js and harmless: it only chooses the colours.
    private const string Theme = "theme";

    /// <summary>Call it after the scheme and the path base are known, and before anything reads a cookie.</summary>
    public static void UseCookiePrefixes(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.IsHttps)
        {
            context.Request.Headers.Cookie = string.Join("; ", context.Request.Headers.Cookie.SelectMany(line => (line ?? "").Split(';')).Select(RemovePrefix).OfType<string>());
            context.Features.Set<IResponseCookiesFeature>(new PrefixedCookies(new ResponseCookiesFeature(context.Features).Cookies));
        }

        return next(context);
    });

    /// <summary>Null for a cookie without a prefix: another host of the domain may have set it.</summary>
    private static string? RemovePrefix(string cookie)
    {
        var trimmed = cookie.Trim();
        return trimmed.StartsWith(Host, StringComparison.Ordinal) ? trimmed[Host.Length..]
            : trimmed.StartsWith(Secure, StringComparison.Ordinal) ? trimmed[Secure.Length..]
            : trimmed.StartsWith($"{Theme}=", StringComparison.Ordinal) ? trimmed
            : null;
    }

    private sealed class PrefixedCookies(IResponseCookies cookies) : IResponseCookies, IResponseCookiesFeature
    {
        public IResponseCookies Cookies => this;

        public void Append(string key, string value) => Append(key, value, new CookieOptions());

        public void Append(string key, string value, CookieOptions options) => cookies.Append(Name(key, options), value, Protect(options));

        public void Delete(string key) => Delete(key, new CookieOptions());

        public void Delete(string key, CookieOptions options) => cookies.Delete(Name(key, options), Protect(options));

        private static string Name(string key, CookieOptions options) => (options.Path is null or "/" && options.Domain is null ? Host : Secure) + key;

        // Browsers reject a prefixed cookie without these.
        private static CookieOptions Protect(CookieOptions options) => new(options) { Secure = true, Path = options.Path ?? "/" };
    }
}
