using System.Globalization;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using FsCheck;
using FsCheck.Fluent;

namespace Convai.Dashboard.Testing;

/// <summary>Text that is valid Unicode, such as an id.</summary>
public sealed record UnbrokenText(string Text);

/// <summary>A temperature that Convai may have.</summary>
public sealed record UnitValue(decimal Value);

/// <summary>
/// Values for properties, made of what has ever gone wrong somewhere. A property that fails names its seed; <c>[Property(Replay = "…")]</c>
/// brings the very case back.
/// </summary>
public static class HostileValues
{
    private static readonly string[] Pieces =
    [
        "a", "Mira", "the", "gpt-4o", "Zoë", "e\u0301", " ", "  ", "\t", "\n", "\r\n", "\r", "0", "1", "0.42", "0,42", ".5", "-", "+", "=", "@", "1e5", "e", "\"", "\"\"", "'", ",", ";",
        "{", "}", "[", "]", ":", "null", "NULL", "true", "<b>", "&amp;", "%", "%41", "?", "#", "\\", "/", "\u0001", "\u0085", "\u2028", "\u202e", "\u2066", "\u200b", "\u200d", "مرشد", "שלום",
        "\U0001F600", "\U0001F469\u200D\U0001F467", "٠", "xn--", "@studio.example", new string('x', 120), new string('\u0301', 150), "Infinity", "NaN",
    ];

    // What is no text by itself: U+0000 and halves of pairs.
    private static readonly string[] Broken = ["\0", "\ud83d", "\ude00"];

    /// <summary>Text as it can come from Convai, from an address and from a person; without U+0000 and unpaired surrogates, which are rejected everywhere.</summary>
    internal static Gen<string> Text => Gen.Elements(Pieces).ArrayOf().Resize(8).Select(string.Concat);

    private static Gen<string> BrokenText => Gen.Elements([.. Pieces, .. Broken]).ArrayOf().Resize(8).Select(string.Concat);

    private static Gen<string> Code => Gen.Elements("gpt-4o", "gpt-4.1", "GPT-4o", "claude-4-sonnet", "llama-3-70B", "odd code\u202e", "x");

    private static Gen<decimal> Number => Gen.OneOf(
        Gen.Choose(0, 100).Select(hundredths => hundredths / 100m),
        Gen.Choose(-100, 1100).Select(thousandths => thousandths / 1000m),
        Gen.Elements(0m, 1m, 1.00m, 0.4199999868869781m, 0.6999999880790710449218750000m, 0.0000001m, decimal.MaxValue, decimal.MinValue));

    public static Arbitrary<string> Strings() => Arb.From(Gen.Frequency((3, Text), (1, BrokenText)), Shorter);

    public static Arbitrary<decimal> Decimals() => Number.ToArbitrary();

    public static Arbitrary<UnbrokenText> UnbrokenTexts() => Text.Where(text => text.Length > 0).Select(text => new UnbrokenText(text)).ToArbitrary();

    /// <summary>From 0 to 1, with any number of decimals.</summary>
    public static Arbitrary<UnitValue> UnitValues() => Gen.OneOf(
        Gen.Elements(0m, 1m, 0.33m, 0.123456789m, (decimal)(double)0.33f, 0.0000000000000000000000000001m, 0.9999999999999999999999999999m),
        from digits in Gen.Choose(0, int.MaxValue).Three()
        from scale in Gen.Choose(0, 28)
        select new decimal(digits.Item1, digits.Item2, digits.Item3, false, (byte)scale) % 1).Select(value => new UnitValue(value)).ToArbitrary();

    public static Arbitrary<CharacterCoreSettings> Settings() => SettingsOf.ToArbitrary();

    public static Arbitrary<SettingsPatch> Changes() =>
        (from code in OrNone(Code) from temperature in OrNothing(Number) select new SettingsPatch(code, temperature)).ToArbitrary();

    /// <summary>A cast: no id twice.</summary>
    public static Arbitrary<Character[]> Casts() => Someone.ArrayOf().Resize(12).Select(cast => cast.DistinctBy(character => character.Id).ToArray()).ToArbitrary();

