using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>What the sandbox keeps from one start to the next, whatever becomes of its file.</summary>
[Trait("Database", "None")]
public sealed class SandboxFileTests : IDisposable
{
    private const string Mira = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Ferryman = "0794a839-0a08-5ed8-b118-1b7ea62d5b4d";
    private const string Warning = "the sandbox starts over with its invented cast";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-");

    private string FilePath => Path.Combine(_data.FullName, "sandbox.json");

    [Fact]
    public async Task Restart_KeepsSettingsCopiesConversationsAndUsage()
    {
        string copyId, sessionId;
        int interactions;
        List<Character> before;
        await using (var host = await StartAsync())
        {
            var copies = host.Get<CopyClient>();
            Assert.Null(await host.Client.UpdateCharacterAsync(Mira, new SettingsPatch("gemini-2.5-flash", 0.123456789m, "low"), null, Cancellation));
            var copy = new CharacterCopy((await copies.CloneAsync(Mira, includesKnowledge: true, null, Cancellation)).Value!);
            Assert.Null(await copies.ConfigureAsync(copy, "A copy", new SettingsPatch("claude-4-sonnet", 0.1m), [$"{copy.Id}-0"], null, Cancellation));
            Assert.Null(await copies.DetachMcpServerAsync(copy, "sandbox-calendar", null, Cancellation));
            var deleted = new CharacterCopy((await copies.CloneAsync(Ferryman, includesKnowledge: true, null, Cancellation)).Value!);
            sessionId = (await copies.SpeakAsync(copy, null, "Where is the old mill?", null, Cancellation)).Value!.SessionId;
            Assert.NotNull((await copies.SpeakAsync(deleted, null, "Hello", null, Cancellation)).Value);
            Assert.Null(await copies.DeleteAsync(deleted, null, Cancellation));
            (copyId, interactions) = (copy.Id, host.Sandbox.Account.Interactions);
            before = [.. (await host.Client.ListCharactersAsync(Cancellation)).Value!];
        }

        await using var again = await StartAsync();
        // The pictures' addresses have the port of this start.
        Assert.Equal(before.Select(Described), (await again.Client.ListCharactersAsync(Cancellation)).Value!.Select(Described));
        Assert.Equal(("gemini-2.5-flash", 0.123456789m, "low"), (again.Character("Mira the Innkeeper").ModelCode, again.Character("Mira the Innkeeper").Temperature, again.Character("Mira the Innkeeper").Reasoning));
        var kept = Assert.Single(again.Sandbox.Account.Copies);
        Assert.Equal((copyId, "A copy", "Mira the Innkeeper", false), (kept.Id, kept.Name, kept.Voice, kept.HasMemory));
        Assert.Equal([false, true, false], kept.Functions.Select(function => function.IsActive));
        Assert.Empty(kept.McpServers);
        Assert.Equal(2, interactions);
        Assert.Equal(interactions, again.Sandbox.Account.Interactions);
        Assert.Equal(sessionId, Assert.Single(again.Sandbox.Account.Sessions).Key);
        Assert.Equal("claude-4-sonnet", (await again.Get<CopyClient>().ReadUsedSettingsAsync(sessionId, null, Cancellation)).Value!.Model);
        Assert.DoesNotContain(again.Logs.Lines, line => line.Contains(Warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"changed\":[{\"id\":\"57a0")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":2,\"changed\":[],\"copies\":[],\"deleted\":[],\"sessions\":{},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":null,\"copies\":[],\"deleted\":[],\"sessions\":{},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":[null],\"copies\":[],\"deleted\":[],\"sessions\":{},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":[],\"copies\":[],\"deleted\":[null],\"sessions\":{},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":[],\"copies\":[],\"deleted\":[],\"sessions\":{\"a\":null},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":[{\"id\":\"57a0c93e-7472-11ef-ac22-42010a7be011\",\"name\":\"Mira\",\"isModerated\":true,\"hoursSinceLastTalk\":1,\"functions\":[null]}],\"copies\":[],\"deleted\":[],\"sessions\":{},\"interactions\":0}")]
    [InlineData("{\"version\":1,\"changed\":[],\"copies\":[{\"id\":\"a\",\"name\":\"x\",\"isModerated\":true,\"hoursSinceLastTalk\":1},{\"id\":\"a\",\"name\":\"x\",\"isModerated\":true,\"hoursSinceLastTalk\":1}],\"deleted\":[],\"sessions\":{},\"interactions\":0}")]
    public async Task Start_InvalidFile_WarnsAndStartsOver(string text)
    {
        await File.WriteAllTextAsync(FilePath, text, Cancellation);
        await using (var host = await StartAsync())
        {
            Assert.Equal(24, (await host.Client.ListCharactersAsync(Cancellation)).Value!.Count);
            Assert.Equal(0.7m, host.Character("Mira the Innkeeper").Temperature);
            Assert.Single(host.Logs.Lines, line => line.Contains(Warning, StringComparison.Ordinal));
            Assert.Null(await host.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.42m), null, Cancellation));
        }

        await using var again = await StartAsync();
        Assert.Equal(0.42m, again.Character("Mira the Innkeeper").Temperature);
    }

