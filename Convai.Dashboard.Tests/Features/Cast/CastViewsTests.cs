using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Views and columns belong to one person each, whatever their role.</summary>
public sealed class CastViewsTests : IAsyncLifetime
{
    private static readonly CastFilter Flagships = new() { Flag = CastFlag.Flagship, Sort = CastSort.Temperature };
    private static readonly ClaimsPrincipal Jonas = TestPeople.As(Role.Designer);
    private static readonly ClaimsPrincipal Vera = TestPeople.As(Role.Viewer);

    private SandboxHost _host = null!;

    private CastViews Views => _host.Get<CastViews>();

    public async ValueTask InitializeAsync() => _host = await SandboxHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Save_ThenRead_ReturnsSameFilterByName()
    {
        Assert.Equal(Result.Done, await Views.SaveAsync(Vera, " Flagships ", Flagships, Cancellation));
        Assert.Equal(Result.Done, await Views.SaveAsync(Vera, "all", new CastFilter(), Cancellation));
        Assert.Equal([("all", new CastFilter()), ("Flagships", Flagships)], (await Views.ReadAsync(Vera, Cancellation))!.Select(view => (view.Name, view.Filter)));
    }

    [Fact]
    public async Task Save_SameNameInAnyCase_Replaces()
    {
        await Views.SaveAsync(Vera, "Flagships", new CastFilter(), Cancellation);
        Assert.Equal(Result.Done, await Views.SaveAsync(Vera, "FLAGSHIPS", Flagships, Cancellation));
        Assert.Equal(Flagships, Assert.Single((await Views.ReadAsync(Vera, Cancellation))!).Filter);
    }

    [Fact]
    public async Task Save_InvalidView_IsRejectedWithMessage()
    {
        Assert.Equal("Enter a name for the view.", (await Views.SaveAsync(Vera, "  ", Flagships, Cancellation)).Refusal);
        Assert.Equal("The name is longer than 60 characters.", (await Views.SaveAsync(Vera, new string('x', 61), Flagships, Cancellation)).Refusal);
        Assert.NotNull((await Views.SaveAsync(Vera, "Long", new CastFilter { Search = new string('ق', 200) }, Cancellation)).Refusal);
        Assert.Empty((await Views.ReadAsync(Vera, Cancellation))!);
    }

    [Fact]
    public async Task Save_BeyondThirty_IsRejected_ExceptReplacing()
    {
        for (var count = 0; count < CastViews.MaxViews; count++)
        {
            Assert.Equal(Result.Done, await Views.SaveAsync(Vera, $"View {count}", Flagships, Cancellation));
        }

        Assert.Equal("You have 30 views already. Delete one first.", (await Views.SaveAsync(Vera, "One more", Flagships, Cancellation)).Refusal);
        Assert.Equal(Result.Done, await Views.SaveAsync(Vera, "View 7", new CastFilter(), Cancellation));
        Assert.Equal(Result.Done, await Views.SaveAsync(Jonas, "One more", Flagships, Cancellation));
    }

    [Fact]
    public async Task OtherPerson_CanNeitherReadNorDelete()
    {
        await Views.SaveAsync(Vera, "Mine", Flagships, Cancellation);
        var view = Assert.Single((await Views.ReadAsync(Vera, Cancellation))!);
        Assert.Empty((await Views.ReadAsync(Jonas, Cancellation))!);
        await Views.DeleteAsync(Jonas, view.Id, Cancellation);
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.DeleteAsync(TestPeople.Nobody, view.Id, Cancellation));
        Assert.Single((await Views.ReadAsync(Vera, Cancellation))!);
        await Views.DeleteAsync(Vera, view.Id, Cancellation);
        Assert.Empty((await Views.ReadAsync(Vera, Cancellation))!);
    }

    [Fact]
    public async Task Columns_ArePrivateToThePerson()
    {
        await Views.HideAsync(Vera, new HashSet<CastColumn> { CastColumn.Moderation, CastColumn.Talked }, Cancellation);
        await Views.HideAsync(Vera, new HashSet<CastColumn> { CastColumn.Talked, CastColumn.Model }, Cancellation);
        Assert.Equal([CastColumn.Model, CastColumn.Talked], (await Views.HiddenAsync(Vera, Cancellation))!.Order());
        Assert.Empty((await Views.HiddenAsync(Jonas, Cancellation))!);
    }

    [Fact]
    public async Task Anonymous_CannotReadOrSave()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.ReadAsync(TestPeople.Nobody, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.HiddenAsync(TestPeople.Nobody, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.SaveAsync(TestPeople.Nobody, "Mine", Flagships, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Views.HideAsync(TestPeople.Nobody, new HashSet<CastColumn> { CastColumn.Model }, Cancellation));
    }
}
