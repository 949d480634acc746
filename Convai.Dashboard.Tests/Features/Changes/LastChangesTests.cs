using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What the table of the cast says of each character's last change.</summary>
[Trait("Speed", "Slow")]
public sealed class LastChangesTests : JournalTest
{
    [Fact]
    public async Task ReadForCast_LaterChangeFailed_ReturnsLastSuccessful()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = await OpenAsync(host);
        await SaveAsync(host, mira, Temperature(0.5m), role: Role.Admin);
        await SaveAsync(host, await OpenAsync(host), Temperature(0.42m));
        host.Fail("update", SandboxFaultKind.ErrorInside200, times: 1);
        await SaveAsync(host, await OpenAsync(host), Temperature(0.3m), role: Role.Admin);
        host.Character("Dockhand Pell").Temperature = 0.1m;
        await OpenAsync(host);

        var changes = (await host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.As(Role.Viewer), Cancellation))!;
        Assert.Equal(2, changes.Last.Count);
        Assert.Equal(("Jonas Brandt", ChangeKind.Edit), (changes.Last[mira.Id].PersonName, changes.Last[mira.Id].Kind));
        var pell = host.Character("Dockhand Pell").Id;
        Assert.Equal((null, ChangeKind.Outside), (changes.Last[pell].PersonName, changes.Last[pell].Kind));
        Assert.Equal([pell], changes.Drifted.Keys);
        Assert.Equal(0.95m, changes.Drifted[pell].Ours.Temperature);
    }

    [Fact]
    public async Task ReadForCast_PartlyConfirmed_CountsAsAChange()
    {
        await using var host = await SandboxHost.StartAsync();
        var mira = await OpenAsync(host);
        await host.Services.AddChangesAsync(NotConfirmed(mira.Id, "gpt-4.1"), NotConfirmed(host.Character("Pip").Id, "gpt-4o-mini"));
        var changes = (await host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.As(Role.Viewer), Cancellation))!;
        Assert.Equal([mira.Id], changes.Last.Keys);
    }

    [Fact]
    public async Task ReadForCast_Anonymous_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => host.Get<ChangeHistory>().ReadForCastAsync(TestPeople.Anonymous, Cancellation));
    }

    private static ChangeRecord NotConfirmed(string characterId, string reported) => new()
    {
        At = DateTimeOffset.UtcNow,
        Kind = ChangeKind.Edit,
        PersonId = "jonas",
        PersonName = "Jonas Brandt",
        CharacterId = characterId,
        CharacterName = "Someone",
        ModelBefore = "gpt-4o-mini",
        ModelAfter = "gpt-4.1",
        TemperatureBefore = 0.7m,
        TemperatureAfter = 0.5m,
        ModelReported = reported,
        TemperatureReported = 0.7m,
        State = ChangeState.NotConfirmed,
    };
}
