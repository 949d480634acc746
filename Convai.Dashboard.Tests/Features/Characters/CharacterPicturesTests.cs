using System.Net;
using Convai.Dashboard.ConvaiApi.Pictures;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Features.Characters;

[Trait("Speed", "Slow")]
public sealed class CharacterPicturesTests
{
    private const string Mira = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task Picture_SignedIn_IsServedOnlyByThisServer()
    {
        await using var dashboard = await StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var answer = await vera.GetAsync($"/characters/{Mira}/picture");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SandboxPictures.Find("1"), await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("inline", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("max-age=3600, private", answer.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));

        await vera.GetAsync($"/characters/{Mira}/picture");
        var asked = Assert.Single(Pictures(dashboard)).Headers;
        Assert.DoesNotContain(asked.Keys, header => header is "CONVAI-API-KEY" or "Cookie" or "Referer" or "traceparent" or "X-Forwarded-For");
        Assert.DoesNotContain(asked.Values, value => value.Contains(Sandbox(dashboard).ApiKey, StringComparison.Ordinal) || value.Contains(dashboard.ConvaiKey, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Redirect)]
    [InlineData("no-cors", HttpStatusCode.Unauthorized)]
    public async Task Picture_Anonymous_IsRefused(string? mode, HttpStatusCode status)
    {
        await using var dashboard = await StartAsync();
        using var anonymous = new AccountClient(dashboard.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/characters/{Mira}/picture");
        if (mode is not null)
        {
            request.Headers.Add("Sec-Fetch-Mode", mode);
        }

        Assert.Equal(status, (await anonymous.Http.SendAsync(request, Cancellation)).StatusCode);
        Assert.Empty(Pictures(dashboard));
    }

    [Theory]
    [InlineData("no-such-id", "no-store")]
    [InlineData("..%2F..%2Fteam", "no-store")]
    [InlineData("The Ferryman", "no-store")]
    [InlineData("Old Tobias", "no-store")]
    [InlineData("Bram Half-Coin", "max-age=300, private")]
    [InlineData("Pip", "max-age=300, private")]
    [InlineData("Grandmother Oyelaran", "max-age=300, private")]
    [InlineData("Archivist Quill", "max-age=300, private")]
    public async Task Picture_Unavailable_ReturnsEmptyWithoutError(string character, string cache)
    {
        await using var dashboard = await StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var id = Sandbox(dashboard).Account.Characters.FirstOrDefault(known => known.Name == character)?.Id ?? character;
        var answer = await vera.GetAsync($"/characters/{id}/picture");
        Assert.Equal((HttpStatusCode.NoContent, cache, ""), (answer.StatusCode, answer.Headers.CacheControl!.ToString(), await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    [Fact]
    public async Task PictureAddresses_AreInNoPageOrLog()
    {
        await using var dashboard = await StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var cast = await vera.Http.GetStringAsync("/", Cancellation);
        Assert.Contains($"src=\"characters/{Mira}/picture\"", cast, StringComparison.Ordinal);
        var page = await vera.Http.GetStringAsync($"/characters/{Mira}", Cancellation);
        Assert.Contains($"src=\"characters/{Mira}/picture\"", page, StringComparison.Ordinal);
        foreach (var character in Sandbox(dashboard).Account.Characters)
        {
            await vera.GetAsync($"/characters/{character.Id}/picture");
        }

        Assert.NotEmpty(Pictures(dashboard));
        Assert.Contains(dashboard.Logs.Lines, line => line.Contains("was not fetched: NotAPicture", StringComparison.Ordinal));
        var port = $":{Sandbox(dashboard).BaseAddress.Port}";
        Assert.DoesNotContain(dashboard.Logs.Lines.Append(cast).Append(page), text =>
            text.Contains(SandboxPictures.Token, StringComparison.Ordinal) || text.Contains($"{port}/pictures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_Disabled_AreNeitherShownNorFetched()
    {
        await using var dashboard = await StartAsync(("Cast:Pictures", "false"));
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        Assert.Equal(HttpStatusCode.NoContent, (await vera.GetAsync($"/characters/{Mira}/picture")).StatusCode);
        Assert.DoesNotContain("/picture", await vera.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        Assert.Empty(Pictures(dashboard));
    }

    [Fact]
    public async Task Picture_RequestedConcurrently_IsFetchedOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sandbox.Account.Characters.ToList().ForEach(character => character.Picture = "5");
        var cast = (await host.Get<CastDirectory>().ReadAsync(false, Cancellation)).Characters!;
        var answers = await Task.WhenAll(cast.Concat(cast).Select(character => host.Get<CharacterPictures>().FindAsync(character, Cancellation)));
        Assert.All(answers, answer => Assert.NotNull(answer!.Picture));
        Assert.Single(host.Faults.Pictures);
    }

    [Fact]
    public async Task Picture_FirstCallerCancels_IsStillReturnedToOthers()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = (await host.Get<CastDirectory>().ReadAsync(false, Cancellation)).Find(Mira)!;
        using var leaving = new CancellationTokenSource();
        var first = host.Get<CharacterPictures>().FindAsync(mira, leaving.Token);
        var second = host.Get<CharacterPictures>().FindAsync(mira, Cancellation);
        await leaving.CancelAsync();
        Assert.NotNull((await second)!.Picture);
        await Record.ExceptionAsync(() => first);
        Assert.Single(host.Faults.Pictures);
    }

    [Theory]
    [InlineData("1", 60)]
    [InlineData("missing", 5)]
    public async Task Picture_IsCachedForAnHour_FailureForFiveMinutes(string picture, int minutes)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await SandboxHost.StartAsync(time);
        host.Sandbox.Account.Find(Mira)!.Picture = picture;
        var mira = (await host.Get<CastDirectory>().ReadAsync(false, Cancellation)).Find(Mira)!;
        await FindAsync();
        time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        await FindAsync();
        Assert.Single(host.Faults.Pictures);
        time.Advance(TimeSpan.FromSeconds(2));
        await FindAsync();
        Assert.Equal(2, host.Faults.Pictures.Count);

        Task<PictureResult?> FindAsync() => host.Get<CharacterPictures>().FindAsync(mira, Cancellation);
    }

    /// <summary>In sandbox mode, where alone a picture may lie on this machine, and with the cast read.</summary>
    private static async Task<RunningDashboard> StartAsync(params (string Key, string? Value)[] settings)
    {
        var dashboard = await RunningDashboard.StartAsync([("Convai:Mode", "Sandbox"), .. settings]);
        Sandbox(dashboard).Account.Characters.Single(character => character.Name == "Pip").Picture = "page";
        Sandbox(dashboard).Account.Characters.Single(character => character.Name == "Grandmother Oyelaran").Picture = "huge";
        Sandbox(dashboard).Account.Characters.Single(character => character.Name == "Archivist Quill").Picture = "moved?to=http%3A%2F%2F127.0.0.1%3A1%2F";
        _ = SandboxFaults.For(Sandbox(dashboard));
        await dashboard.Services.GetRequiredService<CastDirectory>().ReadAsync(false, Cancellation);
        return dashboard;
    }

    private static SandboxServer Sandbox(RunningDashboard dashboard) => dashboard.Services.GetRequiredService<SandboxServer>();

    private static IReadOnlyList<PictureRequest> Pictures(RunningDashboard dashboard) => SandboxFaults.For(Sandbox(dashboard)).Pictures;
}
