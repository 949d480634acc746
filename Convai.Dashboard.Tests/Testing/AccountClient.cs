using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Testing;

/// <summary>A browser without scripts: follows no redirect by itself, keeps its cookies, and fills in the forms of a page.</summary>
internal sealed class AccountClient : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient _http;

    public AccountClient(Uri address)
    {
        _http = new HttpClient(_handler) { BaseAddress = address };
        _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public CookieContainer Cookies => _handler.CookieContainer;

    public HttpClient Http => _http;

    public static async Task<AccountClient> SignedInAsync(Uri address, string email)
    {
        var client = new AccountClient(address);
        var answer = await client.SignInAsync(email, TestPeople.Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path, Cancellation);

    /// <summary>Follows one redirect and no further.</summary>
    public Task<HttpResponseMessage> FollowOnceAsync(HttpResponseMessage answer) =>
        _http.GetAsync(new Uri(answer.RequestMessage!.RequestUri!, answer.Headers.Location!), Cancellation);

    /// <summary>Opens the address and follows its redirects, also to another site and back, until there are none left.</summary>
    public async Task<HttpResponseMessage> FollowAsync(string path)
    {
        var answer = await GetAsync(path);
        for (var hop = 0; answer.Headers.Location is not null; hop++)
        {
            Assert.True(hop < 10, $"The redirects do not end: {answer.Headers.Location}");
            answer = await FollowOnceAsync(answer);
        }

        return answer;
    }

    public async Task<IHtmlDocument> PageAsync(string path) => await ReadAsync(await GetAsync(path));

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer) =>
        await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancellation));

    public Task<HttpResponseMessage> SignInAsync(string email, string password, string path = SignInSchemes.SignInPath) =>
        SubmitAsync(path, "sign-in", ("Input.Email", email), ("Input.Password", password));

    /// <summary>Opens the page and submits its form with this name (or, where it has none, this address): hidden fields as they are, the others as given.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params (string Name, string Value)[] fields) =>
        await SubmitAsync(await PageAsync(path), form, fields);

    public Task<HttpResponseMessage> SubmitAsync(IHtmlDocument page, string form, params (string Name, string Value)[] fields)
    {
        var element = page.QuerySelectorAll("form").Single(candidate =>
            (candidate.QuerySelector("input[name=_handler]")?.GetAttribute("value") ?? candidate.GetAttribute("action")) == form);
        var values = element.QuerySelectorAll("input[type=hidden][name]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return _http.PostAsync(element.GetAttribute("action"), new FormUrlEncodedContent(values), Cancellation);
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }
}
