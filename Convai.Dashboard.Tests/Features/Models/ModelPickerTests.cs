using AngleSharp.Dom;
using Bunit;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components.Web;

namespace Convai.Dashboard.Features.Models;

public sealed class ModelPickerTests : DashboardTestContext
{
    private readonly List<string> _picked = [];
    private readonly List<string> _toggled = [];

    [Fact]
    public void Picker_IsComboboxWithListbox()
    {
        var picker = Open("gpt-4o");
        var combobox = picker.Find("[role=combobox]");
        Assert.Equal("title", combobox.GetAttribute("aria-labelledby"));
        Assert.Equal(picker.Find("[role=listbox]").Id, combobox.GetAttribute("aria-controls"));
        Assert.Equal("GPT-4o", combobox.GetAttribute("value"));
        Assert.All(picker.FindAll("[role=group]"), group => Assert.NotNull(picker.Find($"#{group.GetAttribute("aria-labelledby")}")));
    }

    /// <summary>Each open page would keep the rows in the server's memory.</summary>
    [Fact]
    public void Picker_Closed_HasNoRows()
    {
        var picker = Render("gpt-4o");
        Assert.Empty(picker.FindAll("[role=option]"));
        picker.Find("[role=combobox]").Focus();
        Assert.Equal(17, picker.FindAll("[role=option]").Count);
        picker.Find("[role=combobox]").Blur();
        Assert.Empty(picker.FindAll("[role=option]"));
    }

    [Fact]
    public void Picker_GroupsByProviderInCatalogueOrder_CurrentFirst()
    {
        var picker = Open("claude-4-sonnet");
        Assert.Equal(["Current", "OpenAI", "Anthropic", "Google", "Llama"], Headings(picker));
        Assert.Equal(17, picker.FindAll("[role=option]").Count);
        Assert.Equal("claude-4-sonnet", picker.FindAll("[role=option]")[0].GetAttribute("data-code"));
    }

    [Fact]
    public void Picker_EachCatalogueCode_CanBeChosen()
    {
        var picker = Open("claude-3-5-sonnet");
        var codes = picker.FindAll("[role=option]").Skip(1).Select(option => option.GetAttribute("data-code")!).ToList();
        foreach (var code in codes)
        {
            Option(picker, code).Click();
            picker.Find("[role=combobox]").Focus();
        }

        Assert.Equal(17, codes.Count);
        Assert.Equal(codes, _picked);
    }

