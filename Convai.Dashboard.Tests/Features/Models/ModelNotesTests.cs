using System.Security.Claims;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Models;

/// <summary>The team's notes: who may write one, which counts, and that nothing is ever altered.</summary>
public sealed class ModelNotesTests : IAsyncLifetime
{
    private static readonly ClaimsPrincipal Ana = TestPeople.As(Role.Admin);
    private static readonly ClaimsPrincipal Jonas = TestPeople.As(Role.Designer);
    private static readonly ClaimsPrincipal Vera = TestPeople.As(Role.Viewer);

    private SandboxHost _host = null!;

    private ModelNotes Notes => _host.Get<ModelNotes>();

    public async ValueTask InitializeAsync() => _host = await SandboxHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Write_Again_ReturnsNewestAndKeepsEarlier()
    {
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", "Good at French."));
        var first = await NoteAsync("gpt-4o");
        Assert.Equal(("Good at French.", "Jonas Brandt", "jonas"), (first!.Text, first.PersonName, first.PersonId));
        Assert.Equal(Result.Success, await WriteAsync(Ana, "gpt-4o", "  Slow in the\r\nevening. ", first));
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "claude-4-sonnet", "Dry."));
        var notes = await Notes.ReadAsync(Vera, Cancellation);
        Assert.Equal([("claude-4-sonnet", "Dry.", "Jonas Brandt"), ("gpt-4o", "Slow in the evening.", "Ana Keller")], notes.Values.OrderBy(note => note.ModelCode, StringComparer.Ordinal).Select(note => (note.ModelCode, note.Text, note.PersonName)));
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task Write_Empty_RemovesNoteUntilWrittenAgain()
    {
        await WriteAsync(Jonas, "gpt-4o", "Good at French.");
        Assert.Equal(Result.Success, await WriteAsync(Ana, "gpt-4o", " ", await NoteAsync("gpt-4o")));
        Assert.Empty(await Notes.ReadAsync(Vera, Cancellation));
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", ""));
        Assert.Equal(2, await CountAsync());
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", "Better again."));
        Assert.Equal("Better again.", (await NoteAsync("gpt-4o"))!.Text);
    }

    [Fact]
    public async Task Write_SameText_RecordsNothing()
    {
        await WriteAsync(Jonas, "gpt-4o", "Good at French.");
        Assert.Equal(Result.Success, await WriteAsync(Ana, "gpt-4o", "Good at  French.", await NoteAsync("gpt-4o")));
        Assert.Equal("Jonas Brandt", (await NoteAsync("gpt-4o"))!.PersonName);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Write_ChangedBySomeoneElse_IsRefusedWithTheirText()
    {
        Assert.Equal(Result.Success, await WriteAsync(Ana, "gpt-4o", "Good at French."));
        Assert.Equal("Ana Keller has changed the note since you opened it: “Good at French.”", (await WriteAsync(Jonas, "gpt-4o", "Bad at French.")).Error);
        var opened = await NoteAsync("gpt-4o");
        await WriteAsync(Ana, "gpt-4o", "", opened);
        Assert.Equal("Ana Keller has removed the note since you opened it.", (await WriteAsync(Jonas, "gpt-4o", "Bad at French.", opened)).Error);
        Assert.Empty(await Notes.ReadAsync(Vera, Cancellation));
    }

    [Fact]
    public async Task Write_Concurrently_OnlyOneSucceeds()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() => WriteAsync(Jonas, "gpt-4o", $"Note {number}."), Cancellation)));
        Assert.Single(results, Result.Success);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Write_OverMaxLength_IsRefused()
    {
        Assert.Equal("The note is longer than 300 characters.", (await WriteAsync(Jonas, "gpt-4o", new string('x', 301))).Error);
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", new string('x', 300)));
        Assert.Equal(300, (await NoteAsync("gpt-4o"))!.Text.Length);
    }

    [Theory]
    [InlineData("a\0b", "ab")]
    [InlineData("a\u202eb\u2066c", "abc")]
    [InlineData("a\tb\u2028c", "a b c")]
    [InlineData("<b>'; DROP TABLE", "<b>'; DROP TABLE")]
    public async Task Write_HostileText_IsSanitizedToOneLine(string text, string stored)
    {
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", text));
        Assert.Equal(stored, (await NoteAsync("gpt-4o"))!.Text);
    }

    [Fact]
    public async Task Write_UnpairedSurrogate_IsReplaced()
    {
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "gpt-4o", "half \ud83d"));
        Assert.Equal("half \ufffd", (await NoteAsync("gpt-4o"))!.Text);
    }

    [Fact]
    public async Task Write_UnknownCode_IsRefusedUnlessItHasANote()
    {
        const string refusal = "Only a model that is available to your account can get a note.";
        Assert.Equal(refusal, (await WriteAsync(Jonas, "house-model", "Ours.")).Error);
        Assert.Equal(refusal, (await WriteAsync(Jonas, "GPT-4O", "Loud.")).Error);
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "house-model", "Ours.", models: ModelLists.WithAccountList(new AccountModel("house-model", null, false))));
        Assert.Equal(Result.Success, await WriteAsync(Jonas, "house-model", "Gone.", await NoteAsync("house-model")));
    }

    [Fact]
    public async Task Viewer_ReadsButCannotWrite()
    {
        await WriteAsync(Jonas, "gpt-4o", "Good at French.");
        Assert.Single(await Notes.ReadAsync(Vera, Cancellation));
        await Assert.ThrowsAsync<AccessDeniedException>(() => WriteAsync(Vera, "gpt-4o", ""));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Anonymous_CannotReadOrWrite()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => WriteAsync(TestPeople.Anonymous, "gpt-4o", ""));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Notes.ReadAsync(TestPeople.Anonymous, Cancellation));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Write_OnOtherServer_IsReadAndCannotBeOverwrittenUnseen()
    {
        await using var servers = await TwoServers.StartAsync();
        Assert.Equal(Result.Success, await servers.First.Get<ModelNotes>().WriteAsync(Jonas, "gpt-4o", "Slow.", null, ModelLists.WithoutAccountList(), Cancellation));
        Assert.Equal("Slow.", (await servers.Second.Get<ModelNotes>().ReadAsync(Vera, Cancellation))["gpt-4o"].Text);
        Assert.NotNull((await servers.Second.Get<ModelNotes>().WriteAsync(Ana, "gpt-4o", "Fast.", null, ModelLists.WithoutAccountList(), Cancellation)).Error);
    }

    private Task<Result> WriteAsync(ClaimsPrincipal user, string code, string text, ModelNote? opened = null, ModelList? models = null) =>
        Notes.WriteAsync(user, code, text, opened, models ?? ModelLists.WithoutAccountList(), Cancellation);

    private async Task<ModelNote?> NoteAsync(string code) => (await Notes.ReadAsync(Vera, Cancellation)).GetValueOrDefault(code);

    private async Task<int> CountAsync()
    {
        await using var db = await _host.Get<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        return await db.Set<ModelNote>().CountAsync(Cancellation);
    }
}
