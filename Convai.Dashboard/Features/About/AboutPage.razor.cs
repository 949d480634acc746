using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Features.About;

/// <summary>What runs here and how it is, kept up to date while the page stands open.</summary>
public sealed partial class AboutPage(ServerStatus status, PageClock clock)
{
    private readonly CancellationTokenSource _closing = new();
    private Refresh? _refresh;
    private IDisposable? _ticking;
    private ServerReport? _report;
    private string? _trouble;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    private (string Number, string? Commit) Version => AboutWords.Version(_report!.Version);

    private (BadgeTone Tone, string Words) Standing => AboutWords.Standing(_report!.Standing);

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            _ticking = clock.Listen(() => Run(RefreshAsync, _closing.Token));
        }

        await RefreshAsync();
    }

    private Task RefreshAsync() => (_refresh ??= new Refresh(ReadAsync)).AskAsync();

    private async Task ReadAsync()
    {
        try
        {
            _report = await status.ReadAsync((await AuthenticationState).User, _closing.Token) ?? _report;
            _trouble = null;
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _trouble = trouble;
        }

        StateHasChanged();
    }

    public void Dispose()
    {
        _ticking?.Dispose();
        _closing.Cancel();
    }
}
