using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Convai.Dashboard.ConvaiApi;

public sealed class ConvaiOptionsTests
{
    private const string Key = "a-key-that-must-not-be-printed";

    [Fact]
    public void Validate_MinimalLiveOptions_Succeeds() => Assert.Empty(Errors(Options(), Environments.Production));

    [Fact]
    public void Validate_ProductionWithoutKey_SaysInOneSentenceWhatIsMissing()
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
    public void PostConfigure_ModeIsSet_StaysAsSet()
    {
        var options = Options();
        options.Mode = ConvaiMode.Sandbox;
        Assert.True(Settled(options, Environments.Production).IsSandbox);
    }

    [Fact]
    public void PostConfigure_KeyFile_GivesTheTrimmedKey()
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
    [InlineData("\"{0}", "holds a character that no key has")]
    [InlineData("{0} {0}", "holds a character that no key has")]
    public void Validate_KeyWithQuotesOrSpace_InTheSettingOrTheFile_IsRefusedWithoutPrintingIt(string form, string words)
    {
        var text = form.Replace("{0}", Key, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"{text}\n");
        var (given, mounted) = (Assert.Single(Errors(new ConvaiOptions { ApiKey = text }, Environments.Production)), Assert.Single(Errors(new ConvaiOptions { ApiKeyFile = file }, Environments.Production)));
        File.Delete(file);
        Assert.StartsWith($"Convai:ApiKey {words}", given, StringComparison.Ordinal);
        Assert.StartsWith($"Convai:ApiKeyFile names a file whose text {words}", mounted, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, given + mounted, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_KeyFileThatDoesNotExist_NamesTheSetting() =>
        Assert.Contains("Convai:ApiKeyFile", Assert.Single(Errors(new ConvaiOptions { ApiKeyFile = "/nowhere/key" }, Environments.Development)), StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralMistakes_ReportsAllByKeyAndNeverTheValue()
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
