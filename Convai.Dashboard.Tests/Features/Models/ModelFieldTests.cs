using Bunit;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelFieldTests : DashboardTestContext
{
    private readonly List<string?> _chosen = [];

    /// <summary>A picker costs the server much memory for as long as the page is open.</summary>
    [Fact]
    public void Field_HasPickerOnlyWhileOpen()
    {
        var field = Render(null);
        Assert.Empty(field.FindComponents<ModelPicker>());
        Assert.Equal("Leave unchanged", field.Find("#swap").TextContent.Trim());
        field.Find("#swap").Click();
        Assert.Equal("manual", field.Find(".picker-panel").GetAttribute("popover"));
        Assert.Equal("#swap-input", field.Find(".model-field").GetAttribute("data-home"));
        field.Find("#swap-input").KeyDown("Escape");
        Assert.Empty(field.FindComponents<ModelPicker>());
        Assert.Empty(_chosen);
    }

    [Fact]
    public void Field_ChosenModel_ClosesPickerAndCanBeCleared()
    {
        var field = Render("gpt-4o");
        Assert.Contains("GPT-4o", field.Find("#swap").TextContent, StringComparison.Ordinal);
        field.Find("#swap").Click();
        field.Find("[data-code='gpt-4.1']").Click();
        Assert.Empty(field.FindComponents<ModelPicker>());
        field.Find("[aria-label='Clear: Model']").Click();
        Assert.Equal(["gpt-4.1", null], _chosen);
    }

    [Fact]
    public void Field_ModelGoingAway_Warns()
    {
        var models = ModelLists.WithAccountList(new AccountModel("claude-3-7-sonnet", null, true), new AccountModel("gpt-4o", null, false));
        Assert.Equal("Convai is retiring Claude-3-7-Sonnet.", Render("claude-3-7-sonnet", models).Find("[role=status]").TextContent);
        Assert.Equal("Claude-Opus-4 is not available to your account, so Convai may reject it.", Render("claude-opus-4", models).Find("[role=status]").TextContent);
        Assert.Empty(Render("gpt-4o", models).FindAll("[role=status]"));
    }

    private IRenderedComponent<ModelField> Render(string? value, ModelList? models = null) => Render<ModelField>(parameters => parameters
        .Add(field => field.Id, "swap")
        .Add(field => field.LabelledBy, "title")
        .Add(field => field.Models, models ?? ModelLists.WithoutAccountList())
        .Add(field => field.Value, value)
        .Add(field => field.ValueChanged, _chosen.Add)
        .Add(field => field.EmptyText, "Leave unchanged")
        .Add(field => field.IsOptional, true));
}
