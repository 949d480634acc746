namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// Keeps what a page shows, such as its filter, in step with its address: distinguishes the reader's navigations from those that the page
/// caused itself by writing its view into the address.
/// </summary>
public sealed class AddressSync<T>
{
    // By the time one of them comes back, the reader may have changed the view again.
    private readonly List<T> _written = [];
    private T? _current;

    /// <returns>Whether the page has to navigate; false if the address already has this view, or is about to.</returns>
    public bool Write(T view)
    {
        if (Equals(view, _written.Count > 0 ? _written[^1] : _current))
        {
            return false;
        }

        _written.Add(view);
        return true;
    }

    /// <returns>Whether the page has to show this view; false if it wrote the view itself, or has read it already.</returns>
    public bool Read(T view)
    {
        if (Equals(view, _current))
        {
            return false;
        }

        _current = view;
        return !_written.Remove(view);
    }
}
