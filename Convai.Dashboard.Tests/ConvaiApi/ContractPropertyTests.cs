using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.ConvaiApi.Pictures;
using Convai.Dashboard.Testing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>What holds for every answer, whatever is in it.</summary>
[Properties(Arbitrary = [typeof(HostileValues), typeof(ContractPropertyTests)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class ContractPropertyTests
{
    private static readonly string[] Names =
    [
        "ERROR", "API_ERROR", "INTERNAL_ERROR", "status", "STATUS", "message", "detail", "transactionID", "Reference ID", "characters", "character_id", "character_name", "last_interacted_with",
        "model_details", "modelPlaceholder", "personalised_prompt_config", "MODEL", "TEMPERATURE", "MODERATION_ENABLED", "model_group_name", "display_name", "is_deprecated",
        "usage_v2", "plan_name", "expiry_ts", "metrics", "id", "usage_details", "limit", "usage", "functions", "server_ids", "model", "new",
    ];

    public static Arbitrary<Json> Answers() => JsonOf(4).Select(text => new Json(text)).ToArbitrary();

    [Property]
    public void AnyJson_ParsesUnlessNotAnObject(Json answer)
    {
        foreach (var read in Readers)
        {
            // A list of models that is a string has JSON within it, which may be none.
            var exception = Record.Exception(() => read(answer.Text));
            Assert.True(exception is null || (exception is JsonException && (!answer.Text.StartsWith('{') || answer.Text.Contains("\"STATUS\":\"", StringComparison.Ordinal))), $"{answer.Text}: {exception}");
        }
    }

    [Property]
    public void AnyText_ParsesOrThrowsJsonException(string text) => Assert.All(Readers, read => Assert.True(Record.Exception(() => read(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)))) is null or JsonException));

    [Property]
    public void Characters_AnyEntries_OnlyObjectsAreRead(Json[] entries)
    {
        var answer = JsonSerializer.Deserialize($$"""{"characters": [{{string.Join(',', entries.Select(entry => entry.Text))}}]}""", ConvaiJsonContext.Default.ListCharactersResponse)!;
        Assert.Equal(entries.Count(entry => entry.Text.StartsWith('{')), answer.Characters!.Count);
    }

    [Property]
    public void RetryAfter_AnyHeader_IsNonNegativeAndCapped(string text, ulong number, DateTime date)
    {
        foreach (var header in new[] { text, $"{number}", date.ToUniversalTime().ToString("r") })
        {
            using var response = new HttpResponseMessage();
            response.Headers.RetryAfter = RetryConditionHeaderValue.TryParse(header, out var value) ? value : null;
            var wait = response.Headers.RetryAfterTime(TimeProvider.System);
            Assert.True(wait is null || wait >= TimeSpan.Zero);
            Assert.True(wait is null || ConvaiRateLimiter.CapBackOff(wait.Value) <= TimeSpan.FromMinutes(10));
        }
    }

    [Property]
    public void PublicAddress_ReservedRanges_AreNeverPublic(byte a, byte b, byte c)
    {
        foreach (var house in new byte[][] { [10, a, b, c], [127, a, b, c], [192, 168, a, b], [172, (byte)(16 + (a % 16)), b, c], [169, 254, a, b], [0, a, b, c], [(byte)(224 + (a % 32)), a, b, c] })
        {
            Assert.False(PublicAddress.Includes(new IPAddress(house)));
        }

        Assert.False(PublicAddress.Includes(new IPAddress([a, b, c, a]).MapToIPv6()));
        Assert.False(PublicAddress.Includes(new IPAddress([(byte)(0x40 + (a % 0xC0)), b, c, .. new byte[12], a])));
    }

    private static readonly Action<string>[] Readers =
    [
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.ListCharactersResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.CharacterResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.SupportedModelsResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.StatusResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.AccountUsageResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.FunctionsResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.McpServersResponse),
        text => JsonSerializer.Deserialize(text, ConvaiJsonContext.Default.PromptResponse),
    ];

    private static Gen<string> JsonOf(int depth)
    {
        var plain = Gen.OneOf(
            Gen.Elements("null", "true", "false", "0", "0.07", "-1", "1e400", "12345678901234567890123", "\"NULL\"", "\"true\"", "\"0.07\"", "\"\\ud83d\"", "\"[{}]\"", "\"[7\"", "\"2023-11-07T02:57:59\""),
            HostileValues.Text.Select(text => JsonSerializer.Serialize(text)));
        if (depth == 0)
        {
            return plain;
        }

        var inner = JsonOf(depth - 1);
        var fields = Gen.Elements(Names).Zip(inner, (name, value) => $"\"{name}\":{value}").ArrayOf().Resize(5);
        return Gen.Frequency((1, plain), (1, inner.ArrayOf().Resize(4).Select(items => $"[{string.Join(',', items)}]")), (3, fields.Select(some => $"{{{string.Join(',', some)}}}")));
    }

    public sealed record Json(string Text);
}
