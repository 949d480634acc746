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
        Assert.Empty(reading.Strangers);
        Assert.DoesNotContain("update", host.Endpoints);
    }

    [Fact]
    public async Task Export_IsIndependentOfOrder_AndUnrounded()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Character(Mira).Temperature = 0.123456789m;
        var characters = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        Assert.Equal(SettingsWriter.ToCsv(characters), SettingsWriter.ToCsv(characters.Reverse()));
        Assert.Contains(",0.123456789,\r\n", Encoding.UTF8.GetString(SettingsWriter.ToCsv(characters)), StringComparison.Ordinal);
        var json = Encoding.UTF8.GetString(SettingsWriter.ToJson(characters, new DateTimeOffset(2026, 11, 24, 13, 5, 6, 789, TimeSpan.FromHours(1))));
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
        (lines[mira], lines[pell]) = ($"{host.Character(Mira).Id},{Mira},claude-4-sonnet,,", $"{host.Character("Dockhand Pell").Id},Somebody,,0.33,");
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
        Assert.Equal((2, 22), (reading.Different.Count, reading.Same));
        var row = reading.Different.Single(row => row.Character.Name == Mira);
        Assert.Equal((new SettingsPatch("claude-4-sonnet", null), $"Line {mira + 1}", null), (row.After, row.Row.Place, row.OtherName));
        Assert.Equal((new SettingsPatch(null, 0.33m), "Somebody"), reading.Different.Where(row => row.Character.Name == "Dockhand Pell").Select(row => (row.After, row.OtherName)).Single());
    }

    [Fact]
    public async Task UnknownModel_IsErrorOnItsLine_UnlessTheCharacterHasUsedIt()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = await JournalTest.OpenAsync(host);
        var reyes = await JournalTest.OpenAsync(host, "Captain Reyes");
        Assert.False(host.Get<Models.AccountModels>().Catalogue.Knows(reyes.Settings.ModelCode!));
        await JournalTest.SaveAsync(host, reyes, new SettingsPatch("gpt-4o", null));
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes($"id,name,model,temperature\n{mira.Id},,{reyes.Settings.ModelCode},\n{reyes.Id},,{reyes.Settings.ModelCode},\n"));
        Assert.Equal(new FileError("Line 2", $"“{reyes.Settings.ModelCode}” is not available to your account."), Assert.Single(reading.Errors));
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
    public async Task CharactersNotInCast_AreCountedAndExcluded()
    {
        await using var host = await SandboxHost.StartAsync();
        var reading = await ReadAsync(host, Encoding.UTF8.GetBytes("id,name,model,temperature\nno-such-id,Nobody,gpt-4o,0.5\n"));
        Assert.Equal("no-such-id", Assert.Single(reading.Strangers).CharacterId);
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
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<SettingsImport>().ReadAsync(TestPeople.Nobody, "id"u8.ToArray(), Cancellation));
        Assert.NotNull(await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), "id"u8.ToArray(), Cancellation));
    }

    private static async Task<byte[]> ExportAsync(SandboxHost host, string format)
    {
        var characters = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters!;
        return format == "csv" ? SettingsWriter.ToCsv(characters) : SettingsWriter.ToJson(characters, DateTimeOffset.UnixEpoch);
    }

    private static async Task<ImportReading> ReadAsync(SandboxHost host, byte[] file) => (await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), file, Cancellation))!;
}
