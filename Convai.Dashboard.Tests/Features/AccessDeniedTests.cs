using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.About;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.History;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Features.Usage;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features;

/// <summary>A page says when the person may no longer see it. An empty page would be a false answer.</summary>
[Trait("Speed", "Slow")]
public sealed class AccessDeniedTests : DashboardTestContext
{
    [Fact]
    public Task History_DisabledPerson_ShowsSignedOut() => ExpectAsync<HistoryPage>(Role.Viewer, "You are signed out. Sign in again to continue.");

    [Fact]
    public Task Presets_DisabledPerson_ShowsSignedOut() => ExpectAsync<PresetsPage>(Role.Viewer, "You are signed out. Sign in again to continue.");

    [Fact]
    public Task Batches_DisabledPerson_ShowsSignedOut() => ExpectAsync<BatchesPage>(Role.Viewer, "You are signed out. Sign in again to continue.");

    [Fact]
    public Task Team_NotAdmin_ShowsAdminOnly() => ExpectAsync<TeamManagement>(Role.Designer, "Only an Admin can see or change this.");

    [Fact]
    public Task SecurityLog_NotAdmin_ShowsAdminOnly() => ExpectAsync<SecurityLogPage>(Role.Designer, "Only an Admin can see or change this.");

    [Fact]
    public Task Server_NotAdmin_ShowsAdminOnly() => ExpectAsync<AboutPage>(Role.Designer, "Only an Admin can see or change this.");

    [Fact]
    public Task Usage_NotAdmin_ShowsAdminOnly() => ExpectAsync<AccountUsagePage>(Role.Designer, "Only an Admin can see or change this.");

    private async Task ExpectAsync<TPage>(Role role, string sentence)
        where TPage : IComponent
    {
        await StartSandboxAsync();
        Visitor.SwitchRole(role);
        if (role == Role.Viewer)
        {
            await using var db = await Host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(person => person.IsDisabled, true), Cancellation);
        }

        var page = Render<TPage>();
        await page.WaitForAssertionAsync(() => Assert.Contains(sentence, page.Markup, StringComparison.Ordinal));
    }
}
