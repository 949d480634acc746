using System.Globalization;
using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Usage;

public sealed class UsageTextTests
{
    [Theory]
    [InlineData("10000", "10,000")]
    [InlineData("1234567.5", "1,234,567.5")]
    [InlineData("0", "0")]
    [InlineData("-1", "−1")]
    [InlineData(null, "not reported")]
    public void Number_IsFormattedOrNotReported(string? number, string words) =>
        Assert.Equal(words, UsageText.Number(number is null ? null : decimal.Parse(number, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(-1, "No limit")]
    [InlineData(0, "0")]
    [InlineData(10_000, "10,000")]
    public void Limit_BelowZero_IsNone(int limit, string words) => Assert.Equal(words, UsageText.Limit(limit));

    [Theory]
    [InlineData(10_000, 6_120, "61% used · 3,880 left")]
    [InlineData(20_000, 1_985, "10% used · 18,015 left")]
    [InlineData(10_000, 9_996, "99% used · 4 left")]
    [InlineData(10_000, 10_000, "100% used · 0 left")]
    [InlineData(10_000, 12_000, "120% used · 0 left")]
    [InlineData(0, 5, null)]
    [InlineData(-1, 5, null)]
    public void Share_RequiresPositiveLimit(int limit, int used, string? words) => Assert.Equal(words, UsageText.Share(new UsageDetail(limit, used)));

    [Theory]
    [InlineData("interactions", "Less than a tenth of the plan's interactions is left: 480 of 10,000.")]
    [InlineData("core-api", "Less than a tenth of the plan's API calls (core-api) is left: 480 of 10,000.")]
    [InlineData("scene-pool", "Less than a tenth of the plan's scene pool is left: 480 of 10,000.")]
    [InlineData("a\u202Eb\nc", "Less than a tenth of the plan's “a\uFFFDb\uFFFDc” is left: 480 of 10,000.")]
    public void Low_NamesTheMetric(string id, string words) => Assert.Equal(words, UsageText.Low(new UsageLeft(id, 480, 10_000, default)));
}
