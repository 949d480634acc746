namespace Convai.Dashboard.Features.Changes;

public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new();
    private readonly List<string> _entered = [];

    [Fact]
    public async Task Enter_QueueEmpty_IsImmediate()
    {
        (await _queue.EnterAsync("ana", Cancellation)).Dispose();
        var second = _queue.EnterAsync("ana", Cancellation);
        Assert.True(second.IsCompletedSuccessfully);
        (await second).Dispose();
    }

    [Fact]
    public async Task Enter_RepeatedlyByOnePerson_AlternatesWithOthers()
    {
        var first = await _queue.EnterAsync("ana", Cancellation);
        var waiting = new[] { EnterAsync("ana"), EnterAsync("ana"), EnterAsync("ana"), EnterAsync("jonas"), EnterAsync("vera"), EnterAsync("jonas") };
        Assert.Empty(_entered);
        first.Dispose();
        await Task.WhenAll(waiting);
        Assert.Equal(["ana", "jonas", "vera", "ana", "jonas", "ana"], _entered);
    }

    [Fact]
    public async Task Enter_Cancelled_IsSkipped()
    {
        using var patience = new CancellationTokenSource();
        var first = await _queue.EnterAsync("ana", Cancellation);
        var impatient = _queue.EnterAsync("jonas", patience.Token);
        var next = EnterAsync("vera");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        first.Dispose();
        await next;
        Assert.Equal(["vera"], _entered);
        Assert.True(_queue.EnterAsync("jonas", Cancellation).IsCompletedSuccessfully);
    }

    private async Task EnterAsync(string person)
    {
        using (await _queue.EnterAsync(person, Cancellation))
        {
            _entered.Add(person);
        }
    }
}
