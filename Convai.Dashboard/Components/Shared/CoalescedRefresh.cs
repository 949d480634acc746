namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// Refreshes a page after events: never twice at once, and once more for all later events together, so that a hundred
/// changes at a time do not cost every open page a hundred readings. For use on the page's own dispatcher.
/// </summary>
public sealed class CoalescedRefresh(Func<Task> run)
{
    private bool _isRunning;
    private bool _isRequestedAgain;

    public async Task RequestAsync()
    {
        if (_isRunning)
        {
            _isRequestedAgain = true;
            return;
        }

        _isRunning = true;
        try
        {
            do
            {
                _isRequestedAgain = false;
                await run();
            }
            while (_isRequestedAgain);
        }
        finally
        {
            _isRunning = false;
        }
    }
}
