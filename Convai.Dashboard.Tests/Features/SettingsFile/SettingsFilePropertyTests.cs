using System.Text;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using FsCheck.Xunit;

namespace Convai.Dashboard.Features.SettingsFile;

public sealed class ImportingDashboard : IAsyncLifetime
{
    internal SandboxHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await SandboxHost.StartAsync(("Convai:MaxRequestsPerMinute", "100000"));

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>What holds for every settings file: what is written can be read, whatever is read gives rows and sentences, and no row gets lost.</summary>
[Properties(Arbitrary = [typeof(HostileValues)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class SettingsFilePropertyTests(ImportingDashboard dashboard) : IClassFixture<ImportingDashboard>
{
    private const string Header = "id,name,model,temperature\n";

    [Property]
    public void AnyText_ReturnsRowsAndErrors(string text, byte[] bytes)
    {
        foreach (var file in new[] { text, $"{Header}{text}", $"{Header}\"{text}\",,,", $"[{text}]", $$"""{"schema":"convai-dashboard/settings","version":1,"exportedAt":"x","characters":[{{text}}]}""" })
        {
            AssertAccountedFor(SettingsReader.Read(Encoding.UTF8.GetBytes(file)));
        }

        AssertAccountedFor(SettingsReader.Read([.. Encoding.UTF8.GetBytes(Header), .. bytes]));
    }

    [Property]
    public void WrittenFile_CanBeRead(Character[] cast)
    {
        foreach (var file in new[] { SettingsWriter.ToCsv(cast, GroupList.Empty), SettingsWriter.ToJson(cast, GroupList.Empty, DateTimeOffset.UnixEpoch) })
        {
            var reading = SettingsReader.Read(file, cast);
            Assert.Equal(cast.Length == 0 ? ["The file has no characters."] : [], reading.Errors.Select(error => error.Sentence));
            Assert.Equal(
                cast.Select(character => (character.Id, character.Name, SettingsPatch.From(character.Settings))).ToHashSet(),
                reading.Rows.Select(row => (row.CharacterId, row.Name ?? "", row.Settings)).ToHashSet());
        }
    }

    [Property(MaxTest = 60)]
    public async Task ExportChangeImport_AnyTemperatures_AreRestored(UnitValue[] exported, UnitValue[] changed, bool isJson)
    {
        var host = dashboard.Host;
        var characters = host.Sandbox.Account.Characters.Zip(exported, changed).ToList();
        characters.ForEach(entry => entry.First.Temperature = entry.Second.Value);
        var before = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, TestContext.Current.CancellationToken)).Characters!;
        var file = isJson ? SettingsWriter.ToJson(before, GroupList.Empty, DateTimeOffset.UnixEpoch) : SettingsWriter.ToCsv(before, GroupList.Empty);
        characters.ForEach(entry => entry.First.Temperature = entry.Third.Value);
        var after = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, TestContext.Current.CancellationToken)).Characters!;

        var reading = (await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), file, TestContext.Current.CancellationToken))!;
        Assert.Empty(reading.Errors);
        Assert.Equal(
            before.Zip(after).Where(pair => !TemperatureRules.AreSame(pair.First.Settings.Temperature, pair.Second.Settings.Temperature)).Select(pair => (pair.First.Id, pair.First.Settings.Temperature)).ToHashSet(),
            reading.Different.Select(row => (row.Character.Id, row.After.Temperature)).ToHashSet());
    }

    [Property]
    public void CsvCell_AnyText_RoundTrips(string cell) => Assert.Equal(cell, SpreadsheetCell.Restore(SpreadsheetCell.Defuse(cell)));

    [Property(MaxTest = 60)]
    public async Task Import_CountsEveryRowOnceAndReportsOnlyDifferences(int[] places, SettingsPatch[] changes, string other)
    {
        var host = dashboard.Host;
        var cast = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: false, TestContext.Current.CancellationToken)).Characters!;
        var rows = places.Zip(changes, (place, change) => (Id: place % 30 is >= 0 and < 24 ? cast[place % 30].Id : $"{other.Replace('\0', 'x')}{place}", Change: change)).ToList();
        var file = SettingsWriter.ToCsv(rows.DistinctBy(row => row.Id.Trim()).Select(row => new Character(row.Id, "", new CharacterCoreSettings(row.Change.ModelCode, row.Change.Temperature), null, null)), GroupList.Empty);
        var reading = (await host.Get<SettingsImport>().ReadAsync(TestPeople.As(Role.Viewer), file, TestContext.Current.CancellationToken))!;

        var faulty = reading.Errors.Select(error => error.Place).Where(place => place != FileError.WholeFile).ToHashSet();
        var different = reading.Different.Select(row => row.Row.Place).ToList();
        var accounted = different.Count + reading.Same + reading.UnknownCharacters.Count + faulty.Count(place => !different.Contains(place));
        Assert.Equal(reading.Count, accounted);
        Assert.Equal(different.Concat(reading.UnknownCharacters.Select(stranger => stranger.Row.Place)).Distinct(), different.Concat(reading.UnknownCharacters.Select(stranger => stranger.Row.Place)));
        Assert.All(reading.Different, row => Assert.True(!row.After.IsEmpty && row.After.IsSatisfiedBy(row.Character.Settings.With(row.Row.Settings))));
        Assert.DoesNotContain("update", host.Endpoints);
    }

    private static void AssertAccountedFor(FileReading reading)
    {
        Assert.True(reading.Rows.Count <= reading.Count && (reading.Rows.Count > 0 || reading.Errors.Count > 0));
        Assert.Equal(reading.Rows.Count, reading.Rows.Select(row => row.CharacterId).Distinct(StringComparer.Ordinal).Count());
        Assert.All(reading.Errors, error => Assert.InRange(error.Sentence.Length, 1, 1000));
    }
}
