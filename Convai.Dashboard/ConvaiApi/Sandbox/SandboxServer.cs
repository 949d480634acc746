using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>
/// A stand-in for Convai: a real HTTP server on a loopback port inside this process. Tests use the same one.
/// </summary>
/// <param name="file">Null: the account is kept in memory.</param>
internal sealed class SandboxServer(IOptions<ConvaiOptions> options, TimeProvider time, SandboxFile? file = null) : IAsyncDisposable
{
    private const int RecordedRequests = 500;
    private readonly ConcurrentQueue<SandboxRequest> _requests = new();
    private WebApplication? _app;

    public SandboxOptions Options => options.Value.Sandbox;

    public SandboxAccount Account { get; } = SandboxAccount.Load(options.Value.Sandbox.Characters);

    /// <summary>For tests only: runs between an accepted request and its answer.</summary>
    internal Func<HttpContext, RequestDelegate, Task> Faults { get; set; } = static (context, answer) => answer(context);

    /// <summary>The only key that the sandbox accepts, generated at each start.</summary>
    public string ApiKey { get; } = $"sandbox-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    /// <exception cref="InvalidOperationException">The sandbox is not listening yet.</exception>
    public Uri BaseAddress
    {
        get => field ?? throw new InvalidOperationException("The sandbox is not listening yet.");
        private set;
    }

    /// <summary>The last requests, oldest first, with their bodies as they arrived.</summary>
    public IReadOnlyList<SandboxRequest> Requests => [.. _requests];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (file?.Read() is { } state)
        {
            Account.Restore(state);
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        new SandboxEndpoints(Account, Options, time, () => BaseAddress, () => file?.Write(Account.ToState())).Map(_app, ApiKey, Record, (context, answer) => Faults(context, answer));
        await _app.StartAsync(cancellationToken);
        BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private void Record(SandboxRequest request)
    {
        _requests.Enqueue(request);
        while (_requests.Count > RecordedRequests)
        {
            _requests.TryDequeue(out _);
        }
    }
}

/// <param name="Endpoint">The last part of the path: <c>update</c>, <c>list</c>, <c>get</c>, <c>getSupportedModel</c>, <c>user-api-usage</c>, <c>clone_character</c>, <c>delete</c>, <c>getResponse</c>; or several, such as <c>functions/list</c>.</param>
internal sealed record SandboxRequest(string Endpoint, string Body);

/// <summary>Starts the sandbox with the dashboard if sandbox mode is on.</summary>
internal sealed class SandboxStarter(IOptions<ConvaiOptions> options, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        options.Value.IsSandbox ? services.GetRequiredService<SandboxServer>().StartAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
