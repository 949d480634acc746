using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Features.Account;

/// <summary>The history names people as they were called then: no two of them by one name, by whichever way it is set.</summary>
[Trait("Speed", "Slow")]
public sealed class RenamingTests
{
    private const string Password = "tin whistle at nine";

    [Fact]
    public async Task Rename_IsLogged_AndFormerNameStaysReserved()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        Assert.Equal("Your name is now Jo Brandt.", await RenameAsync(jonas, " Jo  Brandt "));
        var line = (await dashboard.Services.GetRequiredService<SecurityLog>().ReadAsync(TestPeople.As(Role.Admin), "jonas", null, Cancellation))![0];
        Assert.Equal((SecurityEventKind.Renamed, "jonas", "Jonas Brandt → Jo Brandt", "Jo Brandt"), (line.Kind, line.PersonId, line.Detail, line.PersonName));

        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        Assert.Equal(PersonNames.Taken, await RenameAsync(vera, "Jonas Brandt"));
        Assert.Equal("Your name is now Jonas Brandt.", await RenameAsync(jonas, "Jonas Brandt"));
        Assert.Equal(PersonNames.Taken, await RenameAsync(vera, "Jo Brandt"));
    }

    [Theory]
    [InlineData("Ana Keller", PersonNames.Taken)]
    [InlineData("ANA KELLER", PersonNames.Taken)]
    [InlineData("\u0410na Keller", PersonNames.Taken)]
    [InlineData("Changed in Convai", PersonNames.Taken)]
    [InlineData("\u202EAna Keller", PersonNames.Hidden)]
    [InlineData("Ana\u200B Keller", PersonNames.Hidden)]
    [InlineData(" ", PersonNames.Missing)]
    public async Task Rename_MisleadingName_IsRejectedAndNotLogged(string name, string problem)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        Assert.Equal(problem, await RenameAsync(jonas, name));
        await using var db = await OpenAsync(dashboard);
        Assert.Equal("Jonas Brandt", (await db.Users.SingleAsync(person => person.Id == "jonas", Cancellation)).Name);
        Assert.False(await db.Set<SecurityEvent>().AnyAsync(line => line.Kind == SecurityEventKind.Renamed, Cancellation));
    }

    [Fact]
    public async Task Rename_NameManagedByProvider_IsRefused()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var jonas = await AccountClient.SignedInAsync(dashboard.Address, "jonas@studio.example");
        var page = await jonas.PageAsync("/account");
        await using (var db = await OpenAsync(dashboard))
        {
            await db.Users.Where(person => person.Id == "jonas").ExecuteUpdateAsync(set => set.SetProperty(person => person.RoleClaim, "groups = x").SetProperty(person => person.ProviderSignInAt, DateTimeOffset.UtcNow), Cancellation);
        }

        // The form is no longer in the page: its handler is not there either.
        Assert.Equal(HttpStatusCode.BadRequest, (await jonas.SubmitAsync(page, "name", ("Name.Name", "Jo"))).StatusCode);
        await using var scope = dashboard.Services.CreateAsyncScope();
        Assert.Equal("Your name comes from your organisation. Change it there.", await scope.ServiceProvider.GetRequiredService<RenameService>().RenameAsync("jonas", "Jo", null, Cancellation));
    }

    [Fact]
    public async Task Rename_ManyToSameNameConcurrently_OneSucceeds()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var outcomes = await Task.WhenAll(Enum.GetValues<Role>().Select(role => Task.Run(
            async () =>
            {
                await using var scope = dashboard.Services.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<RenameService>().RenameAsync(TestPeople.For(role).Id, "Max Muster", null, Cancellation);
            },
            Cancellation)));
        Assert.Single(outcomes, Result.Success);
        Assert.Equal(2, outcomes.Count(outcome => outcome.Error == PersonNames.Taken));
    }

    [Fact]
    public async Task Join_WithColleaguesName_IsRejectedAndLinkStaysUsable()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var secret = (await dashboard.Services.GetRequiredService<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Designer, Cancellation)).Value!.Secret;
        using var client = new AccountClient(dashboard.Address);
        var page = await AccountClient.ReadAsync(await client.SubmitAsync(AccessLinks.Path, "join", ("Opening.Link", secret)));
        foreach (var (name, problem) in new[] { ("ana  keller", PersonNames.Taken), ("Lea\u202E", PersonNames.Hidden) })
        {
            page = await AccountClient.ReadAsync(await client.SubmitAsync(page, "join", ("Joining.Name", name), ("Joining.Password", Password)));
            Assert.Equal(problem, page.QuerySelector("[role=alert]")!.TextContent);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await client.SubmitAsync(page, "join", ("Joining.Name", "Lea"), ("Joining.Password", Password))).StatusCode);
    }

    [Fact]
    public async Task UnattendedSetUp_EmailStartsWithReservedWord_UsesWholeEmailAsName()
    {
        await using var dashboard = await RunningDashboard.StartEmptyAsync(("Setup:AdminEmail", "convai@studio.example"), ("Setup:AdminPassword", Password));
        await using var db = await OpenAsync(dashboard);
        Assert.Equal("convai@studio.example", (await db.Users.SingleAsync(Cancellation)).Name);
    }

    private static async Task<string> RenameAsync(AccountClient client, string name)
    {
        var page = await AccountClient.ReadAsync(await client.SubmitAsync("/account", "name", ("Name.Name", name)));
        return page.QuerySelector(".note[role]")!.TextContent;
    }

    private static Task<DashboardDbContext> OpenAsync(RunningDashboard dashboard) =>
        dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
}
