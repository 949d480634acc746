using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Data;

/// <summary>What SQLite does one after the other, and PostgreSQL at once: the same comes out.</summary>
[Trait("Speed", "Slow")]
public sealed class ConcurrentWritesTests
{
    [Fact]
    public async Task View_SavedConcurrently_ExistsOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        var user = TestPeople.As(Role.Viewer);
        Assert.All(await ManyAsync(number => host.Get<CastViews>().SaveAsync(user, number % 2 == 0 ? "Mine" : "MINE", new CastFilter { Search = $"{number}" }, new HashSet<CastColumn>(), isShared: false, Cancellation)), result => Assert.Null(result.Error));
        Assert.Single((await host.Get<CastViews>().ReadAsync(user, Cancellation))!);
    }

    [Fact]
    public async Task Columns_HiddenConcurrently_AreHidden()
    {
        await using var host = await SandboxHost.StartAsync();
        var user = TestPeople.As(Role.Viewer);
        await ManyAsync(async _ =>
        {
            await host.Get<CastViews>().SaveHiddenColumnsAsync(user, new HashSet<CastColumn> { Enum.GetValues<CastColumn>()[0] }, Cancellation);
            return true;
        });
        Assert.Single((await host.Get<CastViews>().ReadLayoutAsync(user, Cancellation)).Hidden);
    }

    [Fact]
    public async Task Favourite_SetConcurrently_ExistsOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        var user = TestPeople.As(Role.Viewer);
        Assert.All(await ManyAsync(_ => host.Get<FavouriteModels>().SetAsync(user, "gpt-4.1", isFavourite: true, ModelLists.WithoutAccountList(), Cancellation)), result => Assert.Null(result.Error));
        Assert.Equal(["gpt-4.1"], await host.Get<FavouriteModels>().ReadAsync(user, Cancellation));
    }

    [Fact]
    public async Task Preset_EditedConcurrently_ConflictsForAllButOne()
    {
        await using var host = await SandboxHost.StartAsync();
        var user = TestPeople.As(Role.Designer);
        var library = host.Get<PresetLibrary>();
        var made = Assert.IsType<PresetOutcome.Saved>(await library.SaveAsync(user, null, new PresetValues("Calm", null, "gpt-4o", 0.7m), Cancellation)).Preset;
        // As it was given back, and as it is read: the same version.
        var opened = Assert.Single((await library.ReadAsync(user, Cancellation))!);
        var outcomes = await ManyAsync(number => library.SaveAsync(user, number % 2 == 0 ? made : opened, new PresetValues("Calm", $"{number}", "gpt-4o", 0.7m), Cancellation));
        Assert.Single(outcomes.OfType<PresetOutcome.Saved>());
        Assert.Equal(outcomes.Length - 1, outcomes.OfType<PresetOutcome.Conflict>().Count());
    }

    private static Task<T[]> ManyAsync<T>(Func<int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => act(number), Cancellation)));
}
