using System.Net;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi;

public sealed class PlainHttpTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("fd12:3456::1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700:4700::1111", false)]
    public void PrivateAddress_Includes_OnlyPrivateRanges(string address, bool expected) => Assert.Equal(expected, PrivateAddress.Includes(IPAddress.Parse(address)));

    [Fact]
    public async Task Connection_LoopbackName_IsAllowed()
    {
        await using var host = await SandboxHost.StartAsync();
        using var http = Client(new Uri($"http://localhost:{host.Sandbox.BaseAddress.Port}"), out var log);
        using var answer = await http.PostAsync(ConvaiPaths.List, null, Cancellation);
        Assert.Empty(log.Lines);
    }

    // The address is judged before anything is sent, so nothing needs to listen there.
    [Theory]
    [InlineData("http://203.0.113.7:8080")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[2606:4700:4700::1111]")]
    public async Task Connection_PublicAddress_IsRefusedAndLogged(string address)
    {
        using var http = Client(new Uri(address), out var log);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("", Cancellation));
        Assert.IsType<IOException>(failure.InnerException);
        Assert.Contains(log.Lines, line => line.Contains("Nothing was sent to Convai", StringComparison.Ordinal));
    }

    [Fact]
    public void Https_KeepsDefaultConnection()
    {
        using var handler = new SocketsHttpHandler();
        Gate(new Uri("https://api.convai.com"), out _).Restrict(handler);
        Assert.Null(handler.ConnectCallback);
        Assert.True(handler.UseProxy);
    }

    [Theory]
    [InlineData("http://10.0.0.5:8080", true)]
    [InlineData("http://convai.internal", true)]
    [InlineData("http://127.0.0.1:5000", false)]
    [InlineData("https://api.convai.com", false)]
    public async Task Start_PlainHttpToRemoteHost_Warns(string address, bool expected)
    {
        await Gate(new Uri(address), out var log).StartAsync(Cancellation);
        Assert.Equal(expected, log.Lines.Any(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("travel unencrypted", StringComparison.Ordinal)));
    }

    private static HttpClient Client(Uri address, out RecordingLoggerProvider log)
    {
        var handler = new SocketsHttpHandler();
        Gate(address, out log).Restrict(handler);
        return new HttpClient(handler) { BaseAddress = address };
    }

    private static PlainHttp Gate(Uri address, out RecordingLoggerProvider log)
    {
        log = new RecordingLoggerProvider();
        var recorder = log;
        var endpoint = new ConvaiEndpoint(Options.Create(new ConvaiOptions { Mode = ConvaiMode.Live, BaseUrl = address, AllowPlainHttp = true }), new ServiceCollection().BuildServiceProvider());
        return new PlainHttp(endpoint, LoggerFactory.Create(logging => logging.AddProvider(recorder)).CreateLogger<PlainHttp>());
    }
}
