using System.Security.Claims;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Characters;

/// <summary>The team's groups: who may change them, what they may be called, who is in them, and what undoing gives back.</summary>
[Trait("Speed", "Slow")]
public sealed class CharacterGroupsTests : IAsyncLifetime
{
    private static readonly ClaimsPrincipal Jonas = TestPeople.As(Role.Designer);
    private static readonly ClaimsPrincipal Vera = TestPeople.As(Role.Viewer);

    private SandboxHost _host = null!;

    private CharacterGroups Groups => _host.Get<CharacterGroups>();

    private string Mira => _host.Character("Mira the Innkeeper").Id;

    private string Pip => _host.Character("Pip").Id;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxHost.StartAsync();
        await _host.Get<CastDirectory>().ReadAsync(false, Cancellation);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Viewer_ReadsButCannotWrite()
    {
        var villagers = await CreateAsync("Villagers");
        Assert.Equal(["Villagers"], await NamesAsync());
        await DeniedAsync(() => Groups.CreateAsync(Vera, "Act 1", Cancellation));
        await DeniedAsync(() => Groups.RenameAsync(Vera, villagers, "Act 1", Cancellation));
        await DeniedAsync(() => Groups.SetMembersAsync(Vera, villagers.Id, [Mira], true, Cancellation));
        await DeniedAsync(() => Groups.AssignAsync(Vera, [new GroupAssignment(Mira, ["Act 1"])], Cancellation));
        await DeniedAsync(() => Groups.UndoAsync(Vera, new GroupEdit([], [villagers], [], []), Cancellation));
        await DeniedAsync(() => Groups.DeleteAsync(Vera, villagers, Cancellation));
        Assert.Equal(["Villagers"], await NamesAsync());
        Assert.Empty((await ReadAsync()).GetGroups(Mira));
    }

    [Fact]
    public Task Anonymous_CannotRead() => DeniedAsync(() => Groups.ReadAsync(TestPeople.Anonymous, Cancellation));

    [Theory]
    [InlineData("", "Enter a name for the group.")]
    [InlineData(" \u200b\u202e ", "Enter a name for the group.")]
    [InlineData("Act 1; Act 2", GroupText.NameHasSemicolon)]
    [InlineData("12345678901234567890123456789012345678901", "The name is longer than 40 characters.")]
    [InlineData("(NONE)", "“(none)” is how a file says that a character is in no group. Choose another name.")]
    [InlineData(" villagers\n", "A group called “Villagers” already exists. Choose another name.")]
    public async Task CreateOrRename_InvalidName_IsRefused(string name, string sentence)
    {
        var villagers = await CreateAsync("Villagers");
        var other = await CreateAsync("Other");
        Assert.Equal(sentence, (await Groups.CreateAsync(Jonas, name, Cancellation)).Error);
        Assert.Equal(sentence, (await Groups.RenameAsync(Jonas, other, name, Cancellation)).Error);
        Assert.Equal(["Other", "Villagers"], await NamesAsync());
        Assert.Equal(Result.Success, await Groups.RenameAsync(Jonas, villagers, "VILLAGERS", Cancellation));
    }

    [Fact]
    public async Task Names_AreSanitizedAndSortedNaturally()
    {
        await CreateAsync("  Act\t10 \u202e");
        await CreateAsync("act 2");
        await CreateAsync("👩‍🌾 Dörfler");
        await CreateAsync("1234567890123456789012345678901234567890");
        Assert.Equal(["👩‍🌾 Dörfler", "1234567890123456789012345678901234567890", "act 2", "Act 10"], await NamesAsync());
    }

    [Fact]
    public async Task Create_OverMaxGroups_IsRefused()
    {
        var assignment = new GroupAssignment(Mira, [.. Enumerable.Range(1, CharacterGroups.MaxGroups).Select(number => $"Act {number}")]);
        var edit = (await Groups.AssignAsync(Jonas, [assignment], Cancellation)).Value!;
        Assert.Equal(100, edit.Created.Count);
        Assert.Equal("There are 100 groups already. Delete one first.", (await Groups.CreateAsync(Jonas, "Villagers", Cancellation)).Error);
        Assert.Equal("There are 100 groups already. Delete one first.", (await Groups.AssignAsync(Jonas, [new GroupAssignment(Pip, ["Villagers"])], Cancellation)).Error);
        Assert.Empty((await ReadAsync()).GetGroups(Pip));
    }

