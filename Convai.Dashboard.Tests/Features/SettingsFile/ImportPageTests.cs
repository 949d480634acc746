using System.Text;
using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.SettingsFile;

public sealed class ImportPageTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Header = "id,name,model,temperature\n";

    [Fact]
    public async Task File_WithDifferences_ShowsThemAndMakesPlan()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync($"{Header}{MiraId},Mira the Innkeeper,claude-4-sonnet,0.42\n{Host.Character("Dockhand Pell").Id},,,\nno-such-id,Nobody,,0.5\n");
        Assert.Equal("3 characters in the file · 1 differs · 1 is the same · 1 not in this cast", Summary(page));
        Assert.Equal("GPT-4o gpt-4o → becomes Claude-4-Sonnet claude-4-sonnet", NormalizeText(page.Find("tbody .diff-field").TextContent).Replace("Model: ", "", StringComparison.Ordinal));
        Assert.Contains("1 character not in this cast (excluded)", page.Find("summary").TextContent, StringComparison.Ordinal);
        Assert.Empty(await Host.Services.PlansAsync());
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Review plan for 1 character").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal((ChangeKind.Import, "File “cast.csv”"), (batch.Kind, batch.Title));
        Assert.Equal((MiraId, "claude-4-sonnet", 0.42m), (Assert.Single(rows).CharacterId, rows[0].ModelAfter, rows[0].TemperatureAfter));
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Groups_AreAppliedSeparatelyAndUndone()
    {
        await StartSandboxAsync();
        await Host.Services.AddToGroupsAsync("Mira the Innkeeper", "Villagers");
        var page = await ChooseAsync($"{Header.TrimEnd()},groups\n{MiraId},,,,Act 2; Market\n{Host.Character("Dockhand Pell").Id},,,,(none)\n");
        Assert.Equal("2 characters in the file · 0 differ · 2 are the same · 1 with other groups", Summary(page));
        Assert.Equal(["Act 2 (new), Market (new)", "Villagers"], page.FindAll(".import-groups td[dir]").Select(cell => cell.TextContent));
        Assert.DoesNotContain("Review plan", page.Markup, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Apply group changes to 1 character").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("The groups of 1 character were changed.", page.Find(".import-groups [role=status]").TextContent));
        Assert.Equal("2 characters in the file · 0 differ · 2 are the same · groups of 1 changed", Summary(page));
        Assert.Equal(["Act 2", "Market"], await GroupsOfMiraAsync());
        await page.InvokeAsync(() => page.Find(".import-groups [aria-label^=Undo]").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Equal("Undone.", page.Find(".import-groups [role=status]").TextContent));
        Assert.Equal(["Villagers"], await GroupsOfMiraAsync());
        Assert.Empty(await Host.Services.PlansAsync());
        Assert.DoesNotContain("update", Host.Endpoints);
    }

    [Fact]
    public async Task Groups_AsViewer_CannotBeApplied()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await ChooseAsync($"{Header.TrimEnd()},groups\n{MiraId},,,,Act 2\n");
        Assert.Equal("A Designer can apply these.", page.Find(".import-groups .note").TextContent.Trim());
        Assert.Empty(page.FindAll(".import-groups button"));
    }

    private async Task<IEnumerable<string>> GroupsOfMiraAsync() =>
        (await Host.Get<CharacterGroups>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation)).GetGroups(MiraId).Select(group => group.Name);

    [Fact]
    public async Task File_Unchanged_ShowsNothingToDo()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync($"{Header}{MiraId},,gpt-4o,0.7\n");
        Assert.Equal("Nothing to do: the cast already has these values.", Summary(page));
        Assert.Empty(page.FindAll(".import-act button"));
    }

    [Fact]
    public async Task Errors_ShowPerLineUpToOneHundred_AndBlockPlan()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync($"{Header}{MiraId},,,0.42\n{string.Concat(Enumerable.Range(0, 120).Select(row => $"id-{row},,,7\n"))}");
        Assert.Equal("120 errors", page.Find(".import-errors h2").TextContent);
        Assert.Equal(100, page.FindAll(".import-errors li").Count);
        Assert.Equal("Line 3 Enter a value between 0 and 1, not 7.00.", page.Find(".import-errors li").TextContent);
        Assert.Contains("and 20 more", page.Find(".import-errors").TextContent, StringComparison.Ordinal);
        Assert.Contains("import it again, or plan the valid rows below", page.Find(".import-errors").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("tbody tr"));
    }

    [Fact]
    public async Task ValidRows_Chosen_CanBePlanned()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync("name,model,temperature\nMira the Innkeeper,Claude-4-Sonnet,\nOld Tobias,,7\nPip,claude-9,0.2\nCaptain Reyes,,0.2\n");
        Assert.Equal(["Line 3 Old Tobias Enter a value between 0 and 1, not 7.00.", "Line 4 Pip “claude-9” is not available to your account."], page.FindAll(".import-errors li").Select(error => NormalizeText(error.TextContent)));
        Assert.Equal("2 rows have no id; their characters were found by their names.", page.Find(".import-by-name").TextContent);
        Assert.Equal("Plan the 2 valid rows", page.Find(".import-act button").TextContent.Trim());
        await page.InvokeAsync(() => page.Find(".import-act button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.EndsWith("/batches/1/plan", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var (batch, rows) = Assert.Single(await Host.Services.PlansAsync());
        Assert.Equal("File “cast.csv”, valid rows only", batch.Title);
        Assert.Equal([("Captain Reyes", null, 0.2m), ("Mira the Innkeeper", "claude-4-sonnet", null)], rows.Select(row => (row.CharacterName, row.ModelAfter, row.TemperatureAfter)));
    }

    [Fact]
    public async Task OnlyErrors_OffersNoPlan()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync("name,temperature\nMira,0.2\n");
        Assert.Equal("Line 2 Mira No character is called “Mira”. Did you mean “Mira the Innkeeper”?", NormalizeText(page.Find(".import-errors li").TextContent));
        Assert.DoesNotContain("valid rows", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PastedCells_AreReadLikeAFile()
    {
        await StartSandboxAsync();
        var page = Render<ImportPage>();
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("name\ttemperature\r\nPip\t0,2\r\n", "cells.tsv", contentType: "text/x-cells"));
        await page.WaitForAssertionAsync(() => Assert.Equal("1 character in the file · 1 differs · 0 are the same", Summary(page)));
        Assert.Equal("found by name", page.Find(".import-found").TextContent);
        await page.InvokeAsync(() => page.Find(".import-act button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("/batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal("Pasted cells", Assert.Single(await Host.Services.PlansAsync()).Batch.Title);
    }

    [Fact]
    public async Task NameMismatch_ShowsWarning()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync($"{Header}{MiraId},Dockhand Pell,,0.42\n");
        Assert.Equal("The file calls it “Dockhand Pell”. Is this the right character?", page.Find(".import-other").TextContent);
    }

    [Fact]
    public async Task File_TooLarge_IsRejected()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync(new string('x', SettingsSchema.MaxBytes + 1));
        Assert.Equal("The file can't be imported.", Summary(page));
        Assert.Contains("The file is larger than 5 MB.", page.Find(".import-errors").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_CanCompareWithoutPlan()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        var page = await ChooseAsync($"{Header}{MiraId},,,0.42\n");
        Assert.Empty(page.FindAll(".import-act button"));
        Assert.Equal("A Designer can make a plan from this.", page.Find(".note").TextContent);
    }

    [Fact]
    public async Task Plan_AfterDemotion_IsRefusedByTheService()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Designer);
        var page = await ChooseAsync($"{Header}{MiraId},,,0.42\n");
        await Host.Get<Features.Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        await page.InvokeAsync(() => page.Find(".import-act button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("An Admin can give you the Designer role", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(await Host.Services.PlansAsync());
    }

    [Fact]
    public async Task FileName_IsShortenedToOneLineWithoutPath()
    {
        await StartSandboxAsync();
        var page = await ChooseAsync($"{Header}{MiraId},,,0.42\n", $"C:\\secret\\..\\{new string('x', 300)}\u202E\u0007.csv");
        await page.InvokeAsync(() => page.Find(".import-act button").ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains("/batches/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal($"File “{new string('x', 79)}…”", Assert.Single(await Host.Services.PlansAsync()).Batch.Title);
    }

    private async Task<IRenderedComponent<ImportPage>> ChooseAsync(string text, string name = "cast.csv")
    {
        var page = Render<ImportPage>();
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(Encoding.UTF8.GetBytes(text), name));
        await page.WaitForAssertionAsync(() => Assert.DoesNotMatch("^(Reading.*)?$", Summary(page)));
        return page;
    }

    private static string Summary(IRenderedComponent<ImportPage> page) => page.Find(".import-summary").TextContent;

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
