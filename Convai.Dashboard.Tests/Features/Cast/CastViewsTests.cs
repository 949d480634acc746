using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Columns, charts and views belong to one person each, whatever their role; a view can be shared.</summary>
public sealed class CastViewsTests : IAsyncLifetime
{
    private static readonly CastFilter Flagships = new() { Flag = CastFlag.Flagship, Sort = CastSort.Temperature };
    private static readonly ClaimsPrincipal Jonas = TestPeople.As(Role.Designer);
    private static readonly ClaimsPrincipal Vera = TestPeople.As(Role.Viewer);

    private static readonly HashSet<CastColumn> None = [];

    private SandboxHost _host = null!;

    private CastViews Views => _host.Get<CastViews>();

    public async ValueTask InitializeAsync() => _host = await SandboxHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Save_ThenRead_ReturnsSameFilterByName()
    {
        Assert.Equal(Result.Success, await Views.SaveAsync(Vera, " Flagships ", Flagships, None, isShared: false, Cancellation));
        Assert.Equal(Result.Success, await Views.SaveAsync(Vera, "all", new CastFilter(), None, isShared: false, Cancellation));
        Assert.Equal([("all", new CastFilter()), ("Flagships", Flagships)], (await Views.ReadAsync(Vera, Cancellation))!.Select(view => (view.Name, view.Filter)));
    }

    /// <summary>What the team sees is changed by Designers, even what a person made before losing that role.</summary>
    [Fact]
    public async Task Update_SharedView_NeedsDesigner()
    {
        await Views.SaveAsync(Jonas, "Ours", new CastFilter(), None, isShared: true, Cancellation);
        await Views.SaveAsync(Jonas, "Mine", new CastFilter(), None, isShared: false, Cancellation);
        await _host.Get<Team.TeamDirectory>().ChangeRoleAsync(TestPeople.As(Role.Admin), "jonas", Role.Viewer, Cancellation);
        var views = (await Views.ReadAsync(Jonas, Cancellation)).ToDictionary(view => view.Name, view => view.Id, StringComparer.Ordinal);
        Assert.NotNull((await Views.UpdateAsync(Jonas, views["Ours"], Flagships, None, Cancellation)).Error);
        Assert.Equal(Result.Success, await Views.UpdateAsync(Jonas, views["Mine"], Flagships, None, Cancellation));
        Assert.Equal([("Mine", Flagships), ("Ours", new CastFilter())], (await Views.ReadAsync(Jonas, Cancellation)).Select(view => (view.Name, view.Filter)));
    }

    [Fact]
    public async Task Save_SameNameInAnyCase_Replaces()
    {
        await Views.SaveAsync(Vera, "Flagships", new CastFilter(), None, isShared: false, Cancellation);
        Assert.Equal(Result.Success, await Views.SaveAsync(Vera, "FLAGSHIPS", Flagships, None, isShared: false, Cancellation));
        Assert.Equal(Flagships, Assert.Single((await Views.ReadAsync(Vera, Cancellation))!).Filter);
    }

    [Fact]
    public async Task Save_InvalidView_IsRejectedWithMessage()
    {
        Assert.Equal("Enter a name for the view.", (await Views.SaveAsync(Vera, "  ", Flagships, None, isShared: false, Cancellation)).Error);
        Assert.Equal("The name is longer than 60 characters.", (await Views.SaveAsync(Vera, new string('x', 61), Flagships, None, isShared: false, Cancellation)).Error);
        Assert.NotNull((await Views.SaveAsync(Vera, "Long", new CastFilter { Search = new string('ق', 200) }, None, isShared: false, Cancellation)).Error);
        Assert.Empty((await Views.ReadAsync(Vera, Cancellation))!);
    }