    [Fact]
    public async Task SetMembers_AddsOnceOrRemoves_AndCanBeUndone()
    {
        var villagers = await CreateAsync("Villagers");
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira], true, Cancellation);
        var added = (await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, Pip, Pip], true, Cancellation)).Value!;
        Assert.Equal([new GroupMember(villagers.Id, Pip)], added.Added);
        Assert.Equal(["Villagers"], (await ReadAsync()).GetGroups(Pip).Select(group => group.Name));

        Assert.Equal(Result.Success, await Groups.UndoAsync(Jonas, added, Cancellation));
        Assert.Equal([Mira], (await ReadAsync()).GetMembers(villagers.Id));

        var removed = (await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, Pip], false, Cancellation)).Value!;
        Assert.Equal(1, removed.Characters);
        Assert.Empty((await ReadAsync()).GetMembers(villagers.Id));
        Assert.Equal(Result.Success, await Groups.UndoAsync(Jonas, removed, Cancellation));
        Assert.Equal([Mira], (await ReadAsync()).GetMembers(villagers.Id));
    }

    [Fact]
    public async Task SetMembers_NotInCast_IsRefused()
    {
        var villagers = await CreateAsync("Villagers");
        Assert.Equal(GroupText.NotInCast, (await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, "made-up"], true, Cancellation)).Error);
        Assert.Empty((await ReadAsync()).GetMembers(villagers.Id));

        var pip = Pip;
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, pip], true, Cancellation);
        ((List<SandboxCharacter>)_host.Sandbox.Account.Characters).RemoveAll(character => character.Id == pip);
        await _host.Get<CastDirectory>().ReadAsync(forceRefresh: true, Cancellation);
        Assert.Equal(2, (await ReadAsync()).GetMembers(villagers.Id).Count);
        Assert.Equal(1, (await Groups.SetMembersAsync(Jonas, villagers.Id, [pip], false, Cancellation)).Value!.Characters);
    }

    [Fact]
    public async Task Undo_Delete_RestoresGroupWithIdAndMembers()
    {
        var villagers = await CreateAsync("Villagers");
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, Pip], true, Cancellation);
        var edit = (await Groups.DeleteAsync(Jonas, villagers, Cancellation)).Value!;
        Assert.Empty(await NamesAsync());
        Assert.Empty((await ReadAsync()).GetGroups(Mira));
        Assert.Equal(GroupText.Gone, (await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira], true, Cancellation)).Error);
        Assert.Equal(GroupText.Gone, (await Groups.RenameAsync(Jonas, villagers, "Act 1", Cancellation)).Error);

        var other = await CreateAsync("villagers");
        Assert.NotEqual(villagers.Id, other.Id);
        Assert.Equal("A group called “villagers” already exists. Choose another name.", (await Groups.UndoAsync(Jonas, edit, Cancellation)).Error);
        await Groups.DeleteAsync(Jonas, other, Cancellation);

        Assert.Equal(Result.Success, await Groups.UndoAsync(Jonas, edit, Cancellation));
        var list = await ReadAsync();
        Assert.Equal((villagers.Id, "Villagers"), (list.All[0].Id, list.All[0].Name));
        Assert.Equal(2, list.GetMembers(villagers.Id).Count);
        // A second time it changes nothing.
        Assert.Equal(Result.Success, await Groups.UndoAsync(Jonas, edit, Cancellation));
        Assert.NotNull((await Groups.CreateAsync(Jonas, "Act 1", Cancellation)).Value);
    }

    [Fact]
    public async Task RenameOrDelete_RenamedBySomeoneElse_IsRefused()
    {
        var seen = await CreateAsync("Villagers");
        await Groups.RenameAsync(Jonas, seen, "Townsfolk", Cancellation);
        Assert.Equal("Someone has renamed this group to “Townsfolk”. Nothing was changed.", (await Groups.RenameAsync(Jonas, seen, "Act 1", Cancellation)).Error);
        Assert.Equal("Someone has renamed this group to “Townsfolk”. Nothing was changed.", (await Groups.DeleteAsync(Jonas, seen, Cancellation)).Error);
        Assert.Equal(["Townsfolk"], await NamesAsync());
    }

    [Fact]
    public async Task Assign_SetsExactGroups_AndUndoDeletesOnlyNewEmptyOnes()
    {
        var villagers = await CreateAsync("Villagers");
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira, Pip], true, Cancellation);
        var edit = (await Groups.AssignAsync(Jonas, [new GroupAssignment(Mira, ["Act 2", " ACT 2", "Act 1"]), new GroupAssignment(Pip, ["villagers", "Act 1"])], Cancellation)).Value!;
        var list = await ReadAsync();
        Assert.Equal(["Act 1", "Act 2"], list.GetGroups(Mira).Select(group => group.Name));
        Assert.Equal(["Act 1", "Villagers"], list.GetGroups(Pip).Select(group => group.Name));
        Assert.Equal((2, 3, 1, 2), (edit.Created.Count, edit.Added.Count, edit.Removed.Count, edit.Characters));

        var quill = _host.Character("Archivist Quill").Id;
        await Groups.SetMembersAsync(Jonas, list.All.Single(group => group.Name == "Act 1").Id, [quill], true, Cancellation);
        Assert.Equal(Result.Success, await Groups.UndoAsync(Jonas, edit, Cancellation));
        list = await ReadAsync();
        Assert.Equal(["Act 1", "Villagers"], list.All.Select(group => group.Name));
        Assert.Equal(["Villagers"], list.GetGroups(Mira).Select(group => group.Name));
        Assert.Equal(["Act 1"], list.GetGroups(quill).Select(group => group.Name));
    }

    [Fact]
    public async Task SetMembers_PublishesEventAndWritesNothingToConvai()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = _host.Get<IChangeFeed>().Subscribe(changeEvent => _ = changeEvent is ChangeEvent.GroupsUpdated && told.TrySetResult());
        var villagers = await CreateAsync("Villagers");
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira], true, Cancellation);
        await told.Task.WaitAsync(Cancellation);
        Assert.DoesNotContain("update", _host.Endpoints);
    }

    /// <summary>With thousands of characters, a reading for each open page and change would be felt.</summary>
    [Fact]
    public async Task Read_Unchanged_ReturnsCachedList()
    {
        var villagers = await CreateAsync("Villagers");
        var first = await ReadAsync();
        Assert.Same(first, await ReadAsync());
        await Groups.SetMembersAsync(Jonas, villagers.Id, [Mira], true, Cancellation);
        Assert.NotSame(first, await ReadAsync());
        // Such as by another server.
        await using (var db = await _host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation))
        {
            await db.Set<GroupMember>().ExecuteDeleteAsync(Cancellation);
        }

        Groups.InvalidateCache();
        Assert.Empty((await ReadAsync()).GetGroups(Mira));
    }

    [Fact]
    public async Task Create_SameNameConcurrently_CreatesOne()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Groups.CreateAsync(Jonas, "Villagers", Cancellation), Cancellation)));
        Assert.Single(results, result => result.Value is not null);
        Assert.Equal(["Villagers"], await NamesAsync());
    }

    private async Task<CharacterGroup> CreateAsync(string name) => (await Groups.CreateAsync(Jonas, name, Cancellation)).Value!;

    private Task<GroupList> ReadAsync() => Groups.ReadAsync(Vera, Cancellation);

    private async Task<IEnumerable<string>> NamesAsync() => (await ReadAsync()).All.Select(group => group.Name);

    private static async Task DeniedAsync(Func<Task> act) => await Assert.ThrowsAsync<AccessDeniedException>(act);
}

/// <summary>What one server changes in the groups, the pages of the others show.</summary>
[Trait("Database", "Chosen")]
[Trait("Speed", "Slow")]
public sealed class GroupsOnTwoServersTests
{
    [Fact]
    public async Task Create_OnOneServer_IsReadOnTheOther()
    {
        await using var servers = await TwoServers.StartAsync();
        var (first, second, jonas) = (servers.First.Get<CharacterGroups>(), servers.Second.Get<CharacterGroups>(), TestPeople.As(Role.Designer));
        Assert.Empty((await second.ReadAsync(jonas, Cancellation)).All);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = servers.Second.Get<IChangeFeed>().Subscribe(changeEvent => _ = changeEvent is ChangeEvent.GroupsUpdated && told.TrySetResult());
        Assert.NotNull((await first.CreateAsync(jonas, "Villagers", Cancellation)).Value);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal("Villagers", Assert.Single((await second.ReadAsync(jonas, Cancellation)).All).Name);
    }
}
