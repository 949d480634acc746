using Bunit;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.About;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Palette;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.SettingsFile;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Convai.Dashboard.Testing;

/// <summary>Renders components as in a circuit, over the real services and the real sandbox where a test starts one.</summary>
public abstract class DashboardTestContext : BunitContext, IAsyncLifetime
{
    private SandboxHost? _host;

    internal SignedInAs Visitor { get; } = new(TestPeople.As(Role.Admin));

    protected DashboardTestContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        DefaultWaitTimeout = TimeSpan.FromSeconds(15);
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<PageClock>();
        Services.AddScoped<LastCastView>();
        Services.AddAuthorizationCore(authorization => authorization.AddPolicy(Policies.Admin, policy => policy.RequireRole(nameof(Role.Admin))));
        // In place of the ones with which bUnit says that they are missing.
        Services.AddSingleton<IAuthorizationService, DefaultAuthorizationService>();
        Services.AddSingleton<IAuthorizationPolicyProvider, DefaultAuthorizationPolicyProvider>();
        Services.AddCascadingAuthenticationState();
        Services.AddSingleton<AuthenticationStateProvider>(Visitor);
    }

    internal SandboxHost Host => _host ?? throw new InvalidOperationException("Call StartSandboxAsync first.");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected Task StartSandboxAsync(params (string Key, string? Value)[] settings) => StartSandboxAsync(TimeProvider.System, settings);

    protected async Task StartSandboxAsync(TimeProvider time, params (string Key, string? Value)[] settings)
    {
        _host = await SandboxHost.StartAsync(time, settings);
        Services.AddSingleton(time);
        Services.AddSingleton(_host.Get<ConvaiClient>());
        Services.AddSingleton(_host.Get<CastDirectory>());
        Services.AddSingleton(_host.Get<CharacterPictures>());
        Services.AddSingleton(_host.Get<CharacterGroups>());
        Services.AddSingleton(_host.Get<AccountModels>());
        Services.AddSingleton(_host.Get<FavouriteModels>());
        Services.AddSingleton(_host.Get<AccountUsage>());
        Services.AddSingleton(_host.Get<CharacterTools>());
        Services.AddSingleton(_host.Get<ModelNotes>());
        Services.AddSingleton(_host.Get<RehearsalEvidence>());
        Services.AddSingleton(_host.Get<ChangeWriter>());
        Services.AddSingleton(_host.Get<ChangeJournal>());
        Services.AddSingleton(_host.Get<ChangeHistory>());
        Services.AddSingleton(_host.Get<IChangeFeed>());
        Services.AddSingleton(_host.Get<Visitors>());
        Services.AddSingleton(_host.Get<HistoryReader>());
        Services.AddScoped<ChangeDialogs>();
        Services.AddSingleton(_host.Get<CastViews>());
        Services.AddSingleton(_host.Get<PresetLibrary>());
        Services.AddSingleton(_host.Get<CharacterPresets>());
        Services.AddSingleton(_host.Get<IPlanPresets>());
        Services.AddSingleton(_host.Get<RehearsalService>());
        Services.AddSingleton(_host.Get<ScriptLibrary>());
        Services.AddSingleton(_host.Get<LineSuggestions>());
        Services.AddSingleton(_host.Get<BatchPlanner>());
        Services.AddSingleton(_host.Get<BatchService>());
        Services.AddSingleton(_host.Get<SettingsImport>());
        Services.AddScoped<BatchDialogs>();
        Services.AddSingleton(_host.Get<Access>());
        Services.AddSingleton(_host.Get<AccessChangeNotifier>());
        Services.AddSingleton(_host.Get<TeamDirectory>());
        Services.AddSingleton(_host.Get<ProviderLinks>());
        Services.AddSingleton(_host.Get<SecurityLog>());
        Services.AddSingleton(_host.Get<ServerStatus>());
        Services.AddSingleton(_host.Services.GetServices<IPaletteSource>());
        Services.AddSingleton(_host.Get<SandboxStartOver>());
        // Last, because it closes the list of services.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    /// <summary>Presses "Try again", unless the page has refreshed by itself because the drift monitor recorded a change.</summary>
    protected static Task RetryAsync<TPage>(IRenderedComponent<TPage> page, string buttons = "button")
        where TPage : IComponent =>
        page.InvokeAsync(() => page.FindAll(buttons).SingleOrDefault(button => button.TextContent.Trim() == "Try again")?.ClickAsync() ?? Task.CompletedTask);

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
