using Convai.Dashboard.Components;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.About;
using Convai.Dashboard.Features.Account;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Palette;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Features.SettingsFile;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Observability;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace Convai.Dashboard;

/// <summary>Composes the areas, each through its own Add and Map methods, in the order in which they depend on each other.</summary>
public static class DashboardHost
{
    /// <summary>
    /// The one appsettings.json is linked into the project and copied to the output folder. With the default content root
    /// (the project or the working directory) it would silently not be read.
    /// </summary>
    public static WebApplicationOptions CreateOptions(string[] args) => new() { Args = args, ContentRootPath = AppContext.BaseDirectory };

    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        builder.AddLogs();
        builder.AddTelemetry();
        builder.AddTrustedProxies();
        builder.AddPublicPath();
        builder.AddRequestLimits();
        builder.AddDataDirectory();
        builder.AddDatabase();
        builder.AddSignInSchemes();
        builder.AddConvaiApi();
        builder.Services.AddSingleton(provider => new SandboxFile(
            Path.Combine(provider.GetRequiredService<IOptions<DataOptions>>().Value.FullPath, "sandbox.json"), provider.GetRequiredService<ILogger<SandboxFile>>()));
        builder.AddCharacters();
        builder.AddModels();
        builder.AddTeam();
        builder.AddUsage();
        builder.AddChanges();
        builder.AddBatches();
        builder.AddServers();
        builder.AddHistory();
        builder.AddPresets();
        builder.AddSettingsFile();
        builder.AddRehearsals();
        builder.AddCast();
        builder.AddAbout();
        builder.AddPalette();
        builder.AddAccount();
        builder.AddHealth();
        // Pages only: static assets are compressed at build. No page holds a secret that stays the same from one answer to the next.
        builder.Services.AddResponseCompression(compression => (compression.EnableForHttps, compression.MimeTypes) = (true, ["text/html"]));
        builder.Services.AddMudServices();
        builder.Services.AddScoped<PageClock>();
        builder.Services.AddScoped<InboundOrder>();
        builder.Services.AddScoped<CircuitHandler>(services => services.GetRequiredService<InboundOrder>());
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
    }

    public static void UseDashboard(this WebApplication app)
    {
        // Called before the host does it, which would log a stack trace around the messages.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.WarnOfRemovedSettings();
        app.WarnIfAnyHostIsAllowed();
        app.UseShutdownGuard();
        // Comes first, so that everything after it sees the visitor and not the proxy.
        app.UseForwardedHeaders();
        app.UsePublicPath(alsoAtRoot: [Health.AlivePath, Health.HealthPath]);
        app.UseCookiePrefixes();
        app.UseSecurityHeaders();
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = "/error",
                CreateScopeForErrors = true,
                StatusCodeSelector = exception => DatabaseError.Describe(exception) is null ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable,
            });
            app.UseHsts();
        }

        app.UseResponseCompression();
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.UseStatusPagesForForms();
        // Called explicitly, or it would run first and look for pages at addresses that begin with the path base.
        app.UseRouting();
        app.UseRequestLimits();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapHealth();
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccount();
        app.MapCharacters();
        app.MapHistory();
        app.MapSettingsFile();
        // The headers say who may frame a page (SecurityHeaders); the framework need not.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>
    /// Pages reconnect at once when their circuits are closed. One that does so before the port is closed would delay the shutdown
    /// until its time-out; needed until https://github.com/dotnet/aspnetcore/issues/58947 is fixed.
    /// </summary>
    private static void UseShutdownGuard(this WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    });

    /// <summary>
    /// Shows a page that says so when a form is refused. The page is requested with GET, because a POST would be refused again for the
    /// same token, and it replaces the empty answer of the framework, which already has a content type.
    /// </summary>
    private static void UseStatusPagesForForms(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerPathFeature>() is not null)
        {
            context.Request.Method = HttpMethods.Get;
        }

        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentLength: null })
        {
            context.Response.ContentType = null;
        }
    });
}
