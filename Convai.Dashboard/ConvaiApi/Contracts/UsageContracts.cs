using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Convai.Dashboard.ConvaiApi.Contracts;

/// <summary>An empty object: the key says whose usage it is.</summary>
internal sealed record AccountUsageRequest;

/// <summary>The answer also holds <c>usage</c> with the name and email of the account's owner. It has no property here, so that nothing can log, store or show it.</summary>
internal sealed record AccountUsageResponse : ConvaiResponse
{
    [JsonPropertyName("usage_v2"), JsonConverter(typeof(TolerantObjectConverter<PlanUsageResponse>))]
    public PlanUsageResponse? Usage { get; init; }
}

internal sealed record PlanUsageResponse
{
    [JsonPropertyName("plan_name"), JsonConverter(typeof(TolerantTextConverter))]
    public string? PlanName { get; init; }

    [JsonPropertyName("expiry_ts"), JsonConverter(typeof(ExpiryConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonPropertyName("metrics"), JsonConverter(typeof(TolerantListConverter<UsageMetricResponse>))]
    public IReadOnlyList<UsageMetricResponse>? Metrics { get; init; }
}

internal sealed record UsageMetricResponse
{
    [JsonPropertyName("id"), JsonConverter(typeof(TolerantTextConverter))]
    public string? Id { get; init; }

    [JsonPropertyName("usage_details"), JsonConverter(typeof(TolerantListConverter<UsageDetailResponse>))]
    public IReadOnlyList<UsageDetailResponse>? Details { get; init; }
}

internal sealed record UsageDetailResponse
{
    [JsonPropertyName("limit"), JsonConverter(typeof(QuantityConverter))]
    public decimal? Limit { get; init; }

    [JsonPropertyName("usage"), JsonConverter(typeof(QuantityConverter))]
    public decimal? Used { get; init; }
}

/// <summary>A number, or a string that holds one. Anything else is read as absent, and so is a number beyond what anyone can use.</summary>
internal sealed class QuantityConverter : TolerantConverter<decimal?>
{
    private const decimal Max = 1_000_000_000_000_000;

    protected override decimal? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) => Tolerant.Number(ref reader) is >= -Max and <= Max and var number ? number : null;
}

/// <summary>
/// The type of <c>expiry_ts</c> is not documented: Unix seconds or milliseconds, as a number or a string, and ISO 8601 are accepted. Times before 2001
/// mean none, such as 0 and the year 1.
/// </summary>
internal sealed class ExpiryConverter : TolerantConverter<DateTimeOffset?>
{
    private static readonly DateTimeOffset Earliest = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000);

    // As seconds, it would be the year 5138; as milliseconds, it is 1973.
    private const decimal MinMilliseconds = 100_000_000_000;

    protected override DateTimeOffset? ReadTolerant(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        (Tolerant.Number(ref reader) is { } number ? FromUnix(number) : reader.TokenType == JsonTokenType.String ? FromText(Tolerant.Text(ref reader)) : null) is { } time && time >= Earliest ? time : null;

    private static DateTimeOffset? FromUnix(decimal number)
    {
        if (number < 0 || number > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return null;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds((long)(number >= MinMilliseconds ? number : number * 1000));
    }

    private static DateTimeOffset? FromText(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
