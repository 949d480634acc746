using System.Net;
using Convai.Dashboard.ConvaiApi.Contracts;
using Convai.Dashboard.ConvaiApi.Pictures;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;
using Refit;

namespace Convai.Dashboard.ConvaiApi;

public static class ConvaiApiRegistration
{
    public static void AddConvaiApi(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ConvaiOptions>().BindConfiguration(ConvaiOptions.Section).ValidateOnStart();
        services.AddSingleton<ConvaiOptionsSetup>();
        services.AddSingleton<IPostConfigureOptions<ConvaiOptions>>(provider => provider.GetRequiredService<ConvaiOptionsSetup>());
        services.AddSingleton<IValidateOptions<ConvaiOptions>>(provider => provider.GetRequiredService<ConvaiOptionsSetup>());

        services.AddSingleton<SandboxServer>();
        services.AddSingleton<SandboxCast>();
        services.AddHostedService<SandboxStarter>();

        services.AddSingleton<ConvaiEndpoint>();
        services.AddSingleton(provider => new AccountFingerprint(provider.GetRequiredService<ConvaiEndpoint>()));
        services.AddSingleton<PlainHttp>();
        services.AddHostedService(provider => provider.GetRequiredService<PlainHttp>());
        services.AddSingleton<ConvaiRateLimiter>();
        services.AddSingleton<ConvaiCalls>();
        services.AddTransient<ConvaiRateLimitHandler>();
        services.AddTransient<ConvaiKeyHandler>();
        services.AddTransient<EventStreamHandler>();
        services.AddTransient<BufferedResponseHandler>();
        // Lazy, because the sandbox's address is known only once it listens, after all services have been constructed.
        services.AddSingleton(provider => new Lazy<IConvaiApi>(provider.GetRequiredService<IConvaiApi>));
        services.AddSingleton<ConvaiFailureReader>();
        services.AddSingleton<ConvaiCaller>();
        services.AddSingleton(provider => new ConvaiClient(
            provider.GetRequiredService<ConvaiCaller>(), provider.GetRequiredService<ConvaiEndpoint>(), provider.GetRequiredService<ConvaiRateLimiter>()));
        services.AddSingleton(provider => new CopyClient(provider.GetRequiredService<ConvaiCaller>(), provider.GetRequiredService<ConvaiClient>()));

        AddHttp(services.AddRefitGeneratedClient<IConvaiApi>(CreateRefitSettings()));
        services.AddPictures();
    }

    private static RefitSettings CreateRefitSettings() => new(new SystemTextJsonContentSerializer(ConvaiJsonContext.Default.Options))
    {
        RequestBodySerialization = RequestBodySerializationMode.Buffered,
        // Error bodies have the same fields as answers and are read the same way, so a status creates no exception...
        ExceptionFactory = _ => default,
        // ...and the one for unreadable JSON contains neither the body nor the request with its key.
        MaxExceptionContentLength = 0,
        TransportExceptionFactory = (_, exception, _) => exception,
    };

    /// <summary>Builds the pipeline from the outside in: retry reads, keep to the rate limit, limit the time of one attempt, add the key, read the whole answer.</summary>
    private static void AddHttp(IHttpClientBuilder client)
    {
        client.ConfigureHttpClient((provider, http) =>
        {
            http.BaseAddress = provider.GetRequiredService<ConvaiEndpoint>().BaseAddress;
            http.Timeout = Timeout.InfiniteTimeSpan;
        });
        client.RemoveAllLoggers();
        client.AddResilienceHandler("retry-reads", (pipeline, context) =>
        {
            var options = context.ServiceProvider.GetRequiredService<IOptions<ConvaiOptions>>().Value;
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            if (options.ReadRetries > 0)
            {
                pipeline.AddRetry(CreateRetry(options, pipeline.TimeProvider));
            }
        });
        client.AddHttpMessageHandler<ConvaiRateLimitHandler>();
        client.AddResilienceHandler("attempt", (pipeline, context) =>
        {
            var options = context.ServiceProvider.GetRequiredService<IOptions<ConvaiOptions>>().Value;
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddTimeout(new HttpTimeoutStrategyOptions
            {
                TimeoutGenerator = arguments => ValueTask.FromResult(GetTimeout(arguments.Context, options)),
            });
        });
        client.AddHttpMessageHandler<ConvaiKeyHandler>();
        client.AddHttpMessageHandler<EventStreamHandler>();
        client.AddHttpMessageHandler<BufferedResponseHandler>();
        // ConvaiClient lives as long as the program; connections are renewed here, so that a change of address is noticed.
        client.SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        client.ConfigurePrimaryHttpMessageHandler(provider =>
        {
            var handler = new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                // Convai must not see the trace that a call belongs to, nor the baggage that a visitor's browser sent with it.
                ActivityHeadersPropagator = null,
            };
            provider.GetRequiredService<PlainHttp>().Restrict(handler);
            return handler;
        });
    }

    private static HttpRetryStrategyOptions CreateRetry(ConvaiOptions options, TimeProvider time) => new()
    {
        MaxRetryAttempts = options.ReadRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.ReadRetryDelay,
        ShouldRetryAfterHeader = true,
        ShouldHandle = async arguments =>
            !IsWrite(arguments.Context)
            && (arguments.Outcome.Result is { } response
                ? IsRetryable(response, time) && !await ConvaiQuota.IsUsedUpAsync(response, arguments.Context.CancellationToken)
                // An answer that is too large would be too large again.
                : arguments.Outcome.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded } or TimeoutRejectedException),
    };

    private static bool IsRetryable(HttpResponseMessage response, TimeProvider time) => response.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => !ConvaiRateLimitHandler.IsLocalRejection(response) && response.Headers.RetryAfterTime(time) is { } wait && wait <= ConvaiRateLimiter.PermitTimeout,
        // A 500 from these endpoints is an answer (an unknown id causes one); a gateway's 502 to 504 is not.
        HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => true,
        _ => false,
    };

    private static TimeSpan GetTimeout(ResilienceContext context, ConvaiOptions options) =>
        FindWrite(context) is { } write ? ConvaiPaths.IsSpeech(write) ? options.AnswerTimeout : options.WriteTimeout : options.ReadTimeout;

    private static bool IsWrite(ResilienceContext context) => FindWrite(context) is not null;

    /// <summary>A call that is not known counts as a write.</summary>
    private static string? FindWrite(ResilienceContext context) =>
        context.GetRequestMessage()?.RequestUri is { } address ? ConvaiPaths.FindWrite(address.AbsolutePath) : ConvaiPaths.Update;
}
