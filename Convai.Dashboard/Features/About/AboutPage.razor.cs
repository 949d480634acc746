using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Batches;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.About;

/// <summary>Shows the version and health of this server, kept up to date while the page is open.</summary>
public sealed partial class AboutPage(ServerStatus status, SandboxStartOver startOver, PageClock clock, NavigationManager navigation)
{
    private CoalescedRefresh? _refresh;
    private ServerReport? _report;

    private (string Number, string? Commit) Version => AboutText.Version(_report!.Version);

    private (BadgeTone Tone, string Text) Status => AboutText.Status(_report!.Status);

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            RegisterForDispose(clock.Subscribe(() => Dispatch(RefreshAsync)));
        }

        await RefreshAsync();
    }

    private Task<bool> StartOverAsync() => ExecuteAsync(async () => navigation.OpenPlan(await startOver.PlanAsync(User, Closing)), BatchText.PlanNotCreated);

    private Task RefreshAsync() => (_refresh ??= new CoalescedRefresh(ReadAsync)).RequestAsync();

    private Task ReadAsync() => ReadAsync(async () => _report = await status.ReadAsync(User, Closing));
}
