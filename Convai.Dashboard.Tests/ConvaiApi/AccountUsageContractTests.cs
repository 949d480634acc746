using System.Globalization;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;

namespace Convai.Dashboard.ConvaiApi;

public sealed class AccountUsageContractTests
{
    [Theory]
    [InlineData("10000", "10000")]
    [InlineData("\"10000\"", "10000")]
    [InlineData("12.5", "12.5")]
    [InlineData("0", "0")]
    [InlineData("-1", "-1")]
    [InlineData("\"-1\"", "-1")]
    [InlineData("null", null)]
    [InlineData("\"NULL\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"unlimited\"", null)]
    [InlineData("true", null)]
    [InlineData("[1]", null)]
    [InlineData("{\"value\": 1}", null)]
    [InlineData("1e400", null)]
    [InlineData("-1e28", null)]
    public void LimitAndUsage_AnyType_AreNumberOrAbsent(string value, string? expected)
    {
        var number = expected is null ? (decimal?)null : decimal.Parse(expected, CultureInfo.InvariantCulture);
        Assert.Equal(new UsageDetailResponse { Limit = number, Used = number }, Detail($$"""{"limit": {{value}}, "usage": {{value}}}"""));
    }

    [Fact]
    public void LimitAndUsage_Missing_AreAbsent() => Assert.Equal(new UsageDetailResponse(), Detail("{}"));

    [Theory]
    [InlineData("1801526400", true)]
    [InlineData("1801526400.0", true)]
    [InlineData("1801526400000", true)]
    [InlineData("\"1801526400\"", true)]
    [InlineData("\"1801526400000\"", true)]
    [InlineData("\"2027-02-02T00:00:00Z\"", true)]
    [InlineData("\"2027-02-02T00:00:00\"", true)]
    [InlineData("\"2027-02-02T01:00:00+01:00\"", true)]
    [InlineData("\"2027-02-02\"", true)]
    [InlineData("null", false)]
    [InlineData("\"NULL\"", false)]
    [InlineData("\"soon\"", false)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("20270202", false)]
    [InlineData("99999999999999999", false)]
    [InlineData("-1e28", false)]
    [InlineData("1e300", false)]
    [InlineData("\"0001-01-01T00:00:00Z\"", false)]
    [InlineData("true", false)]
    [InlineData("[1801526400]", false)]
    [InlineData("{\"seconds\": 1801526400}", false)]
    public void Expiry_AnyType_IsTimeOrAbsent(string value, bool isRead) =>
        Assert.Equal(isRead ? new DateTimeOffset(2027, 2, 2, 0, 0, 0, TimeSpan.Zero) : null, Read($$$"""{"usage_v2": {"expiry_ts": {{{value}}}}}""").Usage!.ExpiresAt);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"usage_v2": null}""")]
    [InlineData("""{"usage_v2": "NULL"}""")]
    [InlineData("""{"usage_v2": [{"plan_name": "Scale"}]}""")]
    [InlineData("""{"usage_v2": 7, "usage": {"user_name": "Ana", "email": "ana@studio.example"}}""")]
    public void Usage_MissingOrWrongType_IsAbsent(string json) => Assert.Null(Read(json).Usage);

    [Theory]
    [InlineData("7")]
    [InlineData("\"none\"")]
    [InlineData("null")]
    [InlineData("""{"id": "interactions"}""")]
    public void Metrics_WrongType_AreAbsentAndPlanIsKept(string metrics)
    {
        var usage = Read($$$"""{"usage_v2": {"plan_name": "Scale", "metrics": {{{metrics}}}}}""").Usage!;
        Assert.Null(usage.Metrics);
        Assert.Equal("Scale", usage.PlanName);
    }

    [Fact]
    public void Metrics_InvalidEntries_AreSkipped()
    {
        var metrics = Read("""{"usage_v2": {"metrics": ["x", null, {"id": 7, "usage_details": {"limit": 1}}, {"id": "a", "usage_details": [null, {"usage": 3, "new": [[]]}, "y"]}]}}""").Usage!.Metrics!;
        Assert.Equal(["7", "a"], metrics.Select(metric => metric.Id));
        Assert.Null(metrics[0].Details);
        Assert.Equal([new UsageDetailResponse { Used = 3 }], metrics[1].Details);
    }

    /// <summary>What has no property cannot be logged, stored or shown.</summary>
    [Fact]
    public void Response_NameAndEmail_AreNotRead()
    {
        var answer = Read("""{"usage_v2": {"plan_name": "Scale"}, "usage": {"user_name": "Ana Keller", "email": "ana@studio.example"}}""");
        Assert.DoesNotContain("Ana", answer.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["Usage"], typeof(AccountUsageResponse).GetProperties().Where(property => property.DeclaringType == typeof(AccountUsageResponse) && property.Name != "EqualityContract").Select(property => property.Name));
    }

    [Theory]
    [InlineData("10000", "6120", "3880", false)]
    [InlineData("10000", "9000", "1000", false)]
    [InlineData("10000", "9001", "999", true)]
    [InlineData("10000", "12000", "0", true)]
    [InlineData("10000", "0", "10000", false)]
    [InlineData("0", "5", null, false)]
    [InlineData("-1", "5", null, false)]
    [InlineData(null, "5", null, false)]
    [InlineData("10000", null, null, false)]
    [InlineData("10000", "-1", null, false)]
    public void Left_RequiresPositiveLimit(string? limit, string? used, string? left, bool isLow)
    {
        var detail = new UsageDetail(Number(limit), Number(used));
        Assert.Equal((Number(left), isLow), (detail.Left, detail.IsLow));

        static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void LowestRemaining_IsDetailWithSmallestShareLeft()
    {
        Assert.Equal(new UsageDetail(1000, 950), new UsageMetric("a", [new UsageDetail(-1, 99), new UsageDetail(10, 5), new UsageDetail(1000, 950), new UsageDetail(null, 1)]).LowestRemaining);
        Assert.Null(new UsageMetric("a", [new UsageDetail(0, 0), new UsageDetail(null, null)]).LowestRemaining);
        Assert.Null(new UsageMetric("a", []).LowestRemaining);
    }

    private static AccountUsageResponse Read(string json) => JsonSerializer.Deserialize(json, ConvaiJsonContext.Default.AccountUsageResponse)!;

    private static UsageDetailResponse Detail(string json) => Assert.Single(Read($$$"""{"usage_v2": {"metrics": [{"id": "a", "usage_details": [{{{json}}}]}]}}""").Usage!.Metrics![0].Details!);
}
