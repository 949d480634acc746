using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Convai.Dashboard.Features.About;

/// <summary>Counts the open pages of this server.</summary>
public sealed class OpenPages : CircuitHandler
{
    private int _open;
    private int _connected;

    /// <summary>Those that have lost their connection among them, for as long as they may come back.</summary>
    public int Open => Volatile.Read(ref _open);

    public int Connected => Volatile.Read(ref _connected);

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) => CountAsync(ref _open, 1);

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => CountAsync(ref _connected, 1);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => CountAsync(ref _connected, -1);

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken) => CountAsync(ref _open, -1);

    private static Task CountAsync(ref int count, int more)
    {
        Interlocked.Add(ref count, more);
        return Task.CompletedTask;
    }
}
