using System.Net.Http.Json;
using System.Net.Mime;
using System.Net.ServerSentEvents;
using Convai.Dashboard.ConvaiApi.Contracts;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Passes on an answer that is a stream of events as JSON with the data of each event (<see cref="EventsResponse"/>), so that every answer is read in one way.</summary>
internal sealed class EventStreamHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType is not MediaTypeNames.Text.EventStream)
        {
            return response;
        }

        using var stream = response.Content;
        var events = new List<string>();
        await foreach (var item in SseParser.Create(await stream.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken))
        {
            events.Add(item.Data);
        }

        response.Content = JsonContent.Create(new EventsResponse { Events = events }, ConvaiJsonContext.Default.EventsResponse);
        return response;
    }
}
