namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>What the sandbox is like.</summary>
public sealed class SandboxOptions
{
    /// <summary>How many characters the account has: the invented cast, and beyond it villagers. At most 20,000.</summary>
    public int Characters { get; set; }

    /// <summary>Added before every answer.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>False: the account is on a plan that reads but does not write.</summary>
    public bool WritesAllowed { get; set; } = true;

    /// <summary>0: no limit. Beyond it the sandbox answers 429, without Retry-After, as Convai may do.</summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>How long a call counts against <see cref="RequestsPerMinute"/>. Not a setting: only tests change it.</summary>
    internal TimeSpan PaceWindow { get; set; } = TimeSpan.FromMinutes(1);
}