    [Fact]
    public void Picker_ActiveModel_ExplainsItsBadgesAsText()
    {
        var picker = Open("gpt-4o");
        Assert.StartsWith("Flagship Counts against the plan's Flagship interaction cap.", NormalizeText(picker.Find(".model-explanation")), StringComparison.Ordinal);
        Assert.Contains("no longer marks it Flagship", picker.Find(".picker-option-active").GetAttribute("aria-description"), StringComparison.Ordinal);
        picker.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = "End" });
        Assert.StartsWith("Uncensored Stays available", NormalizeText(picker.Find(".model-explanation")), StringComparison.Ordinal);
        Assert.Single(picker.FindAll("[aria-description]"));
    }

    /// <summary>What is new in a rendering travels to the browser with every key, for every row.</summary>
    [Fact]
    public void Rows_ReuseClickHandlersAcrossRenders()
    {
        var picker = Open("gpt-4o");
        var clicks = Clicks();
        picker.Find("[role=combobox]").KeyDown("ArrowDown");
        picker.Find("[role=combobox]").KeyDown("ArrowDown");
        Assert.NotEqual("gpt-4o", ActiveCode(picker));
        Assert.Equal(17, clicks.Count);
        Assert.Equal(clicks, Clicks());

        List<string?> Clicks() => [.. picker.FindAll("[role=option]").Select(option => option.GetAttribute("blazor:onclick"))];
    }

    [Fact]
    public void Picker_Typing_FiltersAndCounts()
    {
        var picker = Render("gpt-4o");
        picker.Find("[role=combobox]").Input("son");
        Assert.Equal("2 of 17", picker.Find("#model-count").TextContent);
        Assert.Equal(["gpt-4o", "claude-4-sonnet", "claude-3-7-sonnet"], Codes(picker));
        Assert.Equal("Son", picker.Find(".picker-name b").TextContent);
        Assert.Equal("claude-4-sonnet", ActiveCode(picker));
    }

    [Fact]
    public void Picker_NoMatches_ShowsMessage()
    {
        var picker = Render("gpt-4o");
        picker.Find("[role=combobox]").Input("<b>zzz");
        Assert.Contains("No model matches “<b>zzz”.", picker.Find(".picker-none").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ArrowDown", "gpt-4.1")]
    [InlineData("ArrowDown ArrowDown ArrowDown ArrowDown ArrowDown", "claude-opus-4.1")]
    [InlineData("ArrowDown ArrowUp", "gpt-4o")]
    [InlineData("End", "llama-3-70B")]
    [InlineData("End ArrowDown", "llama-3-70B")]
    [InlineData("End Home", "gpt-4o")]
    [InlineData("PageDown", "gpt-4.1")]
    [InlineData("PageDown PageDown", "claude-opus-4.1")]
    [InlineData("End PageUp", "llama-4-maverick")]
    [InlineData("End PageUp PageUp", "gemini-2.5-flash")]
    [InlineData("Home ArrowUp", "gpt-4o")]
    public void Picker_ArrowKeys_MoveActiveRowAcrossGroups(string keys, string active)
    {
        var picker = Open("gpt-4o");
        Press(picker, keys);
        Assert.Equal(active, ActiveCode(picker));
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_Enter_PicksActiveModelAndCloses()
    {
        var picker = Render("gpt-4o");
        picker.Find("[role=combobox]").Input("haiku opus");
        picker.Find("[role=combobox]").Input("opus");
        Press(picker, "Enter");
        Assert.Equal(["claude-opus-4.1"], _picked);
        Assert.Equal("false", picker.Find("[role=combobox]").GetAttribute("aria-expanded"));
    }

    [Theory]
    [InlineData("gpt-4o", "gpt-4o")]
    [InlineData("GPT-4O", "gpt-4o")]
    [InlineData("claude-opus-4", "claude-opus-4")]
    [InlineData("gpt-4o-", "gpt-4o-mini")]
    public void Picker_ExactNameOrCode_IsPickedByEnter(string typed, string code)
    {
        var picker = Render("gpt-4o", value: "claude-4-sonnet");
        picker.Find("[role=combobox]").Input(typed);
        Press(picker, "Enter");
        Assert.Equal([code], _picked);
    }

    [Fact]
    public void Picker_NoMatches_EnterPicksNothing()
    {
        var picker = Render("gpt-4o", value: "claude-4-sonnet");
        picker.Find("[role=combobox]").Input("zzzz");
        Press(picker, "Enter");
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_Escape_ClosesAndClearsSearch()
    {
        var picker = Render("gpt-4o");
        picker.Find("[role=combobox]").Input("opus");
        Press(picker, "Escape");
        Assert.Equal("false", picker.Find("[role=combobox]").GetAttribute("aria-expanded"));
        Assert.Equal("GPT-4o", picker.Find("[role=combobox]").GetAttribute("value"));
        Assert.Empty(_picked);
        Press(picker, "ArrowDown");
        Assert.Equal("true", picker.Find("[role=combobox]").GetAttribute("aria-expanded"));
    }

    [Fact]
    public void Picker_Draft_IsCheckedAndSavedModelStaysFirst()
    {
        var picker = Open("gpt-4o", value: "claude-4-sonnet");
        Assert.Equal("claude-4-sonnet", picker.Find("[role=option][aria-selected=true]").GetAttribute("data-code"));
        Assert.Equal("gpt-4o", Codes(picker)[0]);
    }

    [Fact]
    public void Picker_UnknownCurrentModel_IsFirstWithReason()
    {
        var fetched = Open("claude-3-5-sonnet", models: ModelLists.WithAccountList(new AccountModel("gpt-4o", null, false)));
        Assert.Contains("Convai no longer lists this model.", fetched.FindAll("[role=option]")[0].TextContent, StringComparison.Ordinal);

        var notFetched = Open("claude-3-5-sonnet");
        Assert.Contains("your account's models could not be loaded", notFetched.FindAll("[role=option]")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Picker_Badges_AreText()
    {
        var picker = Open("gpt-4o", models: ModelLists.WithAccountList(
            new AccountModel("gpt-4o", null, false), new AccountModel("claude-3-7-sonnet", null, true), new AccountModel("llama-3-70B", null, false)));
        Assert.Equal(["Flagship"], Badges(picker, "gpt-4o"));
        Assert.Equal(["Retired soon"], Badges(picker, "claude-3-7-sonnet"));
        Assert.Equal(["Uncensored"], Badges(picker, "llama-3-70B"));
        Assert.Equal(["Flagship", "Not available to your account"], Badges(picker, "claude-opus-4"));
    }

    [Fact]
    public void Picker_NotSet_ShowsItAndHasNoCurrentModel()
    {
        var picker = Open(null);
        Assert.Equal("Not set", picker.Find("[role=combobox]").GetAttribute("placeholder"));
        Assert.DoesNotContain(picker.FindAll(".picker-heading"), heading => NormalizeText(heading) == "Current");
    }

    [Fact]
    public void Picker_WhileSaving_IsDisabled()
    {
        var picker = Open("gpt-4o", isDisabled: true);
        Option(picker, "gpt-4.1").Click();
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_Favourites_FollowCurrentModelInCatalogueOrder()
    {
        var picker = Open("gpt-4o", favourites: ["llama-3-70B", "gpt-4.1-mini", "gpt-4o", "gone-since"]);
        Assert.Equal(["Current", "Favourites", "OpenAI", "Anthropic", "Google", "Llama"], Headings(picker));
        Assert.Equal(["gpt-4o", "gpt-4.1-mini", "llama-3-70B"], Codes(picker).Take(3));
        Assert.Equal(17, Codes(picker).Distinct().Count());
        Assert.Equal(["gpt-4o", "gpt-4.1-mini", "llama-3-70B"], picker.FindAll("[role=option]").Where(option => NormalizeText(option).Contains("Favourite", StringComparison.Ordinal)).Select(option => option.GetAttribute("data-code")));
    }

    [Fact]
    public void Picker_Favourites_AreFilteredToo()
    {
        var picker = Render("gpt-4o", favourites: ["llama-3-70B"]);
        picker.Find("[role=combobox]").Input("son");
        Assert.DoesNotContain("llama-3-70B", Codes(picker));
        Assert.DoesNotContain(picker.FindAll(".picker-heading"), heading => NormalizeText(heading) == "Favourites");
    }

    [Fact]
    public void Picker_FavouriteButton_AppliesToActiveModel()
    {
        var picker = Render("gpt-4o", favourites: ["claude-opus-4"]);
        picker.Find("[role=combobox]").Input("opus 4.1");
        picker.Find("[data-favourite]").Click();
        Assert.Equal(["claude-opus-4.1"], _toggled);
        Assert.Equal("claude-opus-4.1", ActiveCode(picker));
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_AccountListArrivesDuringSearch_EnterPicksNewMatch()
    {
        var picker = Render("gpt-4o");
        picker.Find("[role=combobox]").Input("qwen");
        Assert.Null(picker.Find("[role=combobox]").GetAttribute("aria-activedescendant"));
        picker.Render(parameters => parameters.Add(component => component.Models, ModelLists.WithAccountList(new AccountModel("qwen3.6-27b", null, false))));
        Assert.Equal("qwen3.6-27b", ActiveCode(picker));
        Press(picker, "Enter");
        Assert.Equal(["qwen3.6-27b"], _picked);
    }

    [Fact]
    public void Picker_KeysWithModifiers_AreIgnored()
    {
        var picker = Render("gpt-4o", favourites: ["claude-opus-4"]);
        picker.Find("[role=combobox]").Input("opus 4.1");
        picker.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = "Enter", CtrlKey = true });
        picker.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = "ArrowDown", AltKey = true });
        Assert.Equal("claude-opus-4.1", ActiveCode(picker));
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_RowStar_TogglesFavouriteAndPicksNothing()
    {
        var picker = Open("gpt-4o", favourites: ["claude-opus-4"]);
        Option(picker, "gpt-4.1").QuerySelector(".picker-star")!.Click();
        Option(picker, "claude-opus-4").QuerySelector(".picker-star")!.Click();
        Assert.Equal(["gpt-4.1", "claude-opus-4"], _toggled);
        Assert.Equal("★", Option(picker, "claude-opus-4").QuerySelector(".picker-star")!.TextContent);
        Assert.Equal("☆", Option(picker, "gpt-4.1").QuerySelector(".picker-star")!.TextContent);
        Assert.Empty(_picked);
    }

    [Fact]
    public void Picker_Options_ContainNoTabStops() =>
        Assert.Empty(Open("gpt-4o", favourites: []).FindAll("[role=option] :is(button, a, input, [tabindex], [role])"));

    [Fact]
    public void Picker_FavouriteButtonFocused_StillAppliesToActiveModel()
    {
        var picker = Open("gpt-4o", favourites: ["gpt-4.1"]);
        Assert.Equal("☆ Add GPT-4o to favourites", NormalizeText(picker.Find(".picker-foot button")));
        picker.Find("[role=combobox]").Focus();
        Press(picker, "ArrowDown");
        Assert.Equal("★ Remove GPT-4.1 from favourites", NormalizeText(picker.Find(".picker-foot button")));
        picker.Find("[role=combobox]").Blur();
        picker.Find(".picker-foot button").Click();
        Assert.Equal(["gpt-4.1"], _toggled);
        picker.Find("[role=combobox]").Focus();
        Press(picker, "Escape");
        Assert.Equal("☆ Add GPT-4o to favourites", NormalizeText(picker.Find(".picker-foot button")));
    }

    [Fact]
    public void Picker_FavouritesUnknownOrDisabled_OffersNoStars()
    {
        Assert.Empty(Open("gpt-4o").FindAll(".picker-star, .picker-foot"));
        var disabled = Open("gpt-4o", isDisabled: true, favourites: ["gpt-4.1"]);
        Assert.Empty(disabled.FindAll(".picker-star, .picker-foot"));
        Assert.Equal(["gpt-4o", "gpt-4.1"], Codes(disabled).Take(2));
    }

    [Fact]
    public void Picker_UnknownModel_CannotBecomeFavourite()
    {
        var picker = Open("claude-3-5-sonnet", favourites: []);
        Assert.Null(Option(picker, "claude-3-5-sonnet").QuerySelector(".picker-star"));
        Assert.Empty(picker.FindAll(".picker-foot button"));
    }

    [Fact]
    public void Picker_CurrentModelGoingAway_SuggestsWithoutSelecting()
    {
        var picker = Open("claude-3-7-sonnet", models: ModelLists.WithAccountList(
            new AccountModel("claude-3-7-sonnet", null, true), new AccountModel("claude-4-sonnet", null, false), new AccountModel("gpt-4o", null, false)));
        Assert.Equal(
            ["Current", "Suggested replacement Same provider and family, available, not being retired", "OpenAI", "Retired or unavailable"],
            Headings(picker));
        Assert.Equal(["claude-3-7-sonnet", "claude-4-sonnet", "gpt-4o"], Codes(picker).Take(3));
        Assert.Equal("claude-3-7-sonnet", picker.Find("[role=option][aria-selected=true]").GetAttribute("data-code"));
        Assert.All(picker.FindAll("[role=group]"), group => Assert.NotNull(picker.Find($"[id='{group.GetAttribute("aria-labelledby")}']")));
    }

    [Fact]
    public void Picker_UsedBy_ShowsCharacterCount()
    {
        var picker = Open("gpt-4o");
        Assert.Empty(picker.FindAll(".picker-used"));
        picker.Render(parameters => parameters.Add(component => component.UsedBy, new Dictionary<string, int> { ["gpt-4.1"] = 3 }));
        Assert.Equal("Current Used by", Headings(picker)[0]);
        Assert.Equal("Used by 3", NormalizeText(Option(picker, "gpt-4.1").QuerySelector(".picker-used")!));
        Assert.Null(Option(picker, "gpt-4o").QuerySelector(".picker-used"));
    }

    private static List<string> Headings(IRenderedComponent<ModelPicker> picker) => [.. picker.FindAll(".picker-heading").Select(NormalizePartTexts)];

    private static string NormalizePartTexts(IElement element) => string.Join(' ', element.Children.Select(NormalizeText)).Trim();

    private IRenderedComponent<ModelPicker> Render(string? saved, string? value = null, ModelList? models = null, bool isDisabled = false, string[]? favourites = null) =>
        Render<ModelPicker>(parameters => parameters
            .Add(picker => picker.Models, models ?? ModelLists.WithoutAccountList())
            .Add(picker => picker.Saved, saved)
            .Add(picker => picker.Value, value ?? saved)
            .Add(picker => picker.LabelledBy, "title")
            .Add(picker => picker.IsDisabled, isDisabled)
            .Add(picker => picker.Favourites, favourites?.ToHashSet())
            .Add(picker => picker.OnToggleFavourite, _toggled.Add)
            .Add(picker => picker.ValueChanged, _picked.Add));

    /// <summary>With its list: as the person sees it who has moved the focus there.</summary>
    private IRenderedComponent<ModelPicker> Open(string? saved, string? value = null, ModelList? models = null, bool isDisabled = false, string[]? favourites = null)
    {
        var picker = Render(saved, value, models, isDisabled, favourites);
        picker.Find("[role=combobox]").Focus();
        return picker;
    }

    private static void Press(IRenderedComponent<ModelPicker> picker, string keys)
    {
        foreach (var key in keys.Split(' '))
        {
            picker.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = key });
        }
    }

    private static string? ActiveCode(IRenderedComponent<ModelPicker> picker) =>
        picker.Find($"[id='{picker.Find("[role=combobox]").GetAttribute("aria-activedescendant")}']").GetAttribute("data-code");

    private static IElement Option(IRenderedComponent<ModelPicker> picker, string code) => picker.Find($"[role=option][data-code='{code}']");

    private static List<string?> Codes(IRenderedComponent<ModelPicker> picker) =>
        [.. picker.FindAll("[role=option]").Select(option => option.GetAttribute("data-code"))];

    private static IEnumerable<string> Badges(IRenderedComponent<ModelPicker> picker, string code) =>
        Option(picker, code).QuerySelectorAll(".badge").Select(badge => badge.TextContent);

    private static string NormalizeText(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
