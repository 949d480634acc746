using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Convai.Dashboard.ConvaiApi;

public sealed class ConvaiOptionsTests
{
    private const string Key = "a-key-that-must-not-be-printed";

    [Fact]
    public void Validate_MinimalLiveOptions_Succeeds() => Assert.Empty(Errors(Options(), Environments.Production));

    [Fact]
    public void Validate_ProductionWithoutKey_NamesTheMissingSetting()
    {
        var error = Assert.Single(Errors(new ConvaiOptions(), Environments.Production));
        Assert.StartsWith("Convai:ApiKey is missing", error, StringComparison.Ordinal);
        Assert.Contains("Convai:Mode", error, StringComparison.Ordinal);
    }

    [Fact]
    public void PostConfigure_DevelopmentWithoutKey_IsSandbox() => Assert.True(Settled(new ConvaiOptions(), Environments.Development).IsSandbox);

    [Fact]
    public void PostConfigure_DevelopmentWithKey_IsLive() => Assert.False(Settled(Options(), Environments.Development).IsSandbox);

    [Fact]
    public void PostConfigure_ModeSet_IsKept()
    {
        var options = Options();
        options.Mode = ConvaiMode.Sandbox;
        Assert.True(Settled(options, Environments.Production).IsSandbox);
    }

    [Fact]
    public void PostConfigure_KeyFile_ReadsTrimmedKey()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"{Key}\n");
        var options = new ConvaiOptions { ApiKeyFile = file };
        Assert.Empty(Errors(options, Environments.Production));
        Assert.Equal(Key, options.ApiKey);
        File.Delete(file);
    }

    [Theory]
    [InlineData("\"{0}\"", "is enclosed in quotes")]
    [InlineData("'{0}'", "is enclosed in quotes")]
    [InlineData("“{0}”", "is enclosed in quotes")]
    [InlineData("\"{0}", "contains a character that cannot be part of a key")]
    [InlineData("{0} {0}", "contains a character that cannot be part of a key")]
    public void Validate_KeyWithQuotesOrSpace_IsRejectedWithoutPrintingIt(string form, string words)
    {
        var text = form.Replace("{0}", Key, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"{text}\n");
        var (given, mounted) = (Assert.Single(Errors(new ConvaiOptions { ApiKey = text }, Environments.Production)), Assert.Single(Errors(new ConvaiOptions { ApiKeyFile = file }, Environments.Production)));
        File.Delete(file);
        Assert.StartsWith($"Convai:ApiKey {words}", given, StringComparison.Ordinal);
        Assert.StartsWith($"Convai:ApiKeyFile points to a file whose text {words}", mounted, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, given + mounted, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_MissingKeyFile_NamesTheSetting() =>
        Assert.Contains("Convai:ApiKeyFile", Assert.Single(Errors(new ConvaiOptions { ApiKeyFile = "/nowhere/key" }, Environments.Development)), StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralErrors_ReportsAllByKeyWithoutValues()
    {
        var options = Options();
        options.ApiKey = $"{Key}\r\nSet-Cookie";
        options.BaseUrl = new Uri("http://convai.example");
        options.ReadTimeout = TimeSpan.Zero;
        options.MaxRequestsPerMinute = 0;
        var errors = Errors(options, Environments.Production);
        Assert.Equal(
            ["Convai:ApiKey", "Convai:BaseUrl", "Convai:ReadTimeout", "Convai:MaxRequestsPerMinute"],
            errors.Select(error => error.Split(' ')[0]));
        Assert.DoesNotContain(errors, error => error.Contains(Key, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("http://10.0.0.5:8080", false, "10.0.0.5", "Convai:AllowPlainHttp allows plain http; then the key")]
    [InlineData("http://10.0.0.5:8080", true, "10.0.0.5", null)]
    [InlineData("http://[fd00::5]:8080", true, "fd00::5", null)]
    [InlineData("http://203.0.113.7", true, "203.0.113.7", "outside private networks")]
    [InlineData("http://convai.internal", true, "192.168.7.7", null)]
    [InlineData("http://convai.internal", true, "192.168.7.7 203.0.113.7", "outside private networks")]
    [InlineData("http://convai.internal", true, "", null)]
    [InlineData("http://127.0.0.1:5000", false, "127.0.0.1", null)]
    [InlineData("ftp://127.0.0.1", true, "127.0.0.1", "must be an absolute https address")]
    [InlineData("https://convai.internal", false, "203.0.113.7", null)]
    public void Validate_PlainHttp_OnlyWhenAllowedAndPrivate(string url, bool isAllowed, string addresses, string? expected)
    {
        var options = Options();
        (options.BaseUrl, options.AllowPlainHttp, options.Mode) = (new Uri(url), isAllowed, ConvaiMode.Live);
        var setup = new ConvaiOptionsSetup(new Environment(Environments.Production))
        {
            Resolve = _ => addresses.Length == 0 ? throw new SocketException() : [.. addresses.Split(' ').Select(address => IPAddress.Parse(address))],
        };
        var errors = setup.Validate(null, options).Failures ?? [];
        Assert.Equal(expected is null ? 0 : 1, errors.Count());
        Assert.All(errors, error => Assert.Contains(expected!, error, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotContain(options.BaseUrl.Host, error, StringComparison.Ordinal));
    }

    private static ConvaiOptions Options() => new() { ApiKey = Key };

    private static ConvaiOptions Settled(ConvaiOptions options, string environment)
    {
        new ConvaiOptionsSetup(new Environment(environment)).PostConfigure(null, options);
        return options;
    }

    private static List<string> Errors(ConvaiOptions options, string environment) =>
        [.. new ConvaiOptionsSetup(new Environment(environment)).Validate(null, Settled(options, environment)).Failures ?? []];

    private sealed class Environment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
