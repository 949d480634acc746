using Bunit;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Convai.Dashboard.Testing;

/// <summary>Renders components as in a circuit, over the real services and the real sandbox where a test starts one.</summary>
public abstract class DashboardTestContext : BunitContext, IAsyncLifetime
{
    private SandboxHost? _host;

    protected DashboardTestContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        DefaultWaitTimeout = TimeSpan.FromSeconds(15);
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<LastCastView>();
    }

    internal SandboxHost Host => _host ?? throw new InvalidOperationException("Call StartSandboxAsync first.");

    protected static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected async Task StartSandboxAsync(params (string Key, string? Value)[] settings)
    {
        _host = await SandboxHost.StartAsync(settings);
        Services.AddSingleton(_host.Get<ConvaiClient>());
        Services.AddSingleton(_host.Get<CastDirectory>());
        Services.AddSingleton(_host.Get<AccountModels>());
        Services.AddSingleton(_host.Get<ChangeWriter>());
        // Last, because it closes the list of services.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
