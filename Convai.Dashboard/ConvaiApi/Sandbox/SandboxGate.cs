using System.Text.Json.Nodes;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>Runs before every endpoint and applies the latency, the key, the rate limit and the plan.</summary>
internal sealed class SandboxGate(string apiKey, SandboxOptions options, TimeProvider time)
{
    private readonly Queue<long> _recent = new();

    /// <summary>Returns the refusal, or null if the call may be carried out.</summary>
    public async Task<SandboxAnswer?> ValidateAsync(HttpContext context, string endpoint)
    {
        if (options.Latency > TimeSpan.Zero)
        {
            await Task.Delay(options.Latency, time, context.RequestAborted);
        }

        return ValidateKey(context, endpoint) ?? ValidateRate() ?? ValidatePlan(endpoint);
    }

    private SandboxAnswer? ValidateKey(HttpContext context, string endpoint)
    {
        var key = context.Request.Headers[ConvaiKeyHandler.Header].ToString();
        return key.Length == 0 ? SandboxAnswer.Error(endpoint == "update" ? 401 : 400, "API_ERROR", "api_key not found.")
            : string.Equals(key, apiKey, StringComparison.Ordinal) ? null
            : SandboxAnswer.Error(401, "API_ERROR", "Invalid API key provided.");
    }

    private SandboxAnswer? ValidateRate()
    {
        if (options.RequestsPerMinute <= 0)
        {
            return null;
        }

        lock (_recent)
        {
            return CountRequest();
        }
    }

    private SandboxAnswer? CountRequest()
    {
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > options.RateWindow)
        {
            _recent.Dequeue();
        }

        if (_recent.Count < options.RequestsPerMinute)
        {
            _recent.Enqueue(time.GetTimestamp());
            return null;
        }

        return SandboxAnswer.Error(429, "ERROR", "Too many requests.");
    }

    // Status and text are invented, because how a plan without writes refuses one is not documented.
    private SandboxAnswer? ValidatePlan(string endpoint) => endpoint is "update" or "delete" or SandboxEndpoints.CloneName && !options.WritesAllowed
        ? new SandboxAnswer(403, new JsonObject
        {
            ["status"] = "error",
            ["message"] = "This action needs the Professional plan or above.",
            ["transactionID"] = Guid.NewGuid().ToString(),
        })
        : null;
}
