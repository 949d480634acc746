namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>The settings of the sandbox.</summary>
public sealed class SandboxOptions
{
    /// <summary>How many characters the account has: the invented cast, then villagers. At most 20,000.</summary>
    public int Characters { get; set; }

    /// <summary>The delay before every answer.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>How long a character usually takes to answer a line; models differ.</summary>
    public TimeSpan AnswerTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>False: the account is on a plan that reads but does not write.</summary>
    public bool WritesAllowed { get; set; } = true;

    /// <summary>0 means no limit. Above it the sandbox answers 429, without Retry-After, as Convai may do.</summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>How long a call counts against <see cref="RequestsPerMinute"/>. Not a setting: only tests change it.</summary>
    internal TimeSpan RateWindow { get; set; } = TimeSpan.FromMinutes(1);
}
