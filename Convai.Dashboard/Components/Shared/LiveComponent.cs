using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Components.Shared;

/// <summary>A component that is called from outside its page: by news of a change, by a clock, by another circuit.</summary>
public abstract class LiveComponent : ComponentBase
{
    /// <summary>
    /// Does the work on the page. What it throws is shown as an event handler's exception is; the task that nobody waits for would
    /// lose it, and the page would go on showing what is no longer so.
    /// </summary>
    /// <param name="left">Canceled once the page was left: what fails then concerns nobody.</param>
    protected void Run(Func<Task> work, CancellationToken left) => _ = InvokeAsync(async () =>
    {
        try
        {
            if (!left.IsCancellationRequested)
            {
                await work();
            }
        }
        catch (Exception exception)
        {
            if (!left.IsCancellationRequested)
            {
                await DispatchExceptionAsync(exception);
            }
        }
    });
}
