using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Convai.Dashboard.Security;

/// <summary>
/// The person at an open page. A circuit knows only who opened it, so this checks again now and then, and at once when notified: a
/// new role shows, and an ended sign-in closes the page.
/// </summary>
public sealed partial class CircuitPerson : ServerAuthenticationStateProvider, IDisposable
{
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    private readonly Access _access;
    private readonly AccessChangeNotifier _changes;
    private readonly SignInSessions _sessions;
    private readonly ILogger<CircuitPerson> _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private ITimer? _timer;
    private long _usedAt;

    public CircuitPerson(Access access, AccessChangeNotifier changes, SignInSessions sessions, TimeProvider time, ILogger<CircuitPerson> logger) =>
        (_access, _changes, _sessions, _time, _logger) = (access, changes, sessions, time, logger);

    /// <summary>Starts checking. Not for a page that is rendered once, which changes its own sign-in and ends with its answer.</summary>
    public void StartChecking()
    {
        // The page's request has recorded the visit.
        _usedAt = _time.GetTimestamp();
        _changes.Changed += OnChanged;
        _timer = _time.CreateTimer(_ => _ = CheckAsync(), null, CheckInterval, CheckInterval);
    }

    /// <summary>Records that someone is working on the page. A page that merely stays open keeps no sign-in alive.</summary>
    public Task TouchAsync()
    {
        if (_time.GetElapsedTime(_usedAt) < SignInSessions.TouchInterval)
        {
            return Task.CompletedTask;
        }

        _usedAt = _time.GetTimestamp();
        // SQLite answers on the thread that asks, and the page would wait for it.
        return Task.Run(async () => await _sessions.TouchAsync((await GetAuthenticationStateAsync()).User, CancellationToken.None));
    }

    public void Dispose()
    {
        _changes.Changed -= OnChanged;
        _timer?.Dispose();
        _closing.Cancel();
    }

    private void OnChanged(string personId) => _ = CheckAsync(personId);

    private async Task CheckAsync(string? onlyFor = null)
    {
        try
        {
            var principal = (await GetAuthenticationStateAsync()).User;
            if (principal.PersonId() is not { } id || (onlyFor is not null && onlyFor != id))
            {
                return;
            }

            var person = await _access.FindAsync(principal, Role.Viewer, _closing.Token);
            if (person is null)
            {
                SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
            }
            else if (person.Name != principal.PersonName() || !principal.IsInRole(person.Role.ToString()))
            {
                SetAuthenticationState(Task.FromResult(new AuthenticationState(person.ToPrincipal(principal.SessionId()))));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page has been closed.
        }
        catch (Exception exception)
        {
            // A database that cannot be read for a moment signs no one out; the services check again at each action.
            LogCheckFailed(exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Could not check the sign-in of an open page; trying again.")]
    private partial void LogCheckFailed(Exception exception);
}

internal sealed class CircuitPersonStarter(AuthenticationStateProvider person) : CircuitHandler
{
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        ((CircuitPerson)person).StartChecking();
        return Task.CompletedTask;
    }

    /// <summary>Covers clicks, keys and what the page's scripts report, not what the server sends by itself.</summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => activity =>
    {
        // Not awaited: while the database is written to, later letters and clicks would overtake this one.
        _ = ((CircuitPerson)person).TouchAsync();
        return next(activity);
    };
}
