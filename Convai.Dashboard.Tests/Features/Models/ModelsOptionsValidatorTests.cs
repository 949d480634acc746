using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelsOptionsValidatorTests
{
    [Fact]
    public void Validate_ShippedCatalogue_Succeeds() => Assert.Empty(Errors(ModelLists.ShippedOptions()));

    [Fact]
    public void Validate_DuplicateCode_NamesTheKey()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[1].Models[2].Code = "gpt-4o";
        Assert.Equal(
            "Models:Providers has the code \"gpt-4o\" more than once (Models:Providers:0:Models:3, Models:Providers:1:Models:2).",
            Assert.Single(Errors(options)));
    }

    [Fact]
    public void Validate_CodesDifferingInCase_AreDistinct()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[0].Models[0].Code = "llama-3-70b";
        Assert.Empty(Errors(options));
    }

    [Fact]
    public void Validate_EmptyName_NamesTheKey()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[2].Models[0].Name = " ";
        Assert.Equal("Models:Providers:2:Models:0:Name is empty.", Assert.Single(Errors(options)));
    }

    [Fact]
    public void Validate_UnknownFlag_NamesTheKeyAndListsKnownFlags()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[3].Models[1].Flags = ["Flagship", "Fast"];
        Assert.Equal(
            "Models:Providers:3:Models:1:Flags has the unknown flag \"Fast\". Known are Flagship, Uncensored, Private.",
            Assert.Single(Errors(options)));
    }

    [Fact]
    public void Validate_NumberAsFlag_IsUnknown()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[0].Models[0].Flags = ["1"];
        Assert.Single(Errors(options));
    }

    [Fact]
    public void Validate_SeveralErrors_ReportsAll()
    {
        var options = ModelLists.ShippedOptions();
        options.Providers[0].Name = "";
        options.Providers[0].Models[0].Code = "with space";
        options.Providers[1].Name = "Google";
        options.Families[0].Prefix = "";
        Assert.Equal(4, Errors(options).Count);
    }

    [Fact]
    public void Validate_EmptyCatalogue_Fails() => Assert.Single(Errors(new ModelsOptions()));

    private static List<string> Errors(ModelsOptions options) => [.. new ModelsOptionsValidator().Validate(null, options).Failures ?? []];
}
