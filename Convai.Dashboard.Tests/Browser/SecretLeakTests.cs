using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Convai.Dashboard.Browser.Pages;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Convai.Dashboard.Browser;

/// <summary>
/// A whole working session with every page and every kind of error; then each answer, each frame of the circuit in both directions, the logs at their most
/// talkative, every file of the data directory and the exports are searched for what must stand in none of them.
/// </summary>
[Trait("Speed", "Slow")]
public sealed partial class SecretLeakTests : BrowserTest
{
    private const string UpstreamText = "upstream-words-4711";

    private static readonly string[] Pages =
    [
        "", "?q=nobody", "cast/import", CharacterScreen.Path, "characters/nobody", "history", "history/as-it-was", "presets", "batches", "batches/4711", "batches/4711/plan",
        "team", "team/jonas", "team/nobody", "team/log", "usage", "about",
    ];

    private static readonly string[] PagesWithoutCircuit = ["account", "account/authenticator", "account/join", "no-such-page", "error", "status/500", "health", "alive"];

    private readonly List<byte[]> _sent = [];

    private SandboxFault[] Faults =>
    [
        .. SandboxFaults.Quick.Where(kind => kind != SandboxFaultKind.Answer).Select(kind => new SandboxFault(kind, Times: 1)),
        new(SandboxFaultKind.Answer, Times: 1, Status: 400, Body: $$"""{"ERROR":"{{UpstreamText}}","API_KEY":"{{Dashboard.ConvaiKey}}"}"""),
        new(SandboxFaultKind.Answer, Times: 1, Status: 500, Body: $"{UpstreamText} {Dashboard.ConvaiKey}"),
    ];

    private protected override Person? SignedInAs => null;

    [Fact]
    public async Task Secrets_InAnyEncoding_NeverLeak()
    {
        KeepReceived();
        Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => _sent.Add(frame.Binary ?? Encoding.UTF8.GetBytes(frame.Text ?? ""));
        await SignInAsync();
        await CauseEveryFailureAsync();
        var invitation = await InviteAsync();
        var (authenticatorKey, recoveryCodes) = await ChangeSignInAsync();
        foreach (var path in Pages)
        {
            await OpenAsync(path);
        }

        foreach (var path in PagesWithoutCircuit)
        {
            await Page.GotoAsync(new Uri(Address, path).ToString());
        }

        var cookies = (await Page.Context.CookiesAsync()).Where(cookie => cookie.HttpOnly).Select(cookie => cookie.Value).ToList();
        var exports = await ExportAsync();
        var files = Directory.EnumerateFiles(Dashboard.DataDirectory, "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        var logs = Encoding.UTF8.GetBytes(string.Join('\n', Dashboard.Logs.Lines));

        // The recording itself works: it holds what was certainly sent.
        Assert.Contains(Received, part => Holds(part, "Mira the Innkeeper"));
        Assert.Contains(Received, part => Holds(part, "Convai rejected the API key."));
        Assert.Contains(Received, part => Holds(part, "Professional"));
        Assert.NotEmpty(_sent);
        Assert.Contains(files, part => Holds(part, "Mira the Innkeeper"));
        Assert.All(exports, part => Assert.True(Holds(part, "Mira the Innkeeper")));
        Assert.True(Holds(logs, "KeyRejected"));
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie => Assert.Contains(Received, part => Holds(part, cookie)));

        // A cookie comes in the header that sets it, and nowhere else.
        (string, IEnumerable<byte[]>)[] shown = [("an answer", Received.Select(WithoutCookies)), ("a frame", _sent), ("an export", exports), ("the logs", [logs])];
        (string, IEnumerable<byte[]>)[] everywhere = [.. shown, ("the data directory", files)];
        AssertNotFound("the key", Dashboard.ConvaiKey, everywhere);
        AssertNotFound("what Convai said", UpstreamText, everywhere);
        AssertNotFound("the name of the account's owner", SandboxEndpoints.UserName, everywhere);
        AssertNotFound("the email of the account's owner", SandboxEndpoints.Email, everywhere);
        AssertNotFound("the password", TestPeople.Password, everywhere);
        AssertNotFound("the hash of a password", TestPeople.Ana.PasswordHash!, shown);
        AssertNotFound("the stamp", TestPeople.Ana.SecurityStamp!, shown);
        AssertNotFound("the secret of a link", invitation, [("the data directory", files), ("an export", exports), ("the logs", [logs])]);
        // Only the page that shows them once has them.
        (string, IEnumerable<byte[]>)[] notShown = [("a frame", _sent), ("an export", exports), ("the logs", [logs])];
        AssertNotFound("the key of an authenticator app", authenticatorKey, notShown);
        Assert.Equal(20, recoveryCodes.Count);
        Assert.All(recoveryCodes, code => AssertNotFound("a recovery code", code, [.. notShown, ("the data directory", files)]));
        Assert.All(cookies, cookie => AssertNotFound("a cookie", cookie, everywhere));
    }