    [Fact]
    public async Task Restart_FewerCharacters_OmitsRemovedOnes()
    {
        const string Villager = "00000019-5a8d-11ef-b23c-42010a7be011";
        await using (var host = await StartAsync(("Convai:Sandbox:Characters", "30")))
        {
            Assert.Null(await host.Client.UpdateCharacterAsync(Villager, new SettingsPatch(null, 0.42m), null, Cancellation));
        }

        await using var again = await StartAsync();
        Assert.Equal(24, (await again.Client.ListCharactersAsync(Cancellation)).Value!.Count);
        Assert.DoesNotContain(again.Logs.Lines, line => line.Contains(Warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SecondServer_SameFile_KeepsChangesInMemoryUntilFirstStops()
    {
        await using var second = await StartAsync();
        await using (var first = await StartAsync())
        {
            Assert.Null(await first.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.11m), null, Cancellation));
            Assert.Null(await second.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.22m), null, Cancellation));
            Assert.Null(await second.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.33m), null, Cancellation));
            Assert.Single(second.Logs.Lines, line => line.Contains("The sandbox could not be saved", StringComparison.Ordinal));
            Assert.Equal(0.11m, await SavedTemperatureAsync());
        }

        Assert.Null(await second.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.44m), null, Cancellation));
        Assert.Equal(0.44m, await SavedTemperatureAsync());
    }

    [Fact]
    public async Task Save_FolderMissing_KeepsChangesInMemory()
    {
        _data.Delete();
        await using var host = await StartAsync();
        Assert.Null(await host.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.42m), null, Cancellation));
        Assert.Equal(0.42m, host.Character("Mira the Innkeeper").Temperature);
        Assert.Single(host.Logs.Lines, line => line.Contains("The sandbox could not be saved", StringComparison.Ordinal));
        _data.Create();
    }

    [Fact]
    public async Task Reads_WriteNothing_FilesArePrivate()
    {
        await using var host = await StartAsync();
        Assert.True((await host.Client.ListCharactersAsync(Cancellation)).IsSuccess);
        Assert.Empty(_data.GetFiles());
        Assert.Null(await host.Client.UpdateCharacterAsync(Mira, new SettingsPatch(null, 0.42m), null, Cancellation));
        Assert.Equal(["sandbox.json", "sandbox.json.lock"], _data.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(OperatingSystem.IsWindows() ? [] : _data.GetFiles(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        Assert.DoesNotContain("Dockhand", await File.ReadAllTextAsync(FilePath, Cancellation), StringComparison.Ordinal);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private Task<SandboxHost> StartAsync(params (string Key, string? Value)[] settings) => SandboxHost.StartConvaiAsync(
        services => services.AddSingleton(provider => new SandboxFile(FilePath, provider.GetRequiredService<ILogger<SandboxFile>>())), settings);

    private async Task<decimal?> SavedTemperatureAsync()
    {
        await using var stream = File.OpenRead(FilePath);
        return (await System.Text.Json.JsonSerializer.DeserializeAsync(stream, SandboxStateJsonContext.Default.SandboxState, Cancellation))!.Changed.Single().Temperature;
    }

    private static string Described(Character character) => $"{character.Id} {character.Name} {character.Settings}";
}
