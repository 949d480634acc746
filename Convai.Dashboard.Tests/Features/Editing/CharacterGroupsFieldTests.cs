using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The groups in the head of a character's page.</summary>
[Trait("Speed", "Slow")]
public sealed class CharacterGroupsFieldTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";

    [Fact]
    public async Task Designer_EditsGroupsAndSeesColleaguesEdits()
    {
        await StartSandboxAsync();
        await Host.Services.AddToGroupsAsync("Pip", "Villagers");
        var field = await OpenAsync();
        await field.WaitForElementAsync("[popovertarget]");
        Assert.Equal("Add to group", field.Find("[popovertarget]").TextContent);
        // Only who opens it needs it.
        Assert.Empty(field.FindAll(".group-picker"));
        await field.InvokeAsync(() => field.Find("[popovertarget]").ClickAsync());
        await field.InvokeAsync(() => field.Find("[role=checkbox]").ClickAsync());
        await field.WaitForAssertionAsync(() => Assert.Equal(["Villagers"], Chips(field)));
        Assert.Equal("Edit groups", field.Find("[popovertarget]").TextContent);
        await Host.Services.AddToGroupsAsync(Mira, "Act 2");
        await field.WaitForAssertionAsync(() => Assert.Equal(["Act 2", "Villagers"], Chips(field)));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Viewer_SeesGroupsWithoutControls()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        await Host.Services.AddToGroupsAsync("Pip", "Act 2");
        var field = await OpenAsync();
        await field.WaitForAssertionAsync(() => Assert.Equal("", field.Markup.Trim()));
        await Host.Services.AddToGroupsAsync(Mira, "Villagers");
        await field.WaitForAssertionAsync(() => Assert.Equal(["Villagers"], Chips(field)));
        Assert.Empty(field.FindAll("button"));
    }

    private async Task<IRenderedComponent<CharacterGroupsField>> OpenAsync()
    {
        var id = Host.Character(Mira).Id;
        await Host.Get<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation);
        return Render<CharacterGroupsField>(parameters => parameters.Add(field => field.CharacterId, id));
    }

    private static IEnumerable<string> Chips(IRenderedComponent<CharacterGroupsField> field) => field.FindAll(".group-chip").Select(chip => chip.TextContent);
}
