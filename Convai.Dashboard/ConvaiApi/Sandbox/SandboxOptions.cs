namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>What the sandbox does to its callers. Nothing here exists on the real service; it is there to see every failure.</summary>
public sealed class SandboxOptions
{
    /// <summary>How many characters the account has: the invented cast, and beyond it villagers. At most 20,000.</summary>
    public int Characters { get; set; }

    /// <summary>Added before every answer.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>False: the account is on a plan that reads but does not write.</summary>
    public bool WritesAllowed { get; set; } = true;

    /// <summary>0: no limit. Beyond it the sandbox answers 429.</summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>Sent as Retry-After with a 429; unset: the header is left out, as Convai may do.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>True: <c>character/get</c> leaves out the settings, which Convai's documentation does not promise.</summary>
    public bool GetOmitsSettings { get; set; }

    /// <summary>
    /// In place of every avatar's picture: a number to draw, <c>NULL</c>, or a way to fail: <c>missing</c>, <c>page</c>,
    /// <c>vector</c>, <c>huge</c>, <c>endless</c>, <c>moved</c>, <c>loop</c>, <c>hang</c>.
    /// </summary>
    public string? Picture { get; set; }

    /// <summary>By endpoint: <c>update</c>, <c>list</c>, <c>get</c>, <c>getSupportedModel</c>.</summary>
    public Dictionary<string, SandboxFault> Faults { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <param name="Kind">What goes wrong.</param>
/// <param name="Times">How often, then the endpoint works again; 0: always.</param>
/// <param name="After">How many requests are answered rightly before.</param>
/// <param name="Status">For <see cref="SandboxFaultKind.Answer"/>: the HTTP status.</param>
/// <param name="Body">For <see cref="SandboxFaultKind.Answer"/>: the JSON.</param>
public sealed record SandboxFault(SandboxFaultKind Kind, int Times = 0, int After = 0, int Status = 200, string Body = "");

public enum SandboxFaultKind
{
    /// <summary>Any answer at all.</summary>
    Answer,

    /// <summary>HTTP 500 with <c>INTERNAL_ERROR</c> and a <c>Reference ID</c>.</summary>
    ServerError,

    /// <summary>HTTP 503 with an HTML page, as a gateway answers.</summary>
    GatewayHtml,

    /// <summary>HTTP 200 with an HTML page.</summary>
    Html,

    /// <summary>HTTP 200 with JSON that breaks off.</summary>
    MalformedJson,

    /// <summary>HTTP 200 with an <c>ERROR</c> inside.</summary>
    ErrorInside200,

    /// <summary>HTTP 200 with <c>{"status":"error","message":…,"transactionID":…}</c>.</summary>
    StatusErrorInside200,

    /// <summary>HTTP 400 with <c>{"detail":…}</c>.</summary>
    Detail,

    /// <summary>HTTP 401 whose JSON lacks its closing quote, as it stands in Convai's documentation.</summary>
    MalformedKeyError,

    /// <summary>HTTP 400 whose words repeat the key that was sent.</summary>
    EchoKey,

    /// <summary>The connection is closed without an answer; nothing was applied.</summary>
    Drop,

    /// <summary>The request is carried out, then the connection is closed without an answer.</summary>
    DropAfterApplying,

    /// <summary>Half of an answer, then the connection is closed.</summary>
    HalfAnswer,

    /// <summary>No answer until the caller gives up; nothing was applied.</summary>
    Hang,

    /// <summary>The request is carried out, then no answer until the caller gives up.</summary>
    HangAfterApplying,

    /// <summary>A write is answered with SUCCESS and not carried out.</summary>
    IgnoreWrite,
}
