namespace Convai.Dashboard.Components.Shared;

/// <summary>What the clock shows where the person is, on the days when it is put forward or back too.</summary>
[Trait("Database", "None")]
public sealed class LocalTimeTests
{
    private static readonly LocalTime Berlin = LocalTime.ForZone("Europe/Berlin");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    [InlineData("Mars/Olympus")]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/Berlin\0")]
    [InlineData("Europe/Berlin; path=/")]
    public void ForZone_UnknownZone_IsUtc(string? name) => Assert.Equal(LocalTime.Utc, LocalTime.ForZone(name));

    [Fact]
    public void ForZone_OverlongZoneName_IsUtc() => Assert.Equal(LocalTime.Utc, LocalTime.ForZone(new string('a', 100_000)));

    [Theory]
    [InlineData("Europe/Berlin", "2026-11-26T09:42:05Z", "26 Nov 2026, 10:42:05 · Berlin (UTC+1)")]
    [InlineData("Europe/Berlin", "2026-07-09T21:59:00Z", "9 Jul 2026, 23:59:00 · Berlin (UTC+2)")]
    [InlineData("America/St_Johns", "2026-11-26T01:00:00Z", "25 Nov 2026, 21:30:00 · St Johns (UTC−3:30)")]
    [InlineData("Asia/Kathmandu", "2026-11-26T20:00:00Z", "27 Nov 2026, 01:45:00 · Kathmandu (UTC+5:45)")]
    [InlineData("America/Argentina/Buenos_Aires", "2026-11-26T20:00:00Z", "26 Nov 2026, 17:00:00 · Buenos Aires (UTC−3)")]
    [InlineData("Europe/London", "2026-11-26T20:00:00Z", "26 Nov 2026, 20:00:00 · London (UTC)")]
    [InlineData(null, "2026-11-26T20:00:00Z", "26 Nov 2026, 20:00:00 · UTC")]
    public void FormatFull_NamesTheZone(string? zone, string at, string text) => Assert.Equal(text, LocalTime.ForZone(zone).FormatFull(At(at)));

    [Theory]
    [InlineData("2026-11-26T09:00:00", "2026-11-26T08:00:00Z")]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:30:00Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00Z")]
    [InlineData("0001-01-01T00:00:00", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59", "9999-12-31T22:59:59Z")]
    public void ToUtc_SkippedOrRepeatedTime_IsOneInstant(string clock, string at) =>
        Assert.Equal(At(at), Berlin.ToUtc(DateTime.Parse(clock, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>In Beirut the clocks are put forward at midnight: 29 March 2026 begins at one o'clock.</summary>
    [Theory]
    [InlineData("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z")]
    [InlineData("Pacific/Kiritimati", "0001-01-01", "0001-01-01T00:00:00Z")]
    public void GetStartOfDay_IsFirstInstantOfTheDay(string zone, string day, string at)
    {
        var local = LocalTime.ForZone(zone);
        Assert.Equal(At(at), local.GetStartOfDay(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.True(At(at) == DateTimeOffset.MinValue || local.GetDay(At(at)) > local.GetDay(At(at).AddTicks(-1)));
    }

    [Theory]
    [InlineData("2026-11-26T22:59:00Z", "today")]
    [InlineData("2026-11-25T23:00:00Z", "today")]
    [InlineData("2026-11-25T22:59:00Z", "yesterday")]
    [InlineData("2026-11-24T22:59:00Z", "24 Nov 2026")]
    public void GetDay_IsInThePersonsZone(string at, string day) => Assert.Equal(day, Berlin.FormatRelativeDay(At(at), At("2026-11-26T20:00:00Z")));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
