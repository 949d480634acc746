using Convai.Dashboard.ConvaiApi.Sandbox;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>Decides where calls go and with which key: the real service, or the sandbox, which never sees the real key.</summary>
internal sealed class ConvaiEndpoint(IOptions<ConvaiOptions> options, IServiceProvider services)
{
    // Resolved only in sandbox mode, and only once the sandbox is listening and so knows its port.
    private SandboxServer? Sandbox => options.Value.IsSandbox ? services.GetRequiredService<SandboxServer>() : null;

    public bool IsSandbox => options.Value.IsSandbox;

    public Uri BaseAddress => Sandbox is { } sandbox ? sandbox.BaseAddress : options.Value.BaseUrl;

    /// <summary>True if calls go over plain http to another machine, so that they can be read on the network.</summary>
    public bool IsUnencrypted => !IsSandbox && BaseAddress is { IsLoopback: false } address && address.Scheme == Uri.UriSchemeHttp;

    public string? ApiKey => Sandbox is { } sandbox ? sandbox.ApiKey : options.Value.ApiKey;
}
