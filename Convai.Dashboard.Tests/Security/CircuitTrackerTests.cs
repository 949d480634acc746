using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Security;

/// <summary>Real circuits, opened the way Blazor's script opens them.</summary>
[Trait("Speed", "Slow")]
public sealed class CircuitTrackerTests
{
    private const string Page = "characters/57a0c93e-7472-11ef-ac22-42010a7be011";

    [Fact]
    public async Task Page_BeyondLimit_IsRefusedUntilAnotherCloses()
    {
        // A circuit that loses its connection ends at once.
        await using var dashboard = await RunningDashboard.StartAsync(services => services.Configure<CircuitOptions>(circuits => circuits.DisconnectedCircuitMaxRetained = 0));
        var tracker = dashboard.Services.GetRequiredService<CircuitTracker>();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Jonas.Email!);
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Vera.Email!);
        var (circuits, early) = (new List<OpenCircuit>(), await jonas.Http.GetStringAsync(Page, Cancellation));
        try
        {
            for (var page = 0; page < CircuitTracker.MaxPerPerson; page++)
            {
                circuits.Add(await OpenAsync(jonas));
            }

            var refused = await jonas.PageAsync(Page);
            Assert.Equal("You have 50 pages open", refused.QuerySelector("h1")!.TextContent);
            Assert.Equal(new Uri(dashboard.Address, Page).ToString(), refused.QuerySelector("main a")!.GetAttribute("href"));
            await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(jonas, early));
            await using var other = await OpenAsync(vera);
            Assert.Equal(CircuitTracker.MaxPerPerson + 1, tracker.Open);

            await circuits[0].DisposeAsync();
            circuits.RemoveAt(0);
            while (tracker.IsFull(TestPeople.Jonas.Id))
            {
                await Task.Delay(10, Cancellation);
            }

            circuits.Add(await OpenAsync(jonas));
        }
        finally
        {
            foreach (var circuit in circuits)
            {
                await circuit.DisposeAsync();
            }
        }
    }

    private static Task<OpenCircuit> OpenAsync(AccountClient client, string? page = null) =>
        OpenCircuit.OpenAsync(client.Http, client.Cookies, Page, new RenderedField("id", "model-input"), page);
}