    private async Task SignInAsync()
    {
        await Page.GotoAsync(Address.ToString());
        foreach (var password in new[] { "not the password", TestPeople.Password })
        {
            await Page.GetByLabel("Email").FillAsync("ana@studio.example");
            await Page.GetByLabel("Password").FillAsync(password);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = password == TestPeople.Password ? "Cast" : "Sign in" })).ToBeVisibleAsync();
        }
    }

    /// <summary>Each is tried and kept in the history, with a page open that shows it; two are met on the page itself.</summary>
    private async Task CauseEveryFailureAsync()
    {
        await OpenAsync(CharacterScreen.Path);
        Dashboard.Host.Fail("update", SandboxFaultKind.EchoKey, times: 1);
        await Character.Number.FillAsync("0.1");
        await Character.Save.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        Dashboard.Host.Fail("update", SandboxFaultKind.MalformedKeyError, times: 1);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(Page.GetByText("Convai rejected the API key. Ask")).ToBeVisibleAsync();

        var temperature = 0.2m;
        foreach (var fault in Faults)
        {
            Dashboard.Host.Faults["update"] = fault;
            await Dashboard.Services.SaveAsync(Role.Designer, new SettingsPatch(null, temperature += 0.01m), "Captain Reyes");
        }

        foreach (var endpoint in new[] { "list", "getSupportedModel" })
        {
            Dashboard.Host.Faults[endpoint] = Faults[^1] with { Times = 2 };
        }

        await OpenAsync("");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Expect(Page.GetByText("Showing the cast as of")).ToBeVisibleAsync();
        Dashboard.Host.Faults.Clear();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
        await Expect(Page.GetByText("Showing the cast as of")).ToBeHiddenAsync();
    }

    /// <summary>Adds an authenticator app, and answers each page that asks before it changes how someone signs in.</summary>
    private async Task<(string AuthenticatorKey, IReadOnlyList<string> RecoveryCodes)> ChangeSignInAsync()
    {
        await using (var scope = Dashboard.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
            var ana = (await users.FindByEmailAsync(TestPeople.Ana.Email!))!;
            await users.AddOrUpdatePasskeyAsync(ana, new UserPasskeyInfo([1, 2, 3], [4, 5, 6], DateTimeOffset.UtcNow, 0, [], true, false, false, [], []) { Name = "Laptop" });
        }

        await Page.GotoAsync(new Uri(Address, "account/authenticator").ToString());
        await Page.GetByText("Can't scan it?").ClickAsync();
        var key = (await Page.Locator("details code").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        await Page.GetByLabel("Code", new() { Exact = true }).FillAsync(AuthenticatorApp.GetCode(key, DateTimeOffset.UtcNow));
        await Expect(Page.GetByText("Your recovery codes.")).ToBeVisibleAsync();
        var codes = new List<string>(await Page.Locator("#recovery-codes code").AllTextContentsAsync());
        await AnswerAsync("account/recovery-codes", "Create new codes", "Your recovery codes.");
        codes.AddRange(await Page.Locator("#recovery-codes code").AllTextContentsAsync());
        await AnswerAsync("account/passkeys/AQID/remove", "Remove", AccountText.PasskeyRemoved("Laptop"));
        await AnswerAsync("account/authenticator/off", "Turn it off", AccountText.AuthenticatorOff);
        return (key, codes);

        async Task AnswerAsync(string path, string act, string done)
        {
            await Page.GotoAsync(new Uri(Address, path).ToString());
            await Page.GetByRole(AriaRole.Button, new() { Name = act, Exact = true }).ClickAsync();
            await Expect(Page.GetByText(done)).ToBeVisibleAsync();
        }
    }

    /// <returns>The secret of the link.</returns>
    private async Task<string> InviteAsync()
    {
        var invited = await Dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation);
        var browser = await OpenOtherBrowserAsync(person: null);
        KeepReceived(browser);
        await browser.GotoAsync(new Uri(Address, $"account/join#{invited.Value!.Secret}").ToString());
        await Expect(browser.GetByLabel("Your name")).ToBeVisibleAsync();
        return invited.Value!.Secret;
    }

    private async Task<List<byte[]>> ExportAsync()
    {
        using var client = await AccountClient.SignedInAsync(Address, TestPeople.Ana.Email!);
        var exports = new List<byte[]>();
        foreach (var path in new[] { "cast/export.json", "cast/export.csv", "history/export.json", "history/export.csv" })
        {
            var answer = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            exports.Add(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        }

        return exports;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    // Chromium gives the cookies of one answer as the lines of one header.
    private static byte[] WithoutCookies(byte[] part) =>
        Holds(part, "Set-Cookie: ") ? Encoding.UTF8.GetBytes(SetCookies().Replace(Encoding.UTF8.GetString(part), "")) : part;

    [GeneratedRegex(@"(?m)^Set-Cookie: .*(\n[^:\n ]+=.*)*")]
    private static partial Regex SetCookies();

    private static void AssertNotFound(string what, string secret, IEnumerable<(string Where, IEnumerable<byte[]> Parts)> places)
    {
        var forms = Forms(secret).ToList();
        foreach (var (where, parts) in places)
        {
            Assert.False(parts.Any(part => forms.Exists(form => part.AsSpan().IndexOf(form) >= 0)), $"{what} stands in {where}");
        }
    }

    /// <summary>As it is, backwards, wide, in hexadecimal, escaped for a URL, HTML and JSON, and in Base64 wherever in a longer text it begins.</summary>
    private static IEnumerable<byte[]> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        string[] texts =
        [
            secret, new string([.. secret.Reverse()]), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret), WebUtility.HtmlEncode(secret),
            string.Concat(secret.Select(letter => $"\\u{(int)letter:x4}")), string.Concat(secret.Select(letter => $"&#{(int)letter};")),
        ];
        // The first and last characters of Base64 depend on what is beside it.
        var base64 = Enumerable.Range(0, 3).Select(before => Convert.ToBase64String([.. new byte[before], .. bytes])[(before == 0 ? 0 : 4)..^4]);
        return
        [
            .. texts.Select(Encoding.UTF8.GetBytes),
            Encoding.Unicode.GetBytes(secret),
            .. base64.SelectMany(text => new[] { text, text.Replace('+', '-').Replace('/', '_') }).Select(Encoding.UTF8.GetBytes),
        ];
    }

    private static bool Holds(byte[] part, string text) => part.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
