using System.Text;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;
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

    private static readonly GroupList Groups = new(
        new[] { "Villagers", "Act 2", "=1+1", "No one's" }.Select((name, index) => new CharacterGroup { Id = index + 1, Name = name, NormalizedName = name.ToUpperInvariant() }),
        [new GroupMember(1, " a-1 "), new GroupMember(2, " a-1 "), new GroupMember(3, "d-4")]);

    [Fact]
    public void Csv_MatchesApprovedFile() => Approved.Equal("settings.csv", Encoding.UTF8.GetString(SettingsWriter.ToCsv(Cast, Groups)));

    [Fact]
    public void Json_MatchesApprovedFile() =>
        Approved.Equal("settings.json", Encoding.UTF8.GetString(SettingsWriter.ToJson(Cast, Groups, new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero))));
}
