namespace Convai.Dashboard.ConvaiApi.Pictures;

internal static class PicturesRegistration
{
    /// <summary>A client of its own: neither the key nor anything else of the way to Convai can come along.</summary>
    public static void AddPictures(this IServiceCollection services)
    {
        services.AddSingleton<PictureGate>();
        services.AddSingleton(provider => new PictureFetcher(
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<PictureGate>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHttpClient(PictureFetcher.HttpName, http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.Accept.ParseAdd("image/png, image/jpeg, image/webp, image/gif");
                // Some hosts answer nobody who does not say what they are.
                http.DefaultRequestHeaders.UserAgent.ParseAdd("Convai-Dashboard");
            })
            // They would write the addresses down.
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<PictureGate>().CreateHandler());
    }
}
