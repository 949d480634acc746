using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Models;

/// <summary>Reports every mistake in the catalogue at once, each with its place.</summary>
internal sealed class ModelsOptionsValidator : IValidateOptions<ModelsOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelsOptions options)
    {
        var errors = new List<string>();
        if (options.Providers.Count == 0)
        {
            errors.Add("Models:Providers is empty: the catalogue needs at least one provider.");
        }

        for (var index = 0; index < options.Providers.Count; index++)
        {
            errors.AddRange(ProviderErrors(options.Providers[index], $"Models:Providers:{index}"));
        }

        for (var index = 0; index < options.Families.Count; index++)
        {
            var family = options.Families[index];
            if (string.IsNullOrWhiteSpace(family.Prefix) || string.IsNullOrWhiteSpace(family.Provider))
            {
                errors.Add($"Models:Families:{index} needs a Prefix and a Provider.");
            }
        }

        errors.AddRange(Repeated(options.Providers.Select(provider => provider.Name)).Select(provider => $"Models:Providers has \"{provider}\" more than once."));
        errors.AddRange(Repeated(options.Providers.SelectMany(provider => provider.Models).Select(model => model.Code))
            .Select(code => $"Models:Providers has the code \"{code}\" more than once ({string.Join(", ", FindPlaces(options, code))})."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> ProviderErrors(ProviderOptions provider, string place)
    {
        if (string.IsNullOrWhiteSpace(provider.Name))
        {
            yield return $"{place}:Name is empty.";
        }

        for (var index = 0; index < provider.Models.Count; index++)
        {
            var model = provider.Models[index];
            var modelPlace = $"{place}:Models:{index}";
            if (string.IsNullOrWhiteSpace(model.Name))
            {
                yield return $"{modelPlace}:Name is empty.";
            }

            if (string.IsNullOrWhiteSpace(model.Code) || model.Code.Any(char.IsWhiteSpace))
            {
                yield return $"{modelPlace}:Code is empty or contains a space.";
            }

            foreach (var flag in model.Flags.Where(flag => !Enum.GetNames<ModelFlag>().Contains(flag, StringComparer.Ordinal)))
            {
                yield return $"{modelPlace}:Flags has the unknown flag \"{flag}\". Known are {string.Join(", ", Enum.GetNames<ModelFlag>())}.";
            }
        }
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.Where(name => !string.IsNullOrWhiteSpace(name)).GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key);

    private static IEnumerable<string> FindPlaces(ModelsOptions options, string code) =>
        from provider in options.Providers.Select((provider, index) => (provider, index))
        from model in provider.provider.Models.Select((model, index) => (model, index))
        where string.Equals(model.model.Code, code, StringComparison.Ordinal)
        select $"Models:Providers:{provider.index}:Models:{model.index}";
}
