using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>Every role against every act, asked of the services themselves: what a page offers or hides is no part of it.</summary>
[Trait("Speed", "Slow")]
public sealed class AccessTests
{
    /// <summary>True where the act was done.</summary>
    private static readonly Dictionary<string, (Role AtLeast, Func<SandboxHost, ClaimsPrincipal, Task<bool>> Act)> Acts = new()
    {
        ["save"] = (Role.Designer, async (host, user) => await host.Get<ChangeWriter>().WriteAsync(user, await RequestAsync(host), null, Cancellation) is ChangeOutcome.Confirmed),
        ["undo"] = (Role.Designer, async (host, user) =>
        {
            var done = (ChangeOutcome.Confirmed)await host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Designer), await RequestAsync(host), null, Cancellation);
            return await host.Get<ChangeWriter>().UndoAsync(user, done, null, null, Cancellation) is ChangeOutcome.Confirmed;
        }
        ),
        ["save a preset"] = (Role.Designer, async (host, user) =>
            await host.Get<PresetLibrary>().SaveAsync(user, null, new PresetValues("Villager", null, "gpt-4o", null), Cancellation) is PresetOutcome.Saved),
        ["delete a preset"] = (Role.Designer, async (host, user) =>
            await host.Get<PresetLibrary>().DeleteAsync(user, await FindOrMakeAsync(host), Cancellation) is PresetOutcome.Deleted),
        ["create a group"] = (Role.Designer, async (host, user) => (await host.Get<CharacterGroups>().CreateAsync(user, "Villagers", Cancellation)).Value is not null),
        ["put a character into a group"] = (Role.Designer, async (host, user) =>
        {
            await host.Get<CastDirectory>().ReadAsync(false, Cancellation);
            var groups = host.Get<CharacterGroups>();
            var group = (await groups.ReadAsync(TestPeople.As(Role.Viewer), Cancellation)).All is [var first, ..] ? first : (await groups.CreateAsync(TestPeople.As(Role.Designer), "Villagers", Cancellation)).Value!;
            return (await groups.SetMembersAsync(user, group.Id, [host.Character("Pip").Id], true, Cancellation)).Value is not null;
        }
        ),
        ["see the team"] = (Role.Admin, async (host, user) => await host.Get<TeamDirectory>().ReadAsync(user, Cancellation) is not null),
        ["see the security log"] = (Role.Admin, async (host, user) => await host.Get<SecurityLog>().ReadAsync(user, null, null, Cancellation) is not null),
        ["invite"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().InviteAsync(user, "lea@studio.example", Role.Admin, Cancellation))),
        ["withdraw"] = (Role.Admin, async (host, user) =>
        {
            await host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Viewer, Cancellation);
            var invitation = (await host.Get<TeamDirectory>().ReadAsync(TestPeople.As(Role.Admin), Cancellation))!.Invitations.Single();
            return IsDone(await host.Get<TeamDirectory>().WithdrawAsync(user, invitation.Id, Cancellation));
        }
        ),
        ["renew an invitation"] = (Role.Admin, async (host, user) =>
        {
            await host.Get<TeamDirectory>().InviteAsync(TestPeople.As(Role.Admin), "lea@studio.example", Role.Viewer, Cancellation);
            var invitation = (await host.Get<TeamDirectory>().ReadAsync(TestPeople.As(Role.Admin), Cancellation))!.Invitations.Single();
            return IsDone(await host.Get<TeamDirectory>().RenewInvitationAsync(user, invitation.Id, Cancellation));
        }
        ),
        ["change a role"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().ChangeRoleAsync(user, "vera", Role.Admin, Cancellation))),
        ["disable"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().DisableAsync(user, "vera", Cancellation))),
        ["enable"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().EnableAsync(user, "vera", Cancellation))),
        ["make a reset link"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().CreateResetLinkAsync(user, "ana", Cancellation))),
        ["remove a link"] = (Role.Admin, async (host, user) =>
        {
            await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
            var subject = Guid.NewGuid().ToString();
            db.UserLogins.Add(new() { UserId = "vera", LoginProvider = "https://login.example", ProviderKey = subject });
            await db.SaveChangesAsync(Cancellation);
            return IsDone(await host.Get<ProviderLinks>().RemoveAsync(user, "vera", new ProviderLogin("https://login.example", subject), Cancellation));
        }
        ),
        ["review links"] = (Role.Admin, async (host, user) => IsDone(await host.Get<ProviderLinks>().MarkReviewedAsync(user, "vera", Cancellation))),
        ["allow local sign-in"] = (Role.Admin, async (host, user) =>
        {
            await using var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
            await db.Users.Where(person => person.Id == "vera").ExecuteUpdateAsync(set => set.SetProperty(person => person.RoleClaim, "groups = viewers").SetProperty(person => person.ProviderSignInAt, DateTimeOffset.UtcNow), Cancellation);
            return IsDone(await host.Get<ProviderLinks>().AllowLocalSignInAsync(user, "vera", Cancellation));
        }
        ),
        ["sign someone out"] = (Role.Admin, async (host, user) => IsDone(await host.Get<TeamDirectory>().SignOutEverywhereAsync(user, "vera", Cancellation))),
    };

    public static TheoryData<string> ActNames => [.. Acts.Keys];

    [Theory]
    [MemberData(nameof(ActNames))]
    public async Task Action_EachRole_IsAllowedOnlyFromItsMinimumRole(string name)
    {
        var (atLeast, act) = Acts[name];
        foreach (var role in Enum.GetValues<Role>())
        {
            await using var host = await SandboxHost.StartAsync();
            Assert.True(await IsDoneAsync(act(host, TestPeople.As(role))) == role >= atLeast, $"{role}: {name}");
        }
    }

    [Theory]
    [MemberData(nameof(ActNames))]
    public async Task Action_AnonymousForgedOrFormerPerson_IsRefused(string name)
    {
        await using var host = await SandboxHost.StartAsync();
        await using (var db = await host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            var (disabled, expired, former) = (TestPeople.Create("out", "Out", Role.Admin), TestPeople.Create("late", "Late", Role.Admin), TestPeople.Create("old", "Old", Role.Admin));
            disabled.IsDisabled = true;
            db.AddRange(disabled, expired, former);
            db.AddRange(TestPeople.CreateSession(disabled), TestPeople.CreateSession(expired, DateTimeOffset.UtcNow.AddSeconds(-1)), TestPeople.CreateSession(former));
            await db.SaveChangesAsync(Cancellation);
            // Signed out everywhere since.
            former.SecurityStamp = "another stamp";
            await db.SaveChangesAsync(Cancellation);
        }

        ClaimsPrincipal[] strangers =
        [
            TestPeople.Anonymous,
            new Person { Id = "no-such-id", Role = Role.Admin }.ToPrincipal("session-of-ana"),
            new Person { Id = "out", Role = Role.Admin }.ToPrincipal("session-of-out"),
            new Person { Id = "late", Role = Role.Admin }.ToPrincipal("session-of-late"),
            new Person { Id = "old", Role = Role.Admin }.ToPrincipal("session-of-old"),
            // A session that was ended or never was, none at all, and someone else's.
            new Person { Id = "ana", Role = Role.Admin }.ToPrincipal("no such session"),
            new Person { Id = "ana", Role = Role.Admin }.ToPrincipal(null),
            new Person { Id = "ana", Role = Role.Admin }.ToPrincipal("session-of-vera"),
            // The role that a claim pretends, or that was taken away since.
            new Person { Id = "vera", Role = Role.Admin }.ToPrincipal("session-of-vera"),
            // All claims, but of a person who has not signed in.
            new(new ClaimsIdentity(TestPeople.As(Role.Admin).Claims)),
        ];
        foreach (var stranger in strangers)
        {
            Assert.False(await IsDoneAsync(Acts[name].Act(host, stranger)));
        }
    }

    [Fact]
    public async Task Save_WithoutRole_IsRefusedWithoutConvaiCalls()
    {
        await using var host = await SandboxHost.StartAsync();
        var request = await RequestAsync(host);
        var before = host.Endpoints.Count;
        var refused = Assert.IsType<ChangeOutcome.Rejected>(await host.Get<ChangeWriter>().WriteAsync(TestPeople.As(Role.Viewer), request, null, Cancellation));
        Assert.Contains("An Admin can give you the Designer role", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, host.Endpoints.Count);
    }

    /// <summary>False as well when the service says that the person may not.</summary>
    private static async Task<bool> IsDoneAsync(Task<bool> act)
    {
        try
        {
            return await act;
        }
        catch (AccessDeniedException)
        {
            return false;
        }
    }

    private static bool IsDone(Result result) => result.Error is null;

    private static bool IsDone(Result<NewLink> result) => result.Error is null;

    private static async Task<Preset> FindOrMakeAsync(SandboxHost host) =>
        (await host.Get<PresetLibrary>().ReadAsync(TestPeople.As(Role.Viewer), Cancellation))!.SingleOrDefault() ?? await host.Services.CreatePresetAsync("Villager", "gpt-4o", null);

    private static async Task<ChangeRequest> RequestAsync(SandboxHost host)
    {
        var character = (await host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation)).Characters![0];
        return new ChangeRequest(character, character.Settings, new SettingsPatch(null, character.Settings.Temperature == 0.11m ? 0.12m : 0.11m));
    }
}
