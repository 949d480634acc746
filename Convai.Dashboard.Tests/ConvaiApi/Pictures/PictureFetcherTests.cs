using System.Net;
using System.Net.Sockets;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.ConvaiApi.Pictures;

/// <summary>Over real HTTP to the sandbox, the only host on this machine that may be asked.</summary>
[Trait("Speed", "Slow")]
public sealed class PictureFetcherTests
{
    [Theory]
    [InlineData("1", null)]
    [InlineData("moved", null)]
    [InlineData("missing", PictureFailure.Refused)]
    [InlineData("page", PictureFailure.NotAPicture)]
    [InlineData("vector", PictureFailure.NotAPicture)]
    [InlineData("huge", PictureFailure.TooLarge)]
    [InlineData("endless", PictureFailure.TooLarge)]
    [InlineData("loop", PictureFailure.TooManyRedirects)]
    [InlineData("moved?to=https%3A%2F%2Fpictures.example%2F", PictureFailure.NotAllowed)]
    [InlineData("moved?to=http%3A%2F%2Fpictures.example%2F", PictureFailure.NotAllowed)]
    [InlineData("moved?to=http%3A%2F%2F127.0.0.1%3A1%2F", PictureFailure.NotAllowed)]
    [InlineData("moved?to=file%3A%2F%2F%2Fetc%2Fpasswd", PictureFailure.NotAllowed)]
    public async Task Fetch_EveryResponse_IsPictureOrTrouble(string picture, PictureFailure? trouble)
    {
        await using var host = await SandboxHost.StartAsync();
        var answer = await FetchAsync(host, $"{host.Sandbox.BaseAddress}pictures/{picture}");
        Assert.Equal(trouble, answer.Failure);
        Assert.Equal(trouble is null, answer.Picture is not null);
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://8.8.8.8:8443/")]
    [InlineData("http://localhost:1/")]
    public async Task Fetch_NonPublicAddress_IsNotAllowed(string address)
    {
        await using var host = await SandboxHost.StartAsync();
        Assert.Equal(PictureFailure.NotAllowed, (await FetchAsync(host, address)).Failure);
    }

    /// <summary>Not even a connection is made: that alone would show which ports are open.</summary>
    [Fact]
    public async Task Fetch_LocalServer_NeverConnects()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var host = await SandboxHost.StartAsync();
        foreach (var address in new[] { $"http://127.0.0.1:{port}/", $"https://127.0.0.1:{port}/", $"{host.Sandbox.BaseAddress}pictures/moved?to=http%3A%2F%2F127.0.0.1%3A{port}%2F" })
        {
            Assert.Equal(PictureFailure.NotAllowed, (await FetchAsync(host, address)).Failure);
        }

        Assert.False(other.Pending());
    }

    [Fact]
    public async Task Connection_IsCheckedByResolvedAddress()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var host = await SandboxHost.StartAsync();
        using var http = new HttpClient(host.Get<PictureSourcePolicy>().CreateHandler());
        // Past the first question, as a name would be that looked harmless: the connection itself is refused.
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://localhost:{((IPEndPoint)other.LocalEndpoint).Port}/", Cancellation));
        Assert.IsType<PictureSourcePolicy.NoPublicAddressException>(failure.InnerException);
        Assert.False(other.Pending());
    }

    [Fact]
    public async Task Fetch_LiveModeFromApiHost_NeverConnects()
    {
        await using var sandbox = await SandboxHost.StartAsync();
        await using var live = await SandboxHost.StartAsync(("Convai:Mode", "Live"), ("Convai:ApiKey", "a-key"), ("Convai:BaseUrl", sandbox.Sandbox.BaseAddress.ToString()));
        Assert.Equal(PictureFailure.NotAllowed, (await FetchAsync(live, $"{sandbox.Sandbox.BaseAddress}pictures/1")).Failure);
        Assert.Empty(sandbox.Faults.Pictures);
    }

    [Fact]
    public async Task Fetch_SendsNoIdentifyingHeaders()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Client.ListCharactersAsync(Cancellation);
        await FetchAsync(host, $"{host.Sandbox.BaseAddress}pictures/1");
        var headers = Assert.Single(host.Faults.Pictures).Headers;
        Assert.Equal(["Accept", "Host", "User-Agent"], headers.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(headers.Values, value => value.Contains(host.Sandbox.ApiKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetch_UnresponsiveHost_TimesOut()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var host = await SandboxHost.StartAsync(time);
        Assert.Equal(PictureFailure.TimedOut, (await time.AdvanceUntilAsync(FetchAsync(host, $"{host.Sandbox.BaseAddress}pictures/hang"))).Failure);
    }

    [Fact]
    public async Task Fetch_ManySlowHosts_RunsFourAtOnce()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var host = await SandboxHost.StartAsync(time);
        var fetches = Enumerable.Range(0, 6).Select(number => FetchAsync(host, $"{host.Sandbox.BaseAddress}pictures/hang?{number}")).ToList();
        while (host.Faults.Pictures.Count < 4)
        {
            await Task.Delay(10, Cancellation);
        }

        await Task.Delay(100, Cancellation);
        Assert.Equal(4, host.Faults.Pictures.Count);
        Assert.All(await time.AdvanceUntilAsync(Task.WhenAll(fetches)), answer => Assert.Equal(PictureFailure.TimedOut, answer.Failure));
    }

    private static Task<PictureResult> FetchAsync(SandboxHost host, string address) => host.Get<PictureFetcher>().FetchAsync(PictureAddress.Read(address)!);
}
