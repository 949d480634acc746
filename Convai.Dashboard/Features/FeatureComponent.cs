using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features;

/// <summary>
/// The common base of pages, dialogs and their live parts: the signed-in person, the lifetime, one action at a time, and the messages when the
/// person lacks access or the database cannot be used.
/// </summary>
public abstract class FeatureComponent : ComponentBase, IDisposable
{
    // Not disposed of: work that is still in progress finds it cancelled.
    private readonly CancellationTokenSource _closing = new();
    private object? _unmodifiedState;
    private string? _actionError;
    private object? _formStateAtError;

    [CascadingParameter]
    protected Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>The signed-in person, as of the last parameters: a changed role counts at once.</summary>
    protected ClaimsPrincipal User { get; private set; } = new();

    /// <summary>Decides only what the page offers; the services check again.</summary>
    protected bool MayChange => User.IsAtLeast(Role.Designer);

    /// <summary>Cancelled when the person leaves; later failures are not shown.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>Whether an action is in progress (<see cref="ExecuteAsync"/>).</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why the last action failed; null again once something else is entered (<see cref="FormState"/>): the cause may be gone.</summary>
    protected string? ActionError
    {
        get => _actionError is not null && Equals(FormState, _formStateAtError) ? _actionError : null;
        set => (_actionError, _formStateAtError) = (value, value is null ? null : FormState);
    }

    /// <summary>What the person has entered and not sent yet, as one value that can be compared; null if there is no form.</summary>
    protected virtual object? FormState => null;

    /// <summary>Whether something was entered since <see cref="MarkAsUnmodified"/>.</summary>
    protected bool IsEdited => !Equals(FormState, _unmodifiedState);

    /// <summary>Takes what the form has now for what it was opened with.</summary>
    protected void MarkAsUnmodified() => _unmodifiedState = FormState;

    /// <summary>Why the shown data could not be read (<see cref="ReadAsync(Func{Task})"/>).</summary>
    protected string? LoadError { get; set; }

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        User = (await AuthenticationState).User;
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads the data to show, and shows it.</summary>
    protected async Task ReadAsync(Func<Task> read)
    {
        try
        {
            await read();
            LoadError = null;
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (DescribeError(exception) is { } error)
        {
            LoadError = error;
        }

        StateHasChanged();
    }

    /// <summary>Runs the action that the person asks for, which sets <see cref="ActionError"/> if it is refused; does nothing during another action.</summary>
    /// <param name="consequence">A sentence on what denied access or a database failure means here; empty if the error's own sentence says it all.</param>
    protected async Task ExecuteAsync(Func<Task> action, string consequence = PageText.NothingChanged)
    {
        // A second click can arrive before the button is shown as disabled.
        if (IsBusy)
        {
            return;
        }

        (IsBusy, ActionError) = (true, null);
        try
        {
            await action();
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The person has left the page.
        }
        catch (Exception exception) when (DescribeError(exception) is { } error)
        {
            ActionError = $"{error} {consequence}".TrimEnd();
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>The same for an action that returns a <see cref="Result"/>, whose refusal becomes the <see cref="ActionError"/>.</summary>
    /// <returns>Whether the action was done.</returns>
    protected async Task<bool> ExecuteAsync(Func<Task<Result>> action, string consequence = PageText.NothingChanged)
    {
        var isDone = false;
        await ExecuteAsync(
            async () =>
            {
                ActionError = (await action()).Error;
                isDone = ActionError is null;
            },
            consequence);
        return isDone;
    }

    /// <summary>The sentence for an expected exception: the person lacks access, or the database cannot be used. Null for any other.</summary>
    protected static string? DescribeError(Exception exception) => exception is AccessDeniedException denied ? denied.Message : DatabaseError.Describe(exception);

    /// <summary>
    /// Runs work from outside the page (a change event, a clock, another circuit) on the page. Its exceptions are shown like an event
    /// handler's; an unawaited task would lose them, and the page would keep showing outdated values.
    /// </summary>
    protected void Dispatch(Func<Task> work) => _ = InvokeAsync(async () =>
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

    /// <summary>
    /// Reads the shown data again after each event that concerns it, until the component closes: never twice at once, and once more for all
    /// events of that time together. A prerendered response does not subscribe: the circuit that follows it does.
    /// </summary>
    /// <param name="subscribe">Such as that of the change feed, which lies above this base.</param>
    /// <param name="concerns">Asked outside the page, for every event: it must be quick.</param>
    protected void RefreshOn<TEvent>(Func<Action<TEvent>, IDisposable> subscribe, Func<TEvent, bool> concerns, Func<Task> read)
    {
        if (RendererInfo.IsInteractive)
        {
            var refresh = new CoalescedRefresh(read);
            RegisterForDispose(subscribe(changeEvent =>
            {
                if (concerns(changeEvent))
                {
                    Dispatch(refresh.RequestAsync);
                }
            }));
        }
    }

    /// <summary>Disposes of it when the component closes.</summary>
    protected void RegisterForDispose(IDisposable subscription) => Closing.Register(subscription.Dispose);

    public void Dispose()
    {
        _closing.Cancel();
        GC.SuppressFinalize(this);
    }
}
