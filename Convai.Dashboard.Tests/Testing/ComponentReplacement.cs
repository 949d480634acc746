using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Testing;

/// <summary>Puts a component of the tests into the pages of a running dashboard.</summary>
internal static class ComponentReplacement
{
    /// <summary>In the place of each <typeparamref name="TReplaced"/>.</summary>
    public static void ReplaceComponent<TReplaced, TReplacement>(this IServiceCollection services)
        where TReplaced : IComponent
        where TReplacement : IComponent => services.AddScoped<IComponentActivator, Activator<TReplaced, TReplacement>>();

    private sealed class Activator<TReplaced, TReplacement>(IServiceProvider services) : IComponentActivator
    {
        public IComponent CreateInstance(Type componentType) => (IComponent)ActivatorUtilities.CreateInstance(
            services, componentType == typeof(TReplaced) ? typeof(TReplacement) : componentType);
    }
}
