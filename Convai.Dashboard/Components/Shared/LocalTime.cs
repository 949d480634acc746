using System.Globalization;

namespace Convai.Dashboard.Components.Shared;

/// <summary>A person's time zone: what the clock shows there, which day it is, and how both are written. Everything stored, and every file, is in UTC.</summary>
public sealed record LocalTime(TimeZoneInfo Zone)
{
    /// <summary>The cookie in which the browser keeps the name of its time zone (dashboard.js).</summary>
    public const string Cookie = "zone";

    // The longest name of the IANA database has 32 characters.
    private const int MaxNameLength = 64;

    public static LocalTime Utc { get; } = new(TimeZoneInfo.Utc);

    /// <param name="name">An IANA name such as "Europe/Berlin", as the browser reports it. It is not trusted: UTC if it is missing or not known here.</param>
    public static LocalTime ForZone(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '_' or '-' or '+')
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && name is not "Etc/UTC" ? new LocalTime(zone) : Utc;

    public DateTimeOffset ToLocal(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    public DateOnly GetDay(DateTimeOffset at) => DateOnly.FromDateTime(ToLocal(at).DateTime);

    /// <summary>The first moment of a day, which is not midnight where the clocks are put forward at midnight.</summary>
    public DateTimeOffset GetStartOfDay(DateOnly day) => ToUtc(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>When the clock shows this: the first time if it does so twice; as much later if it skips it.</summary>
    public DateTimeOffset ToUtc(DateTime clock)
    {
        var local = DateTime.SpecifyKind(clock, DateTimeKind.Unspecified);
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(Math.Clamp(local.Ticks - offset.Ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>"10:42"</summary>
    public string FormatTime(DateTimeOffset at) => ToLocal(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"26 Nov 2026"</summary>
    public string FormatDate(DateTimeOffset at) => TimeText.Date(GetDay(at));

    /// <summary>"26 Nov 2026, 10:42"</summary>
    public string FormatDateAndTime(DateTimeOffset at) => $"{FormatDate(at)}, {FormatTime(at)}";

    /// <summary>"26 Nov 2026, 10:42:05"</summary>
    public string FormatDateAndSeconds(DateTimeOffset at) => $"{FormatDate(at)}, {ToLocal(at).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}";

    /// <summary>"26 Nov 2026, 10:42:05 · Berlin (UTC+1)", for a tooltip.</summary>
    public string FormatFull(DateTimeOffset at) => $"{FormatDateAndSeconds(at)} · {FormatZone(at)}";

    /// <summary>"today", "yesterday" or "26 Nov 2026".</summary>
    /// <param name="now">In any zone.</param>
    public string FormatRelativeDay(DateTimeOffset at, DateTimeOffset now) => (GetDay(now).DayNumber - GetDay(at).DayNumber) switch
    {
        0 => "today",
        1 => "yesterday",
        _ => FormatDate(at),
    };

    /// <summary>"Berlin (UTC+1)": the zone's city, and its offset at that time.</summary>
    public string FormatZone(DateTimeOffset at) => this == Utc ? "UTC" : $"{Zone.Id[(Zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ')} ({FormatOffset(at)})";

    /// <summary>"UTC+1", for text that people in other zones read too.</summary>
    public string FormatOffset(DateTimeOffset at) => Zone.GetUtcOffset(at) switch
    {
        { Ticks: 0 } => "UTC",
        var offset => $"UTC{(offset < TimeSpan.Zero ? '−' : '+')}{Math.Abs(offset.Hours)}{(offset.Minutes == 0 ? null : $":{Math.Abs(offset.Minutes):00}")}",
    };
}
