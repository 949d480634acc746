using System.Text;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.SettingsFile;

public sealed class SettingsWriterTests
{
    // Out of order, with spaces around an id, what a spreadsheet takes for a formula, letters beyond Latin, nothing, and many digits.
    private static readonly Character[] Cast =
    [
        new("b-2", "Штурман", new CharacterCoreSettings("gpt-4.1", 0.123456789m), null, null),
        new(" a-1 ", "Mira \"the\" Innkeeper", new CharacterCoreSettings("gpt-4o", 0.70m), true, null),
        new("c-3", "=Jonas", new CharacterCoreSettings(null, null), false, null),
        new("d-4", "Old Tobias", new CharacterCoreSettings("a model, with a comma", 1m), null, null),
    ];

    [Fact]
    public void Csv_MatchesApprovedFile() => Approved.Equal("settings.csv", Encoding.UTF8.GetString(SettingsWriter.ToCsv(Cast)));

    [Fact]
    public void Json_MatchesApprovedFile() =>
        Approved.Equal("settings.json", Encoding.UTF8.GetString(SettingsWriter.ToJson(Cast, new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero))));
}
