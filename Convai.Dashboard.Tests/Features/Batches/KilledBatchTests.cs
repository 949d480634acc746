using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Batches;

/// <summary>The server is killed in the middle of a batch and started again: no row is wrong, and none is written twice.</summary>
[Trait("Speed", "Slow")]
public sealed class KilledBatchTests : BatchTest
{
    private const int Characters = 200;

    [Fact]
    public async Task Kill_DuringRun_ResumesAfterRestartAndWritesNothingTwice()
    {
        await using var convai = await SandboxHost.StartConvaiAsync(("Convai:Sandbox:Characters", $"{Characters}"));
        var data = Directory.CreateTempSubdirectory("dashboard-");
        try
        {
            await using var database = await TestDatabase.CreateAsync(data.FullName);
            var batchId = await PlanAsync(convai, database);
            convai.Fail("update", SandboxFaultKind.HangAfterApplying, after: 90);
            await using (var server = await StartServerAsync(convai, data.FullName, database))
            {
                await WaitUntilAsync(() => convai.Endpoints.Count(endpoint => endpoint == "update") >= 94);
                await server.KillAsync();
            }

            convai.Faults.Clear();
            await using (await StartServerAsync(convai, data.FullName, database))
            {
                await WaitUntilAsync(async () => (await ReadAsync(database, batchId)).Batch.State == BatchState.Done);
            }

            var report = await ReadAsync(database, batchId);
            Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
            Assert.All(convai.Sandbox.Account.Characters, character => Assert.Equal(0.42m, character.Temperature));
            Assert.Equal(report.Items.Count, convai.Endpoints.Count(endpoint => endpoint == "update"));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("Database", "Chosen")]
    public async Task Kill_DuringRun_AnotherServerResumes()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var convai = await SandboxHost.StartConvaiAsync(("Convai:Sandbox:Characters", $"{Characters}"));
        await using var database = await TestDatabase.CreatePostgreSqlAsync();
        var data = Directory.CreateTempSubdirectory("dashboard-");
        var batchId = await PlanAsync(convai, database);
        convai.Fail("update", SandboxFaultKind.HangAfterApplying, after: 90);
        await using (var first = await StartServerAsync(convai, data.FullName, database))
        {
            await WaitUntilAsync(() => convai.Endpoints.Count(endpoint => endpoint == "update") >= 94);
            await using var second = await StartServerAsync(convai, data.FullName, database);
            convai.Faults.Clear();
            await first.KillAsync();
            await WaitUntilAsync(async () => (await ReadAsync(database, batchId)).Batch.State == BatchState.Done);
        }

        var report = await ReadAsync(database, batchId);
        Assert.Equal(report.Items.Count, report.Count(BatchItemState.Confirmed));
        Assert.All(convai.Sandbox.Account.Characters, character => Assert.Equal(0.42m, character.Temperature));
        Assert.Equal(report.Items.Count, convai.Endpoints.Count(endpoint => endpoint == "update"));
        data.Delete(recursive: true);
    }

    /// <summary>A plan on the files of the server to come, and already started: it finds it running, as after any restart.</summary>
    private static async Task<long> PlanAsync(SandboxHost convai, TestDatabase database)
    {
        var characters = (await convai.Client.ListCharactersAsync(Cancellation)).Value!.Where(character => character.Settings.Temperature != 0.42m).ToList();
        await using var db = await database.OpenAsync();
        var batch = new Batch { At = DateTimeOffset.UtcNow, Title = "Test", Kind = ChangeKind.Batch, PersonId = "jonas", PersonName = "Jonas Brandt", State = BatchState.Running, StartedAt = DateTimeOffset.UtcNow, StartedById = "jonas", StartedByName = "Jonas Brandt" };
        db.Add(batch);
        await db.SaveChangesAsync(Cancellation);
        db.AddRange(characters.Select((character, position) => new BatchItem
        {
            BatchId = batch.Id,
            CharacterId = character.Id,
            CharacterName = character.Name,
            Position = position,
            ModelBefore = character.Settings.ModelCode,
            TemperatureBefore = character.Settings.Temperature,
            TemperatureAfter = 0.42m,
        }));
        await db.SaveChangesAsync(Cancellation);
        return batch.Id;
    }

    private static Task<DashboardProcess> StartServerAsync(SandboxHost convai, string directory, TestDatabase database) => DashboardProcess.StartAsync(
        directory,
        [
        .. database.Environment,
        ("Convai__ApiKey", convai.Sandbox.ApiKey),
        ("Convai__BaseUrl", convai.Sandbox.BaseAddress.ToString()),
        ("Convai__MaxRequestsPerMinute", "100000"),
        // It is the kill that ends a call, and no timeout.
        ("Convai__WriteTimeout", "00:02:00"),
        ]);

    private static async Task<BatchReport> ReadAsync(TestDatabase database, long batchId)
    {
        await using var db = await database.OpenAsync();
        var batch = await db.Set<Batch>().AsNoTracking().SingleAsync(batch => batch.Id == batchId, Cancellation);
        var changes = (await db.Set<ChangeRecord>().AsNoTracking().OrderBy(change => change.Id).ToListAsync(Cancellation)).ToLookup(change => change.CharacterId);
        var rows = await db.Set<BatchItem>().AsNoTracking().ToListAsync(Cancellation);
        return new BatchReport(batch, [.. rows.Select(row => BatchItemStatus.From(batch, row, changes[row.CharacterId].LastOrDefault(change => change.PartOfId is null), changes[row.CharacterId].LastOrDefault(change => change.PartOfId is not null)))]);
    }

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
