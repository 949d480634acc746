using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Editing;

/// <summary>Which model Convai would use, asked for on the page of a character.</summary>
public sealed class RunningOnTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";
    private const string Button = ".running-on button";
    private const string Secret = "the innkeeper's secret 4711";

    [Theory]
    [InlineData("gpt-4o", "gpt-4o", RunningOnResult.Matches)]
    [InlineData("gpt-4o", "gpt-4.1", RunningOnResult.Differs)]
    [InlineData("claude-3-5-sonnet", "claude-3-5-sonnet", RunningOnResult.Matches)]
    [InlineData("claude-3-5-sonnet", "gpt-4o", RunningOnResult.Differs)]
    [InlineData("gpt-4o", "GPT-4o", RunningOnResult.CannotBeCompared)]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06", RunningOnResult.CannotBeCompared)]
    [InlineData("gpt-4o", "openai/gpt-4o", RunningOnResult.CannotBeCompared)]
    [InlineData("llama-3-70B", "llama-3-70b", RunningOnResult.CannotBeCompared)]
    [InlineData(null, "gpt-4o", RunningOnResult.CannotBeCompared)]
    public void Compare_UnknownName_IsNotComparable(string? saved, string model, RunningOnResult expected) =>
        Assert.Equal(expected, new RunningOnCheck(saved, model, null, default).Compare(ModelLists.WithoutAccountList()));

    [Fact]
    public async Task Check_Matches_ShowsMatchAndWritesNothing()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        Assert.DoesNotContain("chatHistory/get_prompt", Host.Endpoints);
        Assert.Contains("Doesn't use an interaction. Convai returns the model only, not the temperature.", page.Markup, StringComparison.Ordinal);
        await CheckAsync(page, "GPT-4o gpt-4o matches the saved model.");
        Assert.Contains("Checked with Convai just now", Result(page), StringComparison.Ordinal);
        Assert.Single(Host.Endpoints, "chatHistory/get_prompt");
        Assert.DoesNotContain("update", Host.Endpoints);
        Assert.DoesNotContain("An invented character of the sandbox", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"model": "gpt-4.1", "mindview": "SECRET"}""", "Convai would use GPT-4.1 gpt-4.1. The saved model is GPT-4o gpt-4o.")]
    [InlineData(200, """{"model": "gpt-4o-2024-08-06", "prompt": "SECRET"}""", "Convai says gpt-4o-2024-08-06 Saved GPT-4o gpt-4o These can't be compared")]
    [InlineData(400, """{"ERROR": "SECRET"}""", "Convai could not check this character (HTTP 400).")]
    [InlineData(401, """{"API_ERROR": "Invalid API key provided."}""", "Convai rejected the API key.")]
    [InlineData(403, """{"detail": "SECRET"}""", "Convai doesn't allow this check for this account (HTTP 403).")]
    [InlineData(200, "<html>SECRET</html>", "Convai's answer could not be understood.")]
    public async Task Check_DiffersOrFails_ShowsReasonWithoutPrompt(int status, string body, string expected)
    {
        await StartSandboxAsync(SandboxHost.NoRetries);
        Host.Faults["chatHistory/get_prompt"] = new SandboxFault(SandboxFaultKind.Answer, Status: status, Body: body.Replace("SECRET", Secret, StringComparison.Ordinal));
        var page = await OpenAsync();
        await CheckAsync(page, expected);
        Assert.DoesNotContain("4711", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", Result(page), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, string.Join('\n', Host.Logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_SavedModelChanges_IsCleared()
    {
        await StartSandboxAsync();
        var page = await OpenAsync();
        await CheckAsync(page, "matches the saved model.");
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.3m));
        await page.WaitForAssertionAsync(() => Assert.Equal("0.30", page.Find("[data-number]").GetAttribute("value")));
        Assert.NotEqual("", Result(page));
        await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null));
        await page.WaitForAssertionAsync(() => Assert.Equal("", Result(page)));
        await CheckAsync(page, "GPT-4.1 gpt-4.1 matches the saved model.");
    }

    [Fact]
    public async Task Check_AsViewer_IsAllowed()
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(Role.Viewer);
        await CheckAsync(await OpenAsync(), "matches the saved model.");
    }

    private static string Result(IRenderedComponent<CharacterPage> page) => NormalizeText(page.Find(".running-on-result").TextContent);

    private static async Task CheckAsync(IRenderedComponent<CharacterPage> page, string expected)
    {
        await page.InvokeAsync(() => page.Find(Button).ClickAsync());
        await page.WaitForAssertionAsync(() => Assert.Contains(expected, Result(page), StringComparison.Ordinal));
    }

    private async Task<IRenderedComponent<CharacterPage>> OpenAsync()
    {
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, MiraId));
        await page.WaitForAssertionAsync(() => Assert.NotEmpty(page.FindAll(Button)));
        await page.WaitForAssertionAsync(() => Assert.Contains("Your account's models, synced", page.Markup, StringComparison.Ordinal));
        return page;
    }

    private static string NormalizeText(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
