using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Palette;
using Convai.Dashboard.Features.Palette.Sources;
using Convai.Dashboard.Testing;
using FsCheck.Xunit;
using Microsoft.AspNetCore.WebUtilities;

namespace Convai.Dashboard.Features.Cast;

/// <summary>What holds for every filter and every search: it goes into the address and comes back, and asking for more finds no more.</summary>
[Properties(Arbitrary = [typeof(HostileValues)], MaxTest = 100, QuietOnSuccess = true)]
[Trait("Database", "None")]
public sealed class FilterPropertyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Property]
    public void Cast_AnyFilter_RoundTripsThroughQueryString(CastFilter filter) => Assert.Equal(filter, CastFilter.Parse(filter.ToQuery()));

    [Property]
    public void Cast_AnyQueryString_ParsesToFilter(string text)
    {
        foreach (var query in new[] { text, $"?q={text}", $"?flag={text}&band={text}&sort={text}&t={text}" })
        {
            var filter = CastFilter.Parse(query);
            Assert.InRange(filter.Search.Length, 0, CastFilter.MaxTextLength);
            // Half of a pair does not survive an address.
            Assert.True(text.Any(char.IsSurrogate) || filter == CastFilter.Parse(filter.ToQuery()));
        }
    }

    [Property]
    public void Cast_ExtraCondition_NeverAddsRows(Character[] cast, CastFilter filter, CastFilter more, string word)
    {
        var overview = new CastOverview(cast, ModelLists.WithAccountList(new AccountModel("gpt-4o", null, true)), null, Now);
        HashSet<string> Ids(CastFilter wanted) => [.. overview.Select(wanted).Select(row => row.Character.Id)];
        var rows = Ids(filter);
        Assert.Equal(cast.Length, overview.Select(filter.Cleared).Count);
        CastFilter[] narrower =
        [
            filter with { Search = $"{filter.Search} {word}" }, filter with { Flag = filter.Flag ?? more.Flag }, filter with { Moderation = filter.Moderation ?? more.Moderation },
            filter with { ModelCode = filter.ModelCode ?? more.ModelCode }, filter with { Provider = filter.Provider ?? more.Provider }, filter with { HasNoModel = true }, filter with { Preset = filter.Preset ?? more.Preset },
            filter with { Band = filter.Band ?? more.Band }, filter with { Tenth = filter.Tenth ?? more.Tenth }, filter with { IsUnlisted = true }, filter with { IsDrifted = true },
        ];
        Assert.All(narrower, one => Assert.Subset(rows, Ids(one)));
        // The order decides over nothing else.
        Assert.Equal(rows, Ids(filter.SortedBy(more.Sort)), (left, right) => left.SetEquals(right));
    }

    [Property]
    public void History_AnyFilter_RoundTripsThroughQueryString(HistoryFilter filter)
    {
        var query = filter.ToQuery().Where(part => part.Value is not null).ToDictionary(part => part.Key, part => (string?)$"{part.Value}");
        var values = QueryHelpers.ParseQuery(QueryHelpers.AddQueryString("", query));
        Assert.Equal(filter, HistoryFilter.Parse(name => values.GetValueOrDefault(name)));
    }

    [Property]
    public void History_AnyQueryString_ParsesToFilter(string text) => Assert.Null(Record.Exception(() => HistoryFilter.Parse(_ => text)));

    [Property]
    public void History_ExtraCondition_NeverAddsRows(HistoryFilter filter, HistoryFilter more)
    {
        // Names are looked for by the database alone.
        (filter, more) = (filter with { Character = null }, more with { Character = null });
        HashSet<long> Ids(HistoryFilter wanted) => [.. wanted.ApplyDays(wanted.Apply(Changes.AsQueryable()), LocalTime.ForZone("Asia/Kolkata"), Changes[^1].At).Select(change => change.Id)];
        var rows = Ids(filter);
        HistoryFilter[] narrower =
        [
            filter with { PersonId = filter.PersonId ?? more.PersonId }, filter with { Kind = filter.Kind ?? more.Kind }, filter with { Field = filter.Field ?? more.Field },
            filter with { Outcome = filter.Outcome ?? more.Outcome }, filter with { From = filter.From ?? more.From }, filter with { To = filter.To ?? more.To },
            filter with { Period = filter.Period ?? more.Period },
        ];
        Assert.Equal(Changes.Length, Ids(new HistoryFilter()).Count);
        Assert.All(narrower, one => Assert.Subset(rows, Ids(one)));
    }

    [Property]
    public void Palette_ExtraWord_NeverAddsResults(Character[] cast, string query, string word)
    {
        var palette = new PaletteSearch();
        palette.Set(0, "Characters", PaletteVisibility.Always, [.. cast.Select(character => CharacterSource.Entry(character, ModelLists.WithoutAccountList()))]);
        palette.Set(1, "Pages", PaletteVisibility.Always, [new PaletteEntry("Cast", "", "./")]);
        var (found, narrower) = (palette.Find(query), palette.Find($"{query} {word}"));
        Assert.InRange(found.VisibleEntries.Count, 0, Math.Min(found.Count, 2 * PaletteSearch.MaxPerGroup));
        // Beyond the longest query nothing is looked for.
        Assert.True(query.Length + 1 + word.Length > PaletteSearch.MaxQueryLength || narrower.Count <= found.Count);
        Assert.All(cast, character => Assert.True(palette.Find(character.Id).Count > 0 || character.Id.Length > PaletteSearch.MaxQueryLength));
    }

    private static readonly ChangeRecord[] Changes =
    [
        .. from kind in Enum.GetValues<ChangeKind>()
           from state in Enum.GetValues<ChangeState>()
           from day in new[] { 0, 1 }
           select new ChangeRecord
           {
               Id = ((int)kind * 100) + ((int)state * 2) + day + 1, At = new DateTimeOffset(2026, 5, 20 + day, 0, 0, 0, TimeSpan.Zero), Kind = kind, State = state,
               CharacterId = "a", CharacterName = "Mira", PersonId = day == 0 ? "Mira" : null, ModelAfter = day == 0 ? "gpt-4o" : null, TemperatureAfter = day == 0 ? null : 0.5m,
           },
    ];
}
