using System.Text;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.SettingsFile;

public sealed class SettingsImportTests
{
    private const string Mira = "Mira the Innkeeper";

    public static TheoryData<string> Formats => ["csv", "json"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ExportedFile_Reimported_HasNoDifferences(string format)
    {
        await using var host = await SandboxHost.StartAsync();
        host.Character(Mira).Temperature = 0.123456789m;
        host.Character("Dockhand Pell").Temperature = 1.2m;
        var reading = await ReadAsync(host, await ExportAsync(host, format));
        Assert.Equal((24, 24), (reading.Count, reading.Same));
        Assert.Empty(reading.Different);
        Assert.Empty(reading.Errors);
        Assert.Empty(reading.UnknownCharacters);
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Export_IsUnroundedAndIndependentOfOrder()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Character(Mira).Temperature = 0.123456789m;
        var characters = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        Assert.Equal(SettingsWriter.ToCsv(characters, GroupList.Empty), SettingsWriter.ToCsv(characters.Reverse(), GroupList.Empty));
        Assert.Contains(",0.123456789,,\r\n", Encoding.UTF8.GetString(SettingsWriter.ToCsv(characters, GroupList.Empty)), StringComparison.Ordinal);
        var json = Encoding.UTF8.GetString(SettingsWriter.ToJson(characters, GroupList.Empty, new DateTimeOffset(2026, 11, 24, 13, 5, 6, 789, TimeSpan.FromHours(1))));
        Assert.Contains("\"temperature\": 0.123456789", json, StringComparison.Ordinal);
        Assert.Contains("\"exportedAt\": \"2026-11-24T12:05:06Z\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoEditedLines_ProduceTwoDifferences()
    {
        await using var host = await SandboxHost.StartAsync();
        var csv = Encoding.UTF8.GetString(await ExportAsync(host, "csv"));
        var lines = csv.Split("\r\n");
        var mira = Array.FindIndex(lines, line => line.Contains(Mira, StringComparison.Ordinal));
        var pell = Array.FindIndex(lines, line => line.Contains("Dockhand Pell", StringComparison.Ordinal));
        (lines[mira], lines[pell]) = ($"{host.Character(Mira).Id},{Mira},claude-4-sonnet,,,", $"{host.Character("Dockhand Pell").Id},Someone,,0.33,,");
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
        Assert.Equal((2, 22), (reading.Different.Count, reading.Same));
        var row = reading.Different.Single(row => row.Character.Name == Mira);
        Assert.Equal((new SettingsPatch("claude-4-sonnet", null), $"Line {mira + 1}", null), (row.After, row.Row.Place, row.OtherName));
        Assert.Equal((new SettingsPatch(null, 0.33m), "Someone"), reading.Different.Where(row => row.Character.Name == "Dockhand Pell").Select(row => (row.After, row.OtherName)).Single());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Groups_Reimported_DifferOnlyByName(string format)
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.AddToGroupsAsync(Mira, "Villagers", "=1+1", "Act 2");
        var list = await host.Get<CharacterGroups>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation);
        var characters = host.Get<CastDirectory>().Last.Characters!;
        var file = format == "csv" ? SettingsWriter.ToCsv(characters, list) : SettingsWriter.ToJson(characters, list, DateTimeOffset.UnixEpoch);
        Assert.Empty((await ReadAsync(host, file)).Groups);

        var edited = Encoding.UTF8.GetString(file).Replace("Villagers", "act 1", StringComparison.Ordinal).Replace("Act 2", "ACT 2", StringComparison.Ordinal);
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes(edited));
        var row = Assert.Single(reading.Groups);
        Assert.Equal((Mira, "act 1", "Villagers"), (row.Character.Name, Assert.Single(row.Added), Assert.Single(row.Removed)));
        Assert.Empty(reading.Different);
        Assert.Empty(reading.Errors);
    }

    [Fact]
    public async Task Groups_OverMaximum_IsAnError()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.AddToGroupsAsync(Mira, "Villagers");
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,name,model,temperature,groups\n{host.Character(Mira).Id},,,,{string.Join(';', Enumerable.Range(1, 100).Select(number => $"Act {number}"))}\n"));
        Assert.Equal(new FileError("File", "The file would create 100 groups, and there can be 100 in all."), Assert.Single(reading.Errors));
    }

