using System.Text;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.History;

public sealed class HistoryExportTests
{
    // One of each kind of value: a person's and an outside change, numbers with trailing zeros, quotes, line breaks, letters beyond Latin, nothing.
    private static readonly ChangeRecord[] Some =
    [
        new()
        {
            Id = 1, At = new DateTimeOffset(2026, 11, 29, 8, 0, 0, 123, TimeSpan.Zero), Kind = ChangeKind.Edit, State = ChangeState.Confirmed, SettledAt = new DateTimeOffset(2026, 11, 29, 8, 0, 1, TimeSpan.Zero),
            PersonId = "ana", PersonName = "Ana Keller", CharacterId = "57a0c93e", CharacterName = "Mira \"the\" Innkeeper", ModelBefore = "gpt-4o", ModelAfter = "claude-4-sonnet",
            TemperatureBefore = 0.70m, TemperatureAfter = 0.425m, Reason = "Too wild,\nsays the director", Reference = "tx-1",
        },
        new()
        {
            Id = 2, At = new DateTimeOffset(2026, 11, 29, 9, 0, 0, TimeSpan.Zero), Kind = ChangeKind.Outside, State = ChangeState.Drifted,
            CharacterId = "c-2", CharacterName = "Штурман", TemperatureBefore = null, TemperatureAfter = 1m,
        },
        new()
        {
            Id = 3, At = new DateTimeOffset(2026, 11, 29, 10, 0, 0, TimeSpan.Zero), Kind = ChangeKind.Undo, State = ChangeState.NotConfirmed, UndoesId = 1,
            PersonId = "jonas", PersonName = "=Jonas", CharacterId = "57a0c93e", CharacterName = "Mira", ModelBefore = "claude-4-sonnet", ModelAfter = "gpt-4o",
        },
    ];

    [Fact]
    public async Task Csv_MatchesApprovedFile() => Approved.Equal("history.csv", await WrittenAsync(HistoryExport.WriteCsvAsync));

    [Fact]
    public async Task Json_MatchesApprovedFile() => Approved.Equal("history.json", await WrittenAsync(HistoryExport.WriteJsonAsync));

    private static async Task<string> WrittenAsync(Func<Stream, IAsyncEnumerable<ChangeRecord>, CancellationToken, Task> write)
    {
        using var stream = new MemoryStream();
        await write(stream, Some.ToAsyncEnumerable(), Cancellation);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Every column that a person or Convai fills with text, so that a spreadsheet carries none of them out.</summary>
    [Theory]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("@")]
    [InlineData("－")]
    public async Task Csv_FormulaText_IsDefusedInEveryColumn(string start)
    {
        string Text(string name) => $"{start}{name}";
        var change = new ChangeRecord
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
