using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Models;

/// <summary>Favourites belong to one person each, whatever their role.</summary>
public sealed class FavouriteModelsTests : IAsyncLifetime
{
    private static readonly ClaimsPrincipal Jonas = TestPeople.As(Role.Designer);
    private static readonly ClaimsPrincipal Vera = TestPeople.As(Role.Viewer);

    private SandboxHost _host = null!;

    private FavouriteModels Favourites => _host.Get<FavouriteModels>();

    public async ValueTask InitializeAsync() => _host = await SandboxHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Set_ThenRead_ReturnsItUntilRemoved()
    {
        Assert.Equal(Result.Success, await SetAsync(Jonas, "gpt-4o"));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "gpt-4o"));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "claude-4-sonnet"));
        Assert.Equal(["claude-4-sonnet", "gpt-4o"], (await Favourites.ReadAsync(Jonas, Cancellation))!.Order());
        Assert.Equal(Result.Success, await SetAsync(Jonas, "gpt-4o", isFavourite: false));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "gpt-4o", isFavourite: false));
        Assert.Equal(["claude-4-sonnet"], (await Favourites.ReadAsync(Jonas, Cancellation))!);
    }

    [Fact]
    public async Task OtherPerson_CanNeitherReadNorRemove()
    {
        await SetAsync(Jonas, "gpt-4o");
        Assert.Empty((await Favourites.ReadAsync(Vera, Cancellation))!);
        await SetAsync(Vera, "gpt-4o", isFavourite: false);
        Assert.Single((await Favourites.ReadAsync(Jonas, Cancellation))!);
        await SetAsync(Vera, "gpt-4o");
        await SetAsync(Jonas, "gpt-4o", isFavourite: false);
        Assert.Single((await Favourites.ReadAsync(Vera, Cancellation))!);
    }

    [Fact]
    public async Task Set_UnknownCode_IsRejected()
    {
        const string refusal = "Only a model that is available to your account can be a favourite.";
        Assert.Equal(refusal, await SetAsync(Jonas, "house-model"));
        Assert.Equal(refusal, await SetAsync(Jonas, "GPT-4O"));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "house-model", models: ModelLists.WithAccountList(new AccountModel("house-model", null, false))));
        // The list may lack it another time, as with the moderation off.
        Assert.Equal(Result.Success, await SetAsync(Jonas, "house-model"));
        Assert.Equal(["house-model"], (await Favourites.ReadAsync(Jonas, Cancellation))!);
        Assert.Equal(Result.Success, await SetAsync(Jonas, "house-model", isFavourite: false));
        Assert.Equal(refusal, await SetAsync(Jonas, "house-model"));
    }

    [Fact]
    public async Task Set_BeyondFifty_IsRejected()
    {
        var models = ModelLists.WithAccountList([.. Enumerable.Range(0, 51).Select(number => new AccountModel($"m{number}", null, false))]);
        for (var number = 0; number < FavouriteModels.MaxFavourites; number++)
        {
            Assert.Equal(Result.Success, await SetAsync(Jonas, $"m{number}", models: models));
        }

        Assert.Equal("You have 50 favourites already. Remove one first.", (await SetAsync(Jonas, "m50", models: models)).Error);
        Assert.Equal(Result.Success, await SetAsync(Jonas, "m7", models: models));
        Assert.Equal(Result.Success, await SetAsync(Vera, "m50", models: models));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "m7", isFavourite: false));
        Assert.Equal(Result.Success, await SetAsync(Jonas, "m50", models: models));
    }

    [Fact]
    public async Task Set_Concurrently_AllAreSaved()
    {
        var codes = ModelLists.WithoutAccountList().Models.Take(8).Select(model => model.Code).ToList();
        await Task.WhenAll(codes.Concat(codes).Select(code => Task.Run(() => SetAsync(Jonas, code), Cancellation)));
        Assert.Equal(codes.Order(StringComparer.Ordinal), (await Favourites.ReadAsync(Jonas, Cancellation))!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnonymousOrDisabled_CanNeitherReadNorSet()
    {
        await SetAsync(Jonas, "gpt-4o");
        await using (var db = await _host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Users.Where(person => person.Id == Jonas.PersonId()).ExecuteUpdateAsync(person => person.SetProperty(p => p.IsDisabled, true), Cancellation);
        }

        foreach (var user in new[] { TestPeople.Anonymous, Jonas })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => Favourites.ReadAsync(user, Cancellation));
            var denied = await Assert.ThrowsAsync<AccessDeniedException>(() => SetAsync(user, "gpt-4.1"));
            Assert.Equal("You are signed out. Sign in again to continue.", denied.Message);
            await Assert.ThrowsAsync<AccessDeniedException>(() => SetAsync(user, "gpt-4o", isFavourite: false));
        }
    }

    private Task<Result> SetAsync(ClaimsPrincipal user, string code, bool isFavourite = true, ModelList? models = null) =>
        Favourites.SetAsync(user, code, isFavourite, models ?? ModelLists.WithoutAccountList(), Cancellation);
}
