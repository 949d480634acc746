namespace Convai.Dashboard.ConvaiApi;

public enum ConvaiMode
{
    /// <summary>The real service, with the account's key.</summary>
    Live,

    /// <summary>The embedded stand-in, with an invented cast.</summary>
    Sandbox,
}

/// <summary>How the dashboard reaches Convai. A plain class, not a record, so that nothing prints the key by accident.</summary>
public sealed class ConvaiOptions
{
    public const string Section = "Convai";

    /// <summary>Unset: <see cref="ConvaiMode.Sandbox"/> in Development without a key, otherwise <see cref="ConvaiMode.Live"/>.</summary>
    public ConvaiMode? Mode { get; set; }

    public string? ApiKey { get; set; }

    /// <summary>A mounted secret: the file's trimmed text is the key.</summary>
    public string? ApiKeyFile { get; set; }

    public Uri BaseUrl { get; set; } = new("https://api.convai.com");

    /// <summary>
    /// For a Convai on premises: <see cref="BaseUrl"/> may use plain http to a host whose addresses are all private. This gives up
    /// encryption: the key and the characters' settings can be read on that network.
    /// </summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>The time limit for one attempt of a read.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time limit for the single attempt of a write; after it the outcome is unknown and has to be verified.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The limit for the calls of all servers that share a database. Convai documents 100 a minute for some of its endpoints, each on its own;
    /// counting all calls together stays on the safe side.
    /// </summary>
    public int MaxRequestsPerMinute { get; set; } = 100;

    public Sandbox.SandboxOptions Sandbox { get; set; } = new();

    /// <summary>The time limit for what a character says ("one answer took 2.4 to 4.3 s, one person met 20 s"). Not a setting: only tests change it.</summary>
    internal TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a failed read is tried again; a write never is. Not a setting: only tests change it.</summary>
    internal int ReadRetries { get; set; } = 2;

    /// <summary>The first pause before a read is tried again; it doubles each time. Not a setting: only tests change it.</summary>
    internal TimeSpan ReadRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The window for <see cref="MaxRequestsPerMinute"/> calls. A permit is released with its whole segment; one segment more than a minute ensures
    /// that Convai has forgotten the call by then. Not a setting: only tests change it.
    /// </summary>
    internal TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(65);

    internal bool IsSandbox => Mode == ConvaiMode.Sandbox;
}
