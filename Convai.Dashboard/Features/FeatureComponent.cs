using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features;

/// <summary>
/// The common base of pages, dialogs and their live parts: the signed-in person, the lifetime, one act at a time, and the messages when the
/// person lacks access or the database cannot be used.
/// </summary>
public abstract class FeatureComponent : ComponentBase, IDisposable
{
    // Not disposed of: work that is still in progress finds it cancelled.
    private readonly CancellationTokenSource _closing = new();
    private object? _opened;
    private string? _problem;
    private object? _enteredWithProblem;

    [CascadingParameter]
    protected Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    /// <summary>The signed-in person, as of the last parameters: a changed role counts at once.</summary>
    protected ClaimsPrincipal User { get; private set; } = new();

    /// <summary>Decides only what the page offers; the services check again.</summary>
    protected bool MayChange => User.IsAtLeast(Role.Designer);

    /// <summary>Cancelled when the person leaves; later failures are not shown.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>Whether an act is in progress (<see cref="ActAsync"/>).</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why the last act failed; null again once something else is entered (<see cref="Entered"/>): the cause may be gone.</summary>
    protected string? Problem
    {
        get => _problem is not null && Equals(Entered, _enteredWithProblem) ? _problem : null;
        set => (_problem, _enteredWithProblem) = (value, value is null ? null : Entered);
    }

    /// <summary>What the person has entered and not sent yet, as one value that can be compared; null if there is no form.</summary>
    protected virtual object? Entered => null;

    /// <summary>Whether something was entered since <see cref="StartEntering"/>.</summary>
    protected bool IsEdited => !Equals(Entered, _opened);

    /// <summary>Takes what the form has now for what it was opened with.</summary>
    protected void StartEntering() => _opened = Entered;

    /// <summary>Why the shown data could not be read (<see cref="ReadAsync(Func{Task})"/>).</summary>
    protected string? Trouble { get; set; }

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

    /// <summary>Runs the act that the person asks for, which sets <see cref="Problem"/> if it is refused; does nothing during another act.</summary>
    /// <param name="consequence">A sentence on what denied access or a database failure means here; empty if the error's own sentence says it all.</param>
    protected async Task ActAsync(Func<Task> act, string consequence = PageText.NothingChanged)
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
            // The person has left the page.
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

    /// <summary>The same for an act that returns a <see cref="Result"/>, whose refusal becomes the <see cref="Problem"/>.</summary>
    /// <returns>Whether the act was done.</returns>
    protected async Task<bool> ActAsync(Func<Task<Result>> act, string consequence = PageText.NothingChanged)
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

    /// <summary>The sentence for an expected exception: the person lacks access, or the database cannot be used. Null for any other.</summary>
    protected static string? TroubleOf(Exception exception) => exception is AccessDeniedException denied ? denied.Message : DatabaseError.Describe(exception);

    /// <summary>
    /// Runs work from outside the page (a change event, a clock, another circuit) on the page. Its exceptions are shown like an event
    /// handler's; an unawaited task would lose them, and the page would keep showing outdated values.
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
            var refresh = new Refresh(read);
            UntilClosing(subscribe(news =>
            {
                if (concerns(news))
                {
                    Run(refresh.AskAsync);
                }
            }));
        }
    }

    /// <summary>Disposes of it when the component closes.</summary>
    protected void UntilClosing(IDisposable listening) => Closing.Register(listening.Dispose);

    public void Dispose()
    {
        _closing.Cancel();
        GC.SuppressFinalize(this);
    }
}
