namespace Convai.Dashboard.Security;

/// <summary>
/// Tells the open pages of this server that somebody's role, account or sign-ins have changed, or that somebody has come in. What another server has
/// changed they find out when they look for themselves, every <see cref="CircuitPerson.LooksEvery"/>.
/// </summary>
public sealed class AccessChanges
{
    public event Action<string>? Changed;

    public void Tell(string personId) => Changed?.Invoke(personId);
}