    [Fact]
    public async Task Model_Unknown_IsErrorUnlessCharacterUsesIt()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = await JournalTest.OpenAsync(host);
        var reyes = await JournalTest.OpenAsync(host, "Captain Reyes");
        Assert.False(host.Get<Models.AccountModels>().Catalogue.Knows(reyes.Settings.ModelCode!));
        await JournalTest.SaveAsync(host, reyes, new SettingsPatch("gpt-4o", null));
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,name,model,temperature\n{mira.Id},,{reyes.Settings.ModelCode},\n{reyes.Id},,{reyes.Settings.ModelCode},\n"));
        Assert.Equal(
            new FileError("Line 2", $"“{reyes.Settings.ModelCode}” is not available to your account. Did you mean Claude-3-7-Sonnet (claude-3-7-sonnet)?", Mira),
            Assert.Single(reading.Errors));
        Assert.Equal(reyes.Settings.ModelCode, Assert.Single(reading.Different).After.ModelCode);
    }

    /// <summary>People who fix a line read all that is wrong with it at once.</summary>
    [Fact]
    public async Task LineWithWrongModelAndWrongTemperature_ReportsBoth()
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"name,model,temperature\n{Mira},something else,7\n"));
        Assert.Equal(
            [new FileError("Line 2", "Enter a value between 0 and 1, not 7.00.", Mira), new FileError("Line 2", "“something else” is not available to your account.", Mira)],
            reading.Errors);
        Assert.Empty(reading.Different);
    }

    [Theory]
    [InlineData("claude-4-sonnet", "claude-4-sonnet")]
    [InlineData("CLAUDE-4-Sonnet", "claude-4-sonnet")]
    [InlineData(" claude-4-SONNET ", "claude-4-sonnet")]
    [InlineData("Fast-Gemma-4-31B", "fast-gemma-4-31b-it")]
    [InlineData("fast-gemma-4-31b", "fast-gemma-4-31b-it")]
    [InlineData("LLAMA-3.3-70b", "llama-3-70B")]
    [InlineData("llama-3-70b", "llama-3-70B")]
    [InlineData("GPT-4O", null)]
    public async Task Model_ByNameOrInAnotherCase_BecomesExactCode(string text, string? code)
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,model\n{host.Character(Mira).Id},{text}\n"));
        Assert.Empty(reading.Errors);
        Assert.Equal(code, reading.Different.SingleOrDefault()?.After.ModelCode);
        Assert.Equal(code is null ? 1 : 0, reading.Same);
    }

    [Theory]
    [InlineData("gpt 4o mini", "“gpt 4o mini” is not available to your account. Did you mean GPT-4o-mini (gpt-4o-mini)?")]
    [InlineData("claude-opus-4.2", "“claude-opus-4.2” is not available to your account. Did you mean Claude-Opus-4.1 (claude-opus-4.1)?")]
    [InlineData("maverick", "“maverick” is not available to your account. Did you mean LLama-4-Maverick (llama-4-maverick)?")]
    [InlineData("something else", "“something else” is not available to your account.")]
    public async Task Model_UnknownName_IsErrorWithSuggestion(string text, string sentence)
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"name,model,temperature\n{Mira},{text},0.2\nPip,,0.2\n"));
        Assert.Equal(new FileError("Line 2", sentence, Mira), Assert.Single(reading.Errors));
        Assert.Equal("Pip", Assert.Single(reading.Different).Character.Name);
    }

    [Fact]
    public async Task Model_AmbiguousName_IsErrorListingCodes()
    {
        await using var host = await SandboxHost.StartAsync(
            ("Models:Providers:4:Name", "Qwen"), ("Models:Providers:4:Models:0:Name", "Twin"), ("Models:Providers:4:Models:0:Code", "twin-1"), ("Models:Providers:4:Models:1:Name", "twin"), ("Models:Providers:4:Models:1:Code", "twin-2"));
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"name,model\n{Mira},Twin\nPip,twin-2\n"));
        Assert.Equal("“Twin” can mean 2 models. Write the code: twin-1 or twin-2.", Assert.Single(reading.Errors).Sentence);
        Assert.Equal("twin-2", Assert.Single(reading.Different).After.ModelCode);
    }

    [Theory]
    [InlineData("LOW", "low")]
    [InlineData("auto", "auto")]
    [InlineData("Auto", "auto")]
    [InlineData("Model default", "")]
    [InlineData("(Model Default)", "")]
    public async Task Reasoning_AnyCaseOrAsShown_BecomesLevelOfModel(string text, string level)
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"name,model,reasoning\n{Mira},Gemini-2.5-Flash,{text}\n"));
        Assert.Empty(reading.Errors);
        Assert.Equal(level, Assert.Single(reading.Different).After.Reasoning);
    }

    [Fact]
    public async Task UnknownId_IsExcludedWithSuggestion()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = host.Character(Mira).Id;
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,name,temperature\n{mira[..^1]},,0.2\nno-such-id,Pip,0.2\nno-such-id-2,Nobody,0.2\n"));
        Assert.Equal([Mira, "Pip", null], reading.UnknownCharacters.Select(stranger => stranger.Suggestion?.Name));
        Assert.Empty(reading.Different);
    }

    [Fact]
    public async Task Errors_AreInFileOrder()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = host.Character(Mira).Id;
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,name,model,temperature\na,,,7\n{mira},,claude-9,\nb,,,7\n"));
        Assert.Equal(["Line 2", "Line 3", "Line 4"], reading.Errors.Select(error => error.Place));
    }

    [Fact]
    public async Task UnknownIds_AreCountedAndExcluded()
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes("id,name,model,temperature\nno-such-id,Nobody,gpt-4o,0.5\n"));
        Assert.Equal("no-such-id", Assert.Single(reading.UnknownCharacters).Row.CharacterId);
        Assert.Equal((1, 0, 0), (reading.Count, reading.Different.Count, reading.Same));
    }

    [Fact]
    public async Task CastUnavailable_ReportsError()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Fail("list", SandboxFaultKind.ServerError);
        var reading = await ReadAsync(host, "id,name,model,temperature\na,,,0.5\n"u8.ToArray());
        Assert.EndsWith("The file could not be compared without the cast.", Assert.Single(reading.Errors).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anonymous_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<SettingsImport>().ReadAsync(TestPeople.Anonymous, "id"u8.ToArray(), Cancellation));
        Assert.NotNull(await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), "id"u8.ToArray(), Cancellation));
    }

    private static async Task<byte[]> ExportAsync(SandboxHost host, string format)
    {
        var characters = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        return format == "csv" ? SettingsWriter.ToCsv(characters, GroupList.Empty) : SettingsWriter.ToJson(characters, GroupList.Empty, DateTimeOffset.UnixEpoch);
    }

    private static async Task<ImportReading> ReadAsync(SandboxHost host, byte[] file) => (await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), file, Cancellation))!;
}
