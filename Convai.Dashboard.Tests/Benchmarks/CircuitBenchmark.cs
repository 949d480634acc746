using System.Diagnostics;
using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Benchmarks;

/// <summary>What open pages cost the server: memory of each, beside the bare page; and a thousand of them at once.</summary>
[Collection(nameof(PublishedPrograms))]
[Trait("Speed", "Slow")]
public sealed class CircuitBenchmark(PublishedPrograms programs)
{
    private const int Characters = 100;

    // Loads what is loaded once, and fills what is kept for all.
    private const int First = 50;

    private const int More = 200;

    private const int Many = 1_000;

    private static readonly string[] Typed = ["g", "gpt", "claude", "4", "mini", "gemini"];

    private static readonly CookieContainer[] Anonymous = [new()];

    private static readonly Person[] Designers =
        [.. Enumerable.Range(0, Many / CircuitTracker.MaxPerPerson).Select(number => TestPeople.Create($"designer-{number}", $"Designer {number}", Role.Designer))];

    private static ITestOutputHelper Report => TestContext.Current.TestOutputHelper!;

    [Fact(Explicit = true)]
    public async Task Memory_OpenCharacterPage_ComparedWithBarePage()
    {
        await using var bare = await MeasuredProgram.StartAsync(await programs.BareAsync(), programs.CreateFolder("bare"));
        var floor = await MeasureAsync(bare, Anonymous, _ => "", BarePicker);
        await using var dashboard = await StartDashboardAsync();
        var page = await MeasureAsync(dashboard, await SignInAsync(dashboard), CharacterPath, Picker);

        Report.WriteLine($"a bare page: {floor.Heap / 1024:0} KB of the heap, {floor.Process / 1024:0} KB of the process");
        Report.WriteLine($"the character page: {page.Heap / 1024:0} KB of the heap ({page.Heap / floor.Heap:0.00} times), {page.Process / 1024:0} KB of the process ({page.Process / floor.Process:0.00} times)");
    }

    [Fact(Explicit = true)]
    public async Task Memory_OpenRehearsalPage_ComparedWithBarePage()
    {
        await using var bare = await MeasuredProgram.StartAsync(await programs.BareAsync(), programs.CreateFolder("bare"));
        var floor = await MeasureAsync(bare, Anonymous, _ => "", BarePicker);
        await using var dashboard = await StartDashboardAsync();
        var page = await MeasureAsync(dashboard, await SignInAsync(dashboard), _ => "rehearsals/1", () => new RenderedField("data-letter", "j", "onclick"));

        Report.WriteLine($"a rehearsal's page (4 columns, 5 lines, twice): {page.Heap / 1024:0} KB of the heap ({page.Heap / floor.Heap:0.00} times the bare page)");
    }

    [Fact(Explicit = true)]
    public async Task Interaction_WithAThousandOpenPages_Latency()
    {
        await using var dashboard = await StartDashboardAsync();
        var cookies = await SignInAsync(dashboard);
        await using var bare = await MeasuredProgram.StartAsync(await programs.BareAsync(), programs.CreateFolder("bare"));
        var (circuits, floor) = (new List<OpenCircuit>(), new List<OpenCircuit>());
        try
        {
            await OpenAsync(floor, 1, bare, Anonymous, _ => "", BarePicker);
            await OpenAsync(circuits, First, dashboard, cookies, CharacterPath, Picker);
            var before = dashboard.ProcessorTime;
            await OpenAsync(circuits, Many, dashboard, cookies, CharacterPath, Picker);
            Report.WriteLine($"opening {Many} character pages: {(dashboard.ProcessorTime - before).TotalMilliseconds / (Many - First):0.0} ms of a core for each");
            foreach (var perSecond in (int[])[50, 100, 200])
            {
                var (server, client) = (dashboard.ProcessorTime, Environment.CpuUsage.TotalTime);
                var watch = Stopwatch.StartNew();
                var (times, alone) = await TypeAsync(circuits, floor[0], perSecond);
                var busy = (dashboard.ProcessorTime - server) / watch.Elapsed;
                var own = (Environment.CpuUsage.TotalTime - client) / watch.Elapsed;
                Report.WriteLine($"a key in a picker, {perSecond} a second over all: {Percentile(times, 50):0.0} ms median, {Percentile(times, 95):0.0} ms for 95 of 100 ({Percentile(times, 95) / Percentile(alone, 95):0.0} times one bare page at the same time, {Percentile(alone, 95):0.0} ms); {busy:0.00} cores for the server, {own:0.00} for who types");
            }
        }
        finally
        {
            await CloseAsync([.. circuits, .. floor]);
        }
    }

    private static async Task<(IReadOnlyList<TimeSpan> Times, IReadOnlyList<TimeSpan> Alone)> TypeAsync(List<OpenCircuit> circuits, OpenCircuit floor, int perSecond)
    {
        // At a steady pace, whether the answers have come or not: who waits for them would hide that they are late.
        var (typing, alone) = (new List<Task<TimeSpan>>(), new List<TimeSpan>());
        var watch = Stopwatch.StartNew();
        var last = Task.CompletedTask;
        for (var number = 0; number < Many; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - watch.Elapsed;
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, Cancellation);
            }

