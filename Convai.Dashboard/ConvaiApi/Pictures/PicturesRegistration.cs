namespace Convai.Dashboard.ConvaiApi.Pictures;

internal static class PicturesRegistration
{
    /// <summary>Registers a separate HTTP client, so that neither the key nor anything else meant for Convai can be sent.</summary>
    public static void AddPictures(this IServiceCollection services)
    {
        services.AddSingleton<PictureSourcePolicy>();
        services.AddSingleton(provider => new PictureFetcher(
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<PictureSourcePolicy>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHttpClient(PictureFetcher.HttpClientName, http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.Accept.ParseAdd("image/png, image/jpeg, image/webp, image/gif");
                // Some hosts do not answer clients without a user agent.
                http.DefaultRequestHeaders.UserAgent.ParseAdd("Convai-Dashboard");
            })
            // They would log the addresses.
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<PictureSourcePolicy>().CreateHandler());
    }
}
