using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.About;

[Trait("Speed", "Slow")]
public sealed class SandboxStartOverTests
{
    [Fact]
    public async Task Plan_HasOnlyDifferencesAndWritesNothing()
    {
        await using var host = await SandboxHost.StartAsync();
        await host.Services.SaveAsync(Role.Admin, new SettingsPatch("gemini-2.5-flash", 0.42m));
        await host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, 0.5m), "The Ferryman");
        await host.Services.SaveAsync(Role.Admin, new SettingsPatch(null, null, "low"), "Sister Wren");
        // With the level of a model that the first one does not have, there is nothing to set back but the model.
        await host.Services.SaveAsync(Role.Admin, new SettingsPatch("qwen3.6-27b", null, "turbo"), "Pip");
        var updates = host.Endpoints.Count(endpoint => endpoint == "update");

        Assert.NotNull((await host.Get<SandboxStartOver>().PlanAsync(TestPeople.As(Role.Designer), Cancellation)).Value);
        var (batch, rows) = Assert.Single(await host.Services.PlansAsync());
        Assert.Equal(("Start the sandbox over", ChangeKind.Batch), (batch.Title, batch.Kind));
        Assert.Equal(
            [("Mira the Innkeeper", "gpt-4o", 0.70m, null), ("Pip", "gpt-4o-mini", null, null), ("Sister Wren", null, null, "")],
            rows.Select(row => (row.CharacterName, row.ModelAfter, row.TemperatureAfter, row.ReasoningAfter)).OrderBy(row => row.CharacterName, StringComparer.Ordinal));
        Assert.Equal(updates, host.Endpoints.Count(endpoint => endpoint == "update"));
    }

    [Fact]
    public async Task Plan_NoDifferences_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync(("Convai:Sandbox:Characters", "30"));
        Assert.Equal("The cast already has the settings it started with.", (await host.Get<SandboxStartOver>().PlanAsync(TestPeople.As(Role.Admin), Cancellation)).Error);
        Assert.Empty(await host.Services.PlansAsync());
    }

    [Fact]
    public async Task Plan_ViewerLiveModeOrUnreadableCast_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync(SandboxHost.NoRetries);
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<SandboxStartOver>().PlanAsync(TestPeople.As(Role.Viewer), Cancellation));
        host.Fail("list", SandboxFaultKind.ServerError);
        Assert.EndsWith("The plan was not created. Nothing was changed.", (await host.Get<SandboxStartOver>().PlanAsync(TestPeople.As(Role.Admin), Cancellation)).Error, StringComparison.Ordinal);

        await using var live = await SandboxHost.StartAsync(SandboxHost.SettingsFor(host.Sandbox));
        Assert.Equal("This server doesn't run in sandbox mode, so the plan was not created.", (await live.Get<SandboxStartOver>().PlanAsync(TestPeople.As(Role.Admin), Cancellation)).Error);
    }
}