    public static Arbitrary<CastFilter> CastFilters() => (
        from search in SearchTexts
        from provider in OrNone(Gen.Elements("OpenAI", "Anthropic", "Other", "No & such"))
        from code in OrNone(Code)
        from preset in OrNone(Gen.Elements(CastFilter.NoPreset, CastFilter.PresetDiffers, CastFilter.PresetEarlier, "1", "no such preset"))
        from flags in Gen.Choose(0, 127)
        from flag in OrNothing(Gen.Elements(Enum.GetValues<CastFlag>()))
        from moderation in OrNothing(Gen.Elements(Enum.GetValues<CastModeration>()))
        from temperature in Gen.Choose(0, 14)
        from sort in Gen.Elements(Enum.GetValues<CastSort>())
        from groupId in OrNothing(Gen.Choose(0, int.MaxValue))
        select new CastFilter
        {
            Search = search,
            Provider = provider,
            ModelCode = code,
            Preset = preset,
            Flag = flag,
            Moderation = moderation,
            Sort = sort,
            HasNoModel = (flags & 1) > 0,
            IsUnlisted = (flags & 2) > 0,
            IsChangedThisWeek = (flags & 4) > 0,
            IsDrifted = (flags & 8) > 0,
            IsDescending = (flags & 16) > 0,
            IsUnreadable = (flags & 32) > 0,
            GroupId = (flags & 64) > 0 ? null : groupId,
            HasNoGroup = (flags & 64) > 0,
            Tenth = temperature < 10 ? temperature : null,
            Band = temperature is >= 10 and < 13 ? TemperatureBand.All[temperature - 10] : null,
            HasNoTemperature = temperature == 13,
        }).ToArbitrary();

    public static Arbitrary<HistoryFilter> HistoryFilters() => (
        from person in OrNone(SearchTexts)
        from character in OrNone(SearchTexts)
        from kind in OrNothing(Gen.Elements(Enum.GetValues<ChangeKind>()))
        from field in OrNothing(Gen.Elements(Enum.GetValues<SettingsField>()))
        from outcome in OrNothing(Gen.Elements(Enum.GetValues<HistoryOutcome>()))
        from days in OrNothing(Gen.Elements(DateOnly.MinValue, new DateOnly(2026, 5, 20), new DateOnly(2026, 5, 21), DateOnly.MaxValue)).Two()
        from period in OrNothing(Gen.Elements(Enum.GetValues<HistoryPeriod>()))
        select new HistoryFilter(person is "" ? null : person, character is "" ? null : character, kind, field, outcome, days.Item1, days.Item2, period)).ToArbitrary();

    private static Gen<CharacterCoreSettings> SettingsOf => from code in OrNone(Code) from temperature in OrNothing(Number) select new CharacterCoreSettings(code, temperature);

    private static Gen<Character> Someone =>
        from id in Text.Where(text => !string.IsNullOrWhiteSpace(text) && text.Length <= 200)
        from name in Text.Select(text => string.IsNullOrWhiteSpace(text) ? "" : text)
        from settings in SettingsOf
        from moderation in OrNothing(Gen.Elements(true, false))
        from hours in OrNothing(Gen.Choose(0, 500))
        select new Character(id, name, settings, moderation, hours is { } past ? DateTimeOffset.UnixEpoch.AddHours(-past) : null);

    /// <summary>As it is in an address: not too long, and nothing around it.</summary>
    private static Gen<string> SearchTexts => Text.Select(text => text.Trim()).Where(text => text.Length <= CastFilter.MaxTextLength);

    private static Gen<T?> OrNone<T>(Gen<T> some)
        where T : class => Gen.Frequency((1, Gen.Constant<T?>(null)), (3, some.Select(value => (T?)value)));

    private static Gen<T?> OrNothing<T>(Gen<T> some)
        where T : struct => Gen.Frequency((1, Gen.Constant<T?>(null)), (3, some.Select(value => (T?)value)));

    private static IEnumerable<string> Shorter(string text)
    {
        var signs = StringInfo.ParseCombiningCharacters(text);
        if (signs.Length > 1)
        {
            var half = signs[signs.Length / 2];
            yield return text[..half];
            yield return text[half..];
            yield return text[..signs[^1]];
            yield return text[signs[1]..];
        }
    }
}
