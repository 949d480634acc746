using System.Globalization;

namespace Convai.Dashboard.Components.Shared;

public static class TimeText
{
    /// <summary>"just now", "12 min ago", "2 h ago", "3 d ago". A time in the future (clocks differ) counts as now.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var passed = now - at;
        return passed switch
        {
            { TotalSeconds: < 10 } => "just now",
            { TotalSeconds: < 60 } => $"{(int)passed.TotalSeconds / 10 * 10} s ago",
            { TotalMinutes: < 60 } => $"{(int)passed.TotalMinutes} min ago",
            { TotalHours: < 24 } => $"{(int)passed.TotalHours} h ago",
            { TotalDays: < 365 } => $"{(int)passed.TotalDays} d ago",
            _ => $"{(int)(passed.TotalDays / 365)} y ago",
        };
    }

    /// <summary>"26 Nov 2026", the only way in which a screen writes a date.</summary>
    public static string Date(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
