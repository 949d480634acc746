namespace Convai.Dashboard.Security;

/// <summary>
/// Notifies the open pages of this server when someone's role, account or sign-ins have changed, or someone has signed in, joined or changed an invitation. Changes made on another
/// server are found by the pages' own check, every <see cref="CircuitPerson.CheckInterval"/>.
/// </summary>
public sealed class AccessChangeNotifier
{
    public event Action<string>? Changed;

    public void Notify(string personId) => Changed?.Invoke(personId);
}
