using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Features.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Testing;

/// <summary>The shipped catalogue, as the root appsettings.json has it.</summary>
internal static class ModelLists
{
    public static ModelsOptions ShippedOptions()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        return configuration.GetSection(ModelsOptions.Section).Get<ModelsOptions>()!;
    }

    public static ModelCatalogue Shipped() => new(Options.Create(ShippedOptions()));

    public static ModelList WithoutAccountList() => Shipped().Merge(null);

    public static ModelList WithAccountList(params AccountModel[] models) => Shipped().Merge(models);
}
