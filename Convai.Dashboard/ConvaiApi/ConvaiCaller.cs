using Convai.Dashboard.ConvaiApi.Contracts;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Makes the calls of both clients: it measures them, and turns whatever goes wrong into a <see cref="ConvaiFailure"/>.</summary>
internal sealed partial class ConvaiCaller(Lazy<IConvaiApi> api, ConvaiFailureReader failures, ConvaiCalls calls, ILogger<ConvaiCaller> logger)
{
    /// <summary>How the last calls ended.</summary>
    public ConvaiStatus Status => calls.Status;

    public async Task<ConvaiResult<T>> CallAsync<T>(string path, Func<IConvaiApi, Task<ApiResponse<T>>> call, CancellationToken cancellationToken)
        where T : ConvaiResponse
    {
        using var operation = calls.Track(path);
        var result = await SendAsync(path, call, cancellationToken);
        calls.End(operation, path, result.Failure);
        if (result.Failure is { } failure)
        {
            LogFailure(path, failure.Kind);
        }

        return result;
    }

    /// <summary>A call that Convai answers with a status alone: null for SUCCESS.</summary>
    public async Task<ConvaiFailure?> CallAsync(string path, Func<IConvaiApi, Task<ApiResponse<StatusResponse>>> call, CancellationToken cancellationToken)
    {
        var answer = await CallAsync<StatusResponse>(path, call, cancellationToken);
        return answer.Failure ?? (string.Equals(answer.Value!.Status, "SUCCESS", StringComparison.OrdinalIgnoreCase) ? null : ConvaiFailureReader.NotUnderstood(path));
    }

    private async Task<ConvaiResult<T>> SendAsync<T>(string path, Func<IConvaiApi, Task<ApiResponse<T>>> call, CancellationToken cancellationToken)
        where T : ConvaiResponse
    {
        try
        {
            using var response = await call(api.Value);
            cancellationToken.ThrowIfCancellationRequested();
            return failures.ReadAnswer(path, response) is { } failure ? failure : response.Content!;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && failures.ReadException(path, exception) is { } failure)
        {
            return failure;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A call to Convai's {Path} failed: {Kind}")]
    private partial void LogFailure(string path, ConvaiFailureKind kind);
}
