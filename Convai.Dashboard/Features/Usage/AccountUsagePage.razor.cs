using Convai.Dashboard.Components.Shared;

namespace Convai.Dashboard.Features.Usage;

/// <summary>Shows the plan of the account and its usage, metric by metric.</summary>
public sealed partial class AccountUsagePage(AccountUsage usage, PageClock clock)
{
    private UsageReading? _reading;
    private bool _isUpToDate;

    protected override async Task OnInitializedAsync()
    {
        // The first response does not wait for Convai.
        await ReadAsync(async () => _reading = await usage.GetLastAsync(User, Closing));
        if (RendererInfo.IsInteractive)
        {
            usage.Updated += OnUpdated;
            Closing.Register(() => usage.Updated -= OnUpdated);
            await ReadAsync(async () => _reading = await usage.ReadAsync(User, forceRefresh: false, Closing));
        }
    }

    private void OnUpdated() => Dispatch(() => ReadAsync(async () => _reading = await usage.GetLastAsync(User, Closing)));

    private Task RefreshAsync() => ExecuteAsync(() => ReadAsync(async () =>
    {
        _isUpToDate = false;
        var before = _reading;
        _reading = await usage.ReadAsync(User, forceRefresh: true, Closing);
        _isUpToDate = _reading.Failure is null && ReferenceEquals(_reading, before);
    }));
}
