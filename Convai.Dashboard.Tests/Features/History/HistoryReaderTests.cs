using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.History;

/// <summary>The history act by act, on a real database: no act is split, lost or shown twice, on whichever page it is.</summary>
[Trait("Speed", "Slow")]
public sealed class HistoryReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Two batches run at the same time as people's edits and outside changes, over more than two pages.</summary>
    [Fact]
    public async Task Pages_ListEveryActOnceWithAllChanges()
    {
        await using var host = await StartAsync();
        var changes = Enumerable.Range(0, 400).Select(number => (number % 4) switch
        {
            0 => Line(number, batchId: 1),
            1 => Line(number, batchId: number < 200 ? 2 : 3),
            2 => Line(number),
            // Two fields of one character, found at once.
            _ => Line(number, ChangeKind.Outside, character: $"outside-{number}"),
        }).SelectMany(change => change.Kind == ChangeKind.Outside ? new[] { change, Second(change) } : [change]).ToArray();
        await host.Services.AddChangesAsync(changes);

        var pages = await PagesAsync(host, new HistoryFilter());
        Assert.Equal([50, 50, 50, 50, 3], pages.Select(page => page.Items.Count));
        Assert.All(pages, page => Assert.Equal((500, 203), (page.Total, page.EntryCount)));
        var entries = pages.SelectMany(page => page.Items).ToList();
        Assert.Equal(entries.OrderByDescending(entry => entry.First.Id), entries);
        Assert.Equal(500, entries.Sum(entry => entry.Count));
        Assert.Equal([(3L, 50), (2L, 50), (1L, 100)], entries.Where(entry => entry.Batch is not null).Select(entry => (entry.Batch!.Id, entry.Batch.Count)));
        Assert.All(entries.Where(entry => entry.First.Kind == ChangeKind.Outside), entry => Assert.Equal(2, entry.Changes.Count));

        // Back again, the same pages.
        for (var page = pages.Count - 1; page > 0; page--)
        {
            var newer = await ReadAsync(host, new HistoryFilter(), new HistoryCursor(After: pages[page].Items[0].First.Id));
            Assert.Equal(pages[page - 1].Items.Select(entry => entry.First.Id), newer.Items.Select(entry => entry.First.Id));
            Assert.Equal((page > 1, true), (newer.HasNewer, newer.HasOlder));
        }
    }

    [Fact]
    public async Task Batch_IsSummarizedByRangeAndState()
    {
        await using var host = await StartAsync();
        await host.Services.AddChangesAsync(
            Line(1, batchId: 1, model: ("gpt-4o", "gpt-4.1"), temperature: (0.9m, 1m)),
            Line(2, batchId: 1, model: null, temperature: (0.25m, 0.35m)),
            Line(3, batchId: 1, model: null, temperature: (null, 0.5m)),
            Line(4, batchId: 1, state: ChangeState.Conflict),
            Line(5, batchId: 1, state: ChangeState.Sent),
            Line(5, batchId: 1));
        var batch = Assert.Single((await ReadAsync(host, new HistoryFilter())).Items).Batch!;
        Assert.Equal((6, 5, 1, 1), (batch.Count, batch.Characters, batch.Failed, batch.Open));
        Assert.Equal(new ValueRange<string>(1, 0, "gpt-4o", "gpt-4o", "gpt-4.1", "gpt-4.1"), batch.Model);
        Assert.Equal(new ValueRange<decimal?>(6, 1, 0.25m, 0.9m, 0.35m, 1m), batch.Temperature);
        Assert.Equal(3, batch.Revertible);
        Assert.Null(batch.WithUndo);
    }

    /// <summary>Of a batch, only what matches: what it did to one character is not what it did to all.</summary>
    [Fact]
    public async Task Filter_AppliesToChangesInBatch()
    {
        await using var host = await StartAsync();
        await host.Services.AddChangesAsync(Line(1, batchId: 1), Line(2, batchId: 1), Line(3, batchId: 1), Line(4));
        var part = await ReadAsync(host, new HistoryFilter(Character: "character 2"));
        Assert.Equal((1, 1), (part.Total, part.EntryCount));
        Assert.Equal("Character 2", Assert.Single(part.Items).First.CharacterName);
        Assert.Equal(["Character 2"], (await Acts(host).ReadBatchAsync(Viewer, new HistoryFilter(Character: "character 2"), LocalTime.Utc, 1, 10, Cancellation)).Select(entry => entry.First.CharacterName));
    }

    [Fact]
    public async Task OutsideChanges_DifferentTimes_AreSeparateActs()
    {
        await using var host = await StartAsync();
        var first = Line(1, ChangeKind.Outside);
        await host.Services.AddChangesAsync(first, Line(2, ChangeKind.Outside, character: first.CharacterId), Line(1, ChangeKind.Outside, character: "other"));
        Assert.All((await ReadAsync(host, new HistoryFilter())).Items, entry => Assert.Single(entry.Changes));
    }

    [Fact]
    public async Task Cursor_BeyondTheOldest_ShowsTheNewest()
    {
        await using var host = await StartAsync();
        await host.Services.AddChangesAsync(Line(1));
        Assert.Equal((1, false, false), await ReadAsync(host, new HistoryFilter(), new HistoryCursor(Before: 1)) is var part ? (part.Items.Count, part.HasNewer, part.HasOlder) : default);
    }

    private static Task<SandboxHost> StartAsync() => SandboxHost.StartAsync(("Drift:ReadEvery", "00:00:00"));

    private static System.Security.Claims.ClaimsPrincipal Viewer => TestPeople.As(Role.Viewer);

    private static HistoryReader Acts(SandboxHost host) => host.Get<HistoryReader>();

    private static Task<HistoryResult> ReadAsync(SandboxHost host, HistoryFilter filter, HistoryCursor? cursor = null) =>
        Acts(host).ReadAsync(Viewer, filter, LocalTime.Utc, cursor ?? HistoryCursor.Newest, Cancellation);

    private static async Task<List<HistoryResult>> PagesAsync(SandboxHost host, HistoryFilter filter)
    {
        var pages = new List<HistoryResult> { await ReadAsync(host, filter) };
        while (pages[^1].HasOlder)
        {
            pages.Add(await ReadAsync(host, filter, new HistoryCursor(Before: pages[^1].Items[^1].First.Id)));
        }

        return pages;
    }

    private static ChangeRecord Line(
        int number, ChangeKind kind = ChangeKind.Edit, long? batchId = null, string? character = null, ChangeState? state = null, (string? Before, string After)? model = null,
        (decimal? Before, decimal After)? temperature = null) => new()
        {
            At = Start.AddMinutes(number),
            Kind = batchId is null ? kind : ChangeKind.Batch,
            PersonId = kind == ChangeKind.Outside ? null : "jonas",
            PersonName = kind == ChangeKind.Outside ? null : "Jonas Brandt",
            CharacterId = character ?? $"id-{number}",
            CharacterName = $"Character {number}",
            ModelBefore = model?.Before,
            ModelAfter = model?.After,
            TemperatureBefore = temperature is { } given ? given.Before : 0.7m,
            TemperatureAfter = temperature?.After ?? 0.5m,
            BatchId = batchId,
            State = state ?? (kind == ChangeKind.Outside ? ChangeState.Accepted : ChangeState.Confirmed),
        };

    private static ChangeRecord Second(ChangeRecord outside) => new()
    {
        At = outside.At,
        Kind = ChangeKind.Outside,
        CharacterId = outside.CharacterId,
        CharacterName = outside.CharacterName,
        ModelBefore = "gpt-4o",
        ModelAfter = "gpt-4.1",
        State = ChangeState.Accepted,
    };
}