    [Fact]
    public async Task Save_BeyondThirty_IsRejectedUnlessReplacing()
    {
        for (var count = 0; count < CastViews.MaxViews; count++)
        {
            Assert.Equal(Result.Success, await Views.SaveAsync(Vera, $"View {count}", Flagships, None, isShared: false, Cancellation));
        }

        Assert.Equal("You have 30 views already. Delete one first.", (await Views.SaveAsync(Vera, "One more", Flagships, None, isShared: false, Cancellation)).Error);
        Assert.Equal(Result.Success, await Views.SaveAsync(Vera, "View 7", new CastFilter(), None, isShared: false, Cancellation));
        Assert.Equal(Result.Success, await Views.SaveAsync(Jonas, "One more", Flagships, None, isShared: false, Cancellation));
    }

    [Fact]
    public async Task OtherPerson_CanNeitherReadNorDelete()
    {
        await Views.SaveAsync(Vera, "Mine", Flagships, None, isShared: false, Cancellation);
        var view = Assert.Single((await Views.ReadAsync(Vera, Cancellation))!);
        Assert.Empty((await Views.ReadAsync(Jonas, Cancellation))!);
        await Views.DeleteAsync(Jonas, view.Id, Cancellation);
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.DeleteAsync(TestPeople.Anonymous, view.Id, Cancellation));
        Assert.Single((await Views.ReadAsync(Vera, Cancellation))!);
        await Views.DeleteAsync(Vera, view.Id, Cancellation);
        Assert.Empty((await Views.ReadAsync(Vera, Cancellation))!);
    }

    [Fact]
    public async Task Columns_ArePrivateToThePerson()
    {
        await Views.SaveHiddenColumnsAsync(Vera, new HashSet<CastColumn> { CastColumn.Moderation, CastColumn.Talked }, Cancellation);
        await Views.SaveHiddenColumnsAsync(Vera, new HashSet<CastColumn> { CastColumn.Talked, CastColumn.Model }, Cancellation);
        Assert.Equal([CastColumn.Model, CastColumn.Talked], (await Views.ReadLayoutAsync(Vera, Cancellation)).Hidden.Order());
        Assert.Equal(CastViews.HiddenByDefault.Order(), (await Views.ReadLayoutAsync(Jonas, Cancellation)).Hidden.Order());
    }

    [Fact]
    public async Task Charts_OpenOrClosed_ArePrivateToThePerson()
    {
        Assert.False((await Views.ReadLayoutAsync(Vera, Cancellation)).IsChartsOpen);
        await Views.SaveChartsOpenAsync(Vera, true, Cancellation);
        await Views.SaveHiddenColumnsAsync(Vera, new HashSet<CastColumn> { CastColumn.Model }, Cancellation);
        var (hidden, isOpen) = await Views.ReadLayoutAsync(Vera, Cancellation);
        Assert.Equal([CastColumn.Model], hidden);
        Assert.True(isOpen);
        Assert.False((await Views.ReadLayoutAsync(Jonas, Cancellation)).IsChartsOpen);
    }

    [Fact]
    public async Task Save_WithColumns_KeepsThem()
    {
        await Views.SaveAsync(Vera, "Narrow", Flagships, new HashSet<CastColumn> { CastColumn.Talked }, isShared: false, Cancellation);
        Assert.Equal([CastColumn.Talked], Assert.Single(await Views.ReadAsync(Vera, Cancellation)).Hidden!);
    }

    [Fact]
    public async Task SharedView_IsSeenByTeam_AndDeletedByOwnerOrAdmin()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.SaveAsync(Vera, "Ours", Flagships, None, isShared: true, Cancellation));
        Assert.Equal(Result.Success, await Views.SaveAsync(Jonas, "Ours", Flagships, None, isShared: true, Cancellation));
        var seen = Assert.Single(await Views.ReadAsync(Vera, Cancellation));
        Assert.Equal(("Ours", "Jonas Brandt", false, false), (seen.Name, seen.SharedBy, seen.IsMine, seen.MayDelete));
        await Views.DeleteAsync(Vera, seen.Id, Cancellation);
        Assert.Single(await Views.ReadAsync(Vera, Cancellation));

        // Saved again without sharing, it is the owner's alone.
        await Views.SaveAsync(Jonas, "Ours", Flagships, None, isShared: false, Cancellation);
        Assert.Empty(await Views.ReadAsync(Vera, Cancellation));
        await Views.SaveAsync(Jonas, "Ours", Flagships, None, isShared: true, Cancellation);
        await Views.DeleteAsync(TestPeople.As(Role.Admin), seen.Id, Cancellation);
        Assert.Empty(await Views.ReadAsync(Jonas, Cancellation));
    }

    [Fact]
    public async Task Update_KeepsNameAndSharing_OfOwnViewsOnly()
    {
        await Views.SaveAsync(Jonas, "Ours", Flagships, None, isShared: true, Cancellation);
        var id = Assert.Single(await Views.ReadAsync(Jonas, Cancellation)).Id;
        Assert.Equal("This view no longer exists.", (await Views.UpdateAsync(Vera, id, new CastFilter(), None, Cancellation)).Error);
        Assert.Equal(Result.Success, await Views.UpdateAsync(Jonas, id, new CastFilter(), new HashSet<CastColumn> { CastColumn.Talked }, Cancellation));
        var seen = Assert.Single(await Views.ReadAsync(Vera, Cancellation));
        Assert.Equal(("Ours", new CastFilter(), "Jonas Brandt"), (seen.Name, seen.Filter, seen.SharedBy));
        Assert.Equal([CastColumn.Talked], seen.Hidden!);
    }

    [Fact]
    public async Task Share_Later_AndStop_ByOwnerWhoIsDesigner()
    {
        await Views.SaveAsync(Jonas, "Ours", Flagships, None, isShared: false, Cancellation);
        await Views.SaveAsync(Vera, "Mine", Flagships, None, isShared: false, Cancellation);
        var ours = Assert.Single(await Views.ReadAsync(Jonas, Cancellation)).Id;
        var mine = Assert.Single(await Views.ReadAsync(Vera, Cancellation)).Id;
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.ShareAsync(Vera, mine, isShared: true, Cancellation));
        await Views.ShareAsync(Jonas, mine, isShared: true, Cancellation);
        Assert.Single(await Views.ReadAsync(Jonas, Cancellation));
        await Views.ShareAsync(Jonas, ours, isShared: true, Cancellation);
        Assert.Equal("Jonas Brandt", (await Views.ReadAsync(Vera, Cancellation)).Single(view => view.Id == ours).SharedBy);
        await Views.ShareAsync(Jonas, ours, isShared: false, Cancellation);
        Assert.Equal(mine, Assert.Single(await Views.ReadAsync(Vera, Cancellation)).Id);
    }

    [Fact]
    public void Link_BringsTheColumns()
    {
        var link = CastViews.LinkTo(Flagships, new HashSet<CastColumn> { CastColumn.Talked, CastColumn.Model });
        Assert.Equal(Flagships, CastFilter.Parse(link));
        Assert.Equal([CastColumn.Model, CastColumn.Talked], CastViews.ParseHiddenColumns(link)!.Order());
        Assert.Empty(CastViews.ParseHiddenColumns(CastViews.LinkTo(new CastFilter(), None))!);
        Assert.Null(CastViews.ParseHiddenColumns(Flagships.ToQuery()));
    }

    [Fact]
    public async Task Anonymous_CannotReadOrSave()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.ReadAsync(TestPeople.Anonymous, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.ReadLayoutAsync(TestPeople.Anonymous, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.SaveAsync(TestPeople.Anonymous, "Mine", Flagships, None, isShared: false, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.SaveHiddenColumnsAsync(TestPeople.Anonymous, new HashSet<CastColumn> { CastColumn.Model }, Cancellation));
    }
}
