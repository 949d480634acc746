using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Convai.Dashboard.Components;

/// <summary>
/// Handles everything that a browser sends to its circuit in the order in which it was sent. By itself the framework lets events wait while the
/// page renders, yet takes the browser's word at once that a render batch is applied, and then forgets the handlers which that batch replaced. An
/// event that was sent earlier and still waits for its turn may name one of them, so a typed letter or a click would be lost.
/// </summary>
internal sealed class InboundOrder : CircuitHandler
{
    private Func<Func<Task>, Task>? _invokeAsync;

    /// <summary>Called by the root component, before the first batch is sent.</summary>
    /// <param name="invokeAsync">Runs work on the circuit's dispatcher, one piece after the other.</param>
    public void Follow(Func<Func<Task>, Task> invokeAsync) => _invokeAsync = invokeAsync;

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        activity => _invokeAsync is { } invokeAsync ? invokeAsync(() => next(activity)) : next(activity);
}
