using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features;

/// <summary>
/// What pages, dialogs and their live parts have in common: who looks at them, for how long, one act at a time, and what is said when the
/// person may not, or the database cannot be used.
/// </summary>
public abstract class FeatureComponent : ComponentBase, IDisposable
{
    // Not disposed of: whatever is still under way finds it cancelled.
    private readonly CancellationTokenSource _closing = new();

    [CascadingParameter]
    protected Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>The signed-in person, as of the last parameters: a role that is taken away or given counts at once.</summary>
    protected ClaimsPrincipal By { get; private set; } = new();

    /// <summary>For what is offered; the services decide.</summary>
    protected bool MayChange => By.IsAtLeast(Role.Designer);

    /// <summary>Cancelled when the person leaves: failures after that are not shown.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>An act is under way (<see cref="ActAsync"/>).</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why the last act was not done.</summary>
    protected string? Problem { get; set; }

    /// <summary>Why what is shown could not be read (<see cref="ReadAsync(Func{Task})"/>).</summary>
    protected string? Trouble { get; set; }

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        By = (await AuthenticationState).User;
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads what is to be shown, and shows it.</summary>
    protected async Task ReadAsync(Func<Task> read)
    {
        try
        {
            await read();
            Trouble = null;
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (TroubleOf(exception) is { } trouble)
        {
            Trouble = trouble;
        }

        StateHasChanged();
    }

    /// <summary>Does what the person asks for, which sets <see cref="Problem"/> where it is refused; nothing while another act is under way.</summary>
    /// <param name="consequence">What it means here that the person may not, or that the database failed, in a sentence; empty if their own sentences say it all.</param>
    protected async Task ActAsync(Func<Task> act, string consequence = "Nothing was changed.")
    {
        // A second click can arrive before the button is shown as disabled.
        if (IsBusy)
        {
            return;
        }

        (IsBusy, Problem) = (true, null);
        try
        {
            await act();
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception exception) when (TroubleOf(exception) is { } trouble)
        {
            Problem = $"{trouble} {consequence}".TrimEnd();
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>The same for what answers with a <see cref="Result"/>, whose refusal becomes the <see cref="Problem"/>.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> ActAsync(Func<Task<Result>> act, string consequence = "Nothing was changed.")
    {
        var isDone = false;
        await ActAsync(
            async () =>
            {
                Problem = (await act()).Refusal;
                isDone = Problem is null;
            },
            consequence);
        return isDone;
    }

    /// <summary>The sentence for an exception that has to be expected: the person may not, or the database cannot be used. Null for any other.</summary>
    protected static string? TroubleOf(Exception exception) => exception is AccessDeniedException denied ? denied.Message : DatabaseTrouble.Of(exception);

    /// <summary>
    /// Does work that comes from outside the page (news of a change, a clock, another circuit) on the page. What it throws is shown as an event
    /// handler's exception is; an unawaited task would lose it, and the page would keep showing outdated values.
    /// </summary>
    protected void Run(Func<Task> work) => _ = InvokeAsync(async () =>
    {
        try
        {
            if (!Closing.IsCancellationRequested)
            {
                await work();
            }
        }
        catch (Exception exception)
        {
            if (!Closing.IsCancellationRequested)
            {
                await DispatchExceptionAsync(exception);
            }
        }
    });

    /// <summary>Ends with the component.</summary>
    protected void UntilClosing(IDisposable listening) => Closing.Register(listening.Dispose);

    public void Dispose()
    {
        _closing.Cancel();
        GC.SuppressFinalize(this);
    }
}