            typing.Add(circuits[number * 37 % Many].TypeAsync(Typed[number % Typed.Length]));
            if (last.IsCompleted && number % 5 == 0)
            {
                last = TypeAloneAsync(Typed[number % Typed.Length]);
            }
        }

        await last;
        return (await Task.WhenAll(typing), alone);

        async Task TypeAloneAsync(string text) => alone.Add(await floor.TypeAsync(text));
    }

    private static async Task<(double Heap, double Process)> MeasureAsync(MeasuredProgram program, CookieContainer[] cookies, Func<int, string> path, Func<RenderedField> field)
    {
        var circuits = new List<OpenCircuit>();
        try
        {
            await OpenAsync(circuits, First, program, cookies, path, field);
            var before = await program.MemoryAsync();
            await OpenAsync(circuits, First + More, program, cookies, path, field);
            var after = await program.MemoryAsync();
            Report.WriteLine($"{circuits.Average(circuit => circuit.Received) / 1024:0.0} KB of render batches for each page");
            return ((after.Heap - before.Heap) / More, (after.Process - before.Process) / More);
        }
        finally
        {
            await CloseAsync(circuits);
        }
    }

    private static async Task OpenAsync(List<OpenCircuit> circuits, int count, MeasuredProgram program, CookieContainer[] cookies, Func<int, string> path, Func<RenderedField> field)
    {
        var visitors = cookies.Select(mine => new HttpClient(new HttpClientHandler { CookieContainer = mine }) { BaseAddress = program.Address }).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(circuits.Count, count - circuits.Count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation }, async (number, _) =>
        {
            var visitor = number / CircuitTracker.MaxPerPerson % cookies.Length;
            var circuit = await OpenCircuit.OpenAsync(visitors[visitor], cookies[visitor], path(number), field());
            lock (circuits)
            {
                circuits.Add(circuit);
            }
        });
        visitors.ForEach(visitor => visitor.Dispose());
        // What follows the first picture: the history, the draft, the account's list.
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
    }

    private static async Task CloseAsync(List<OpenCircuit> circuits)
    {
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }

    /// <summary>With eight changes in the history of each character.</summary>
    private async Task<MeasuredProgram> StartDashboardAsync()
    {
        var data = programs.CreateFolder("data");
        await using (var database = await TestDatabase.CreateSqliteAsync(data))
        {
            await using var db = await database.OpenAsync();
            db.AddRange(Designers);
            db.AddRange(Enumerable.Range(0, Characters * 8).Select(number => new ChangeRecord
            {
                At = DateTimeOffset.UtcNow.AddHours(-1 - (number / Characters)),
                Kind = ChangeKind.Edit,
                PersonId = TestPeople.Jonas.Id,
                PersonName = TestPeople.Jonas.Name,
                CharacterId = Id(number % Characters),
                CharacterName = $"Villager {number % Characters}",
                TemperatureBefore = 0.4m,
                TemperatureAfter = 0.5m,
                State = ChangeState.Confirmed,
                SettledAt = DateTimeOffset.UtcNow,
            }));
            db.Add(CreateRehearsal());
            await db.SaveChangesAsync(Cancellation);
        }

        return await MeasuredProgram.StartAsync(await programs.DashboardAsync(), data, ("Convai__Sandbox__Characters", "300"), ("Convai__MaxRequestsPerMinute", "100000"));
    }

    private static Rehearsal CreateRehearsal() => new()
    {
        At = DateTimeOffset.UtcNow.AddHours(-1),
        EndedAt = DateTimeOffset.UtcNow,
        CharacterId = Id(0),
        CharacterName = "Villager 0",
        PersonId = TestPeople.Jonas.Id,
        PersonName = TestPeople.Jonas.Name,
        Account = "",
        Repeats = 2,
        IncludesKnowledge = true,
        HidesNames = false,
        State = RehearsalState.Done,
        Lines = [.. Enumerable.Range(0, 5).Select(line => new RehearsalLine { Number = line, Text = "Do you have a room for tonight?" })],
        Columns = [.. Enumerable.Range(0, 4).Select(column => new RehearsalColumn { Number = column, Position = column, ModelCode = "gpt-4o", Temperature = 0.4m, State = ColumnState.Ended })],
        Answers =
        [
            .. from column in Enumerable.Range(0, 4)
               from repeat in Enumerable.Range(0, 2)
               from line in Enumerable.Range(0, 5)
               select new RehearsalAnswer { Column = column, Repeat = repeat, Line = line, State = AnswerState.Answered, Milliseconds = 1_000 + (100 * line), Text = $"{new string('a', 200)} {repeat}" },
        ],
    };

    /// <summary>Several people, because <see cref="CircuitTracker.MaxPerPerson"/> limits each.</summary>
    private static async Task<CookieContainer[]> SignInAsync(MeasuredProgram dashboard)
    {
        var cookies = new List<CookieContainer>();
        foreach (var designer in Designers)
        {
            using var client = await AccountClient.SignedInAsync(dashboard.Address, designer.Email!);
            cookies.Add(client.Cookies);
        }

        return [.. cookies];
    }

    private static string CharacterPath(int number) => $"characters/{Id(number % Characters)}";

    private static RenderedField BarePicker() => new("id", "picker");

    private static RenderedField Picker() => new("id", "model-input");

    // As the sandbox calls its villagers.
    private static string Id(int number) => $"{number + 100:x8}-5a8d-11ef-b23c-42010a7be011";

    private static double Percentile(IReadOnlyList<TimeSpan> times, int percent) =>
        times.Order().ElementAt((times.Count - 1) * percent / 100).TotalMilliseconds;
}
