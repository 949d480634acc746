using System.Text;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.History;

public sealed class HistoryExportTests
{
    /// <summary>Every column that a person or Convai fills with text, so that a spreadsheet carries none of them out.</summary>
    [Theory]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("@")]
    [InlineData("－")]
    public async Task Csv_TextThatBeginsLikeAFormula_IsDefusedInEveryColumn(string start)
    {
        string Text(string name) => $"{start}{name}";
        var change = new Change
        {
            At = new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero),
            Kind = ChangeKind.Edit,
            PersonId = Text("person-id"),
            PersonName = Text("person"),
            CharacterId = Text("character-id"),
            CharacterName = Text("character"),
            ModelBefore = Text("before"),
            ModelAfter = Text("after"),
            TemperatureBefore = 0.5m,
            TemperatureAfter = 0.25m,
            Reason = Text("reason"),
            Reference = Text("reference"),
        };
        using var stream = new MemoryStream();
        await HistoryExport.WriteCsvAsync(stream, new[] { change }.ToAsyncEnumerable(), Cancellation);

        var cells = Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n")[1].Split(',');
        Assert.Equal(
            ["person", "person-id", "character-id", "character", "before", "after", "reason", "reference"],
            cells.Where(cell => cell.StartsWith($"'{start}", StringComparison.Ordinal)).Select(cell => cell[(1 + start.Length)..]));
        Assert.DoesNotContain(cells, cell => cell.StartsWith(start, StringComparison.Ordinal));
    }
}
