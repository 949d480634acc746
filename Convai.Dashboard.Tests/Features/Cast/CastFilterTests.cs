using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Cast;

/// <summary>The filter and the address say the same; what the address holds is not trusted.</summary>
public sealed class CastFilterTests
{
    public static TheoryData<CastFilter, string> Addresses => new()
    {
        { new CastFilter(), "" },
        { new CastFilter { Search = "mira & co" }, "?q=mira%20%26%20co" },
        { new CastFilter { Search = "القرية" }, "?q=%D8%A7%D9%84%D9%82%D8%B1%D9%8A%D8%A9" },
        { new CastFilter { Provider = "OpenAI", ModelCode = "gpt-4o" }, "?provider=OpenAI&model=gpt-4o" },
        { new CastFilter { HasNoModel = true }, "?nomodel=1" },
        { new CastFilter { Flag = CastFlag.Deprecated }, "?flag=deprecated" },
        { new CastFilter { Band = TemperatureBand.Inventive }, "?band=inventive" },
        { new CastFilter { HasNoTemperature = true }, "?band=unset" },
        { new CastFilter { Tenth = 4 }, "?t=0.4" },
        { new CastFilter { Moderation = CastModeration.Off }, "?moderation=off" },
        { new CastFilter { Preset = "7" }, "?preset=7" },
        { new CastFilter { Preset = CastFilter.PresetEarlier }, "?preset=earlier" },
        { new CastFilter { IsUnlisted = true, IsChangedThisWeek = true, IsDrifted = true }, "?unlisted=1&changed=week&drifted=1" },
        { new CastFilter { Sort = CastSort.Changed, IsDescending = true }, "?sort=changed&dir=desc" },
        { new CastFilter { IsDescending = true }, "?dir=desc" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Filter_RoundTripsThroughQueryString(CastFilter filter, string query)
    {
        Assert.Equal(query, filter.ToQuery());
        Assert.Equal(filter, CastFilter.Parse(query));
    }

    [Theory]
    [InlineData("?flag=banana&band=hot&sort=99&dir=up&moderation=2&t=0.44")]
    [InlineData("?flag=1&sort=3")]
    [InlineData("?flag=-1&t=1.0&t=-.4")]
    [InlineData("?t=0.4&t=0.5")]
    [InlineData("?q=&provider=%20%20&model=&unlisted=yes&changed=1&drifted=true&nomodel=0")]
    [InlineData("?%&=&&&q")]
    [InlineData("?band=Inventive&other=1")]
    public void Parse_InvalidValues_AreIgnored(string query) => Assert.Equal(new CastFilter(), CastFilter.Parse(query));

    [Fact]
    public void Parse_OverlongText_IsIgnored()
    {
        var text = new string('x', 10_000);
        Assert.Equal(new CastFilter { IsDrifted = true }, CastFilter.Parse($"?q={text}&provider={text}&model={text}&drifted=1"));
    }

    [Fact]
    public void IsEmpty_IgnoresSortOrder()
    {
        Assert.True(new CastFilter { Sort = CastSort.Model, IsDescending = true }.IsEmpty);
        Assert.False(new CastFilter { Search = "m" }.IsEmpty);
    }

    [Fact]
    public void SortedBy_SameColumn_ReversesOrder()
    {
        var filter = new CastFilter();
        Assert.True(filter.SortedBy(CastSort.Name).IsDescending);
        Assert.False(filter.SortedBy(CastSort.Temperature).IsDescending);
        Assert.True(filter.SortedBy(CastSort.Talked).IsDescending);
        Assert.False(filter.SortedBy(CastSort.Changed).SortedBy(CastSort.Changed).IsDescending);
    }
}
