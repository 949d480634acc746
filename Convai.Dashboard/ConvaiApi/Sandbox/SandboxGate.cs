using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>What stands before every endpoint: the key, the rate limit, the plan, and the faults that are switched on.</summary>
internal sealed class SandboxGate(string apiKey, SandboxOptions options, TimeProvider time)
{
    private readonly Queue<long> _recent = new();
    private readonly ConcurrentDictionary<SandboxFault, int> _asked = new(ReferenceEqualityComparer.Instance);

    public async Task AnswerAsync(HttpContext context, string endpoint, Func<SandboxAnswer> carryOut)
    {
        if (options.Latency > TimeSpan.Zero)
        {
            await Task.Delay(options.Latency, time, context.RequestAborted);
        }

        var refusal = RefuseKey(context, endpoint) ?? RefusePace(context) ?? RefusePlan(endpoint);
        if (refusal is not null)
        {
            await WriteAsync(context, refusal);
        }
        else if (NextFault(endpoint) is { } fault)
        {
            await FailAsync(context, fault, carryOut);
        }
        else
        {
            await WriteAsync(context, carryOut());
        }
    }

    private SandboxAnswer? RefuseKey(HttpContext context, string endpoint)
    {
        var key = context.Request.Headers[ConvaiKeyHandler.Header].ToString();
        return key.Length == 0 ? SandboxAnswer.Error(endpoint == "update" ? 401 : 400, "API_ERROR", "api_key not found.")
            : string.Equals(key, apiKey, StringComparison.Ordinal) ? null
            : SandboxAnswer.Error(401, "API_ERROR", "Invalid API key provided.");
    }

    private SandboxAnswer? RefusePace(HttpContext context)
    {
        if (options.RequestsPerMinute <= 0)
        {
            return null;
        }

        lock (_recent)
        {
            return RefusePaceNow(context);
        }
    }

    private SandboxAnswer? RefusePaceNow(HttpContext context)
    {
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > TimeSpan.FromMinutes(1))
        {
            _recent.Dequeue();
        }

        if (_recent.Count < options.RequestsPerMinute)
        {
            _recent.Enqueue(time.GetTimestamp());
            return null;
        }

        AskForPatience(context, 429);
        return SandboxAnswer.Error(429, "ERROR", "Too many requests.");
    }

    private void AskForPatience(HttpContext context, int status)
    {
        if (status == StatusCodes.Status429TooManyRequests && options.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    // Status and words are invented: how a plan without writes refuses one is not documented.
    private SandboxAnswer? RefusePlan(string endpoint) => endpoint == "update" && !options.WritesAllowed
        ? new SandboxAnswer(403, new JsonObject
        {
            ["status"] = "error",
            ["message"] = "This action needs the Professional plan or above.",
            ["transactionID"] = Guid.NewGuid().ToString(),
        })
        : null;

    private SandboxFault? NextFault(string endpoint)
    {
        if (!options.Faults.TryGetValue(endpoint, out var fault))
        {
            return null;
        }

        var asked = _asked.AddOrUpdate(fault, 1, (_, count) => count + 1) - fault.After;
        return asked > 0 && (fault.Times == 0 || asked <= fault.Times) ? fault : null;
    }

    private async Task FailAsync(HttpContext context, SandboxFault fault, Func<SandboxAnswer> carryOut)
    {
        switch (fault.Kind)
        {
            case SandboxFaultKind.Answer:
                AskForPatience(context, fault.Status);
                await WriteTextAsync(context, fault.Status, "application/json", fault.Body);
                break;
            case SandboxFaultKind.ServerError:
                await WriteAsync(context, new SandboxAnswer(500, new JsonObject { ["INTERNAL_ERROR"] = "Something went wrong.", ["Reference ID"] = "ref-4711" }));
                break;
            case SandboxFaultKind.GatewayHtml:
                await WriteTextAsync(context, 503, "text/html", "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>");
                break;
            case SandboxFaultKind.Html:
                await WriteTextAsync(context, 200, "text/html", "<html><body>Please sign in.</body></html>");
                break;
            case SandboxFaultKind.MalformedJson:
                await WriteTextAsync(context, 200, "application/json", """{"STATUS": "SUCC""");
                break;
            case SandboxFaultKind.ErrorInside200:
                await WriteAsync(context, SandboxAnswer.Error(200, "ERROR", "The request could not be processed."));
                break;
            case SandboxFaultKind.StatusErrorInside200:
                await WriteAsync(context, new SandboxAnswer(200, new JsonObject { ["status"] = "error", ["message"] = "Try again later.", ["transactionID"] = "tx-0815" }));
                break;
            case SandboxFaultKind.Detail:
                await WriteAsync(context, SandboxAnswer.Error(400, "detail", "Unprocessable value."));
                break;
            case SandboxFaultKind.MalformedKeyError:
                await WriteTextAsync(context, 401, "application/json", """{"API_ERROR": "Invalid API key provided.}""");
                break;
            case SandboxFaultKind.EchoKey:
                await WriteAsync(context, SandboxAnswer.Error(400, "ERROR", $"Bad request with '{context.Request.Headers[ConvaiKeyHandler.Header]}'."));
                break;
            case SandboxFaultKind.Drop:
                context.Abort();
                break;
            case SandboxFaultKind.DropAfterApplying:
                carryOut();
                context.Abort();
                break;
            case SandboxFaultKind.HalfAnswer:
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("""{"characters": [""", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case SandboxFaultKind.Hang:
                await UntilGivenUpAsync(context);
                break;
            case SandboxFaultKind.HangAfterApplying:
                carryOut();
                await UntilGivenUpAsync(context);
                break;
            default:
                await WriteAsync(context, SandboxAnswer.Success);
                break;
        }
    }

    private static Task UntilGivenUpAsync(HttpContext context)
    {
        var givenUp = new TaskCompletionSource();
        context.RequestAborted.Register(givenUp.SetResult);
        return givenUp.Task;
    }

    private static Task WriteAsync(HttpContext context, SandboxAnswer answer) =>
        WriteTextAsync(context, answer.Status, "application/json", answer.Body.ToJsonString());

    private static Task WriteTextAsync(HttpContext context, int status, string contentType, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
