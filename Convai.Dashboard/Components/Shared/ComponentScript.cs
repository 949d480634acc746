using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Components.Shared;

/// <summary>
/// A component's own script. Its calls do nothing once the component or the browser is gone: leaving a page while its
/// script is still loading is no error.
/// </summary>
public sealed class ComponentScript : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private bool _isDisposed;

    public bool IsAttached => _module is not null && !_isDisposed;

    /// <param name="path">The script's path from the project's folder.</param>
    /// <param name="arguments">Passed to the script's function <c>attach</c>.</param>
    /// <returns>False if the component is gone.</returns>
    public async Task<bool> AttachAsync(IJSRuntime js, ResourceAssetCollection assets, string path, params object?[] arguments)
    {
        try
        {
            var module = await js.InvokeAsync<IJSObjectReference>("import", $"./{assets[path]}");
            if (_isDisposed)
            {
                await module.DisposeAsync();
                return false;
            }

            await module.InvokeVoidAsync("attach", arguments);
            _module = module;
        }
        catch (Exception) when (_isDisposed)
        {
            // The elements that are passed to it are gone too.
        }

        return IsAttached;
    }

    /// <exception cref="OperationCanceledException">The component is gone.</exception>
    public ValueTask<T> InvokeAsync<T>(string function, params object?[] arguments) =>
        IsAttached ? _module!.InvokeAsync<T>(function, arguments) : throw new OperationCanceledException();

    public ValueTask InvokeVoidAsync(string function, params object?[] arguments) => IgnoreDisconnectAsync(module => module.InvokeVoidAsync(function, arguments));

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return IgnoreDisconnectAsync(module => module.DisposeAsync());
    }

    private async ValueTask IgnoreDisconnectAsync(Func<IJSObjectReference, ValueTask> call)
    {
        try
        {
            if (_module is not null)
            {
                await call(_module);
            }
        }
        catch (JSDisconnectedException)
        {
            // The circuit is gone, and the script with it.
        }
    }
}
