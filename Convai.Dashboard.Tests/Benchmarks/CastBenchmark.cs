using System.Diagnostics;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>What the server does for one key typed into the search of a cast of 5,000, and once for each reading.</summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class CastBenchmark
{
    private const int Characters = 5_000;

    [Fact(Explicit = true)]
    public void Search_FiveThousandCharacters_Duration()
    {
        var models = ModelLists.WithoutAccountList();
        string[] codes = [.. models.Models.Select(model => model.Code)];
        var characters = Enumerable.Range(0, Characters).Select(number => new Character($"{number:x8}-5a8d", $"Villager {number}", new CharacterCoreSettings(codes[number % codes.Length], number % 101 / 100m), true, null)).ToList();
        string[] typed = ["v", "vi", "vil", "villager 4", "villager 49", "gpt", "sonnet 4", "zzz"];

        var prepare = Median(() => new CastOverview(characters, models, null, DateTimeOffset.UtcNow));
        var overview = new CastOverview(characters, models, null, DateTimeOffset.UtcNow);
        var floor = Median(() => characters.Count(character => character.Name.Contains("villager 49", StringComparison.OrdinalIgnoreCase)));
        var search = typed.Max(words => Median(() => overview.Select(new CastFilter { Search = words })));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"cast of {Characters}: a key in the search {search.TotalMilliseconds:0.00} ms at most, {search / floor:0.0} times one pass over the names ({floor.TotalMilliseconds:0.00} ms); a new reading {prepare.TotalMilliseconds:0.0} ms");
    }

    private static TimeSpan Median<T>(Func<T> act)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < 21; round++)
        {
            var watch = Stopwatch.StartNew();
            _ = act();
            times.Add(watch.Elapsed);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
