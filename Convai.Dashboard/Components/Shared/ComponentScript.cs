using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Components.Shared;

/// <summary>The script that stands beside a component. Its calls are silent once the browser is gone.</summary>
public sealed class ComponentScript : IAsyncDisposable
{
    private readonly IJSObjectReference _module;

    private ComponentScript(IJSObjectReference module) => _module = module;

    /// <param name="path">The script's path from the project's folder.</param>
    /// <param name="arguments">Given to the script's function <c>attach</c>.</param>
    public static async Task<ComponentScript> AttachAsync(IJSRuntime js, ResourceAssetCollection assets, string path, params object?[] arguments)
    {
        var module = await js.InvokeAsync<IJSObjectReference>("import", $"./{assets[path]}");
        await module.InvokeVoidAsync("attach", arguments);
        return new ComponentScript(module);
    }

    public ValueTask<T> AskAsync<T>(string function, params object?[] arguments) => _module.InvokeAsync<T>(function, arguments);

    public ValueTask TellAsync(string function, params object?[] arguments) => QuietlyAsync(() => _module.InvokeVoidAsync(function, arguments));

    public ValueTask DisposeAsync() => QuietlyAsync(_module.DisposeAsync);

    private static async ValueTask QuietlyAsync(Func<ValueTask> call)
    {
        try
        {
            await call();
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the script with it.
        }
    }
}
