using System.Diagnostics;
using System.Text.RegularExpressions;
using Convai.Dashboard.Components.Layout;
using Convai.Dashboard.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Components;

/// <summary>Over a real circuit.</summary>
[Trait("Speed", "Slow")]
public sealed partial class InboundOrderTests
{
    /// <summary>
    /// The framework forgets the handlers that a batch replaced once the batch is confirmed. Events that were sent before may name them, and a
    /// busy page has not come to those yet.
    /// </summary>
    [Fact]
    public async Task ConfirmedBatch_PageBusy_WaitsForItsTurn()
    {
        using var page = new BusyPage();
        await using var dashboard = await RunningDashboard.StartAsync(services =>
        {
            services.AddSingleton(page);
            services.ReplaceComponent<ThemeSwitch, BusyField>();
        });
        using var client = await AccountClient.SignedInAsync(dashboard.Address, TestPeople.Ana.Email!);
        await using var circuit = await OpenCircuit.OpenAsync(client.Http, client.Cookies, "presets", new RenderedField("id", BusyField.Id));

        var busy = Task.Run(page.Work, Cancellation);
        await page.Rendered.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        var batch = SentBatch().Match(dashboard.Logs.Lines.Last(line => SentBatch().IsMatch(line))).Groups[1].Value;
        await WaitForLogAsync(dashboard, $"Received confirmation for batch {batch} ");
        // Messages are taken one after the other: once this one is there, everything possible has been done about the confirmation.
        var typed = circuit.TypeAsync("the last");
        await WaitForLogAsync(dashboard, "the last");
        Assert.DoesNotContain(dashboard.Logs.Lines, line => line.Contains($"Completing batch {batch} ", StringComparison.Ordinal));

        page.MayFinish.Set();
        await busy;
        await typed;
        Assert.Equal("the last", page.Typed);
        Assert.Contains(dashboard.Logs.Lines, line => line.Contains($"Completing batch {batch} without error", StringComparison.Ordinal));
    }

    private static async Task WaitForLogAsync(RunningDashboard dashboard, string text)
    {
        var since = Stopwatch.GetTimestamp();
        while (!dashboard.Logs.Lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"Not logged: {text}");
            await Task.Delay(10, Cancellation);
        }
    }

    [GeneratedRegex(@"Sending render batch (\d+) ")]
    private static partial Regex SentBatch();

    private sealed class BusyPage : IDisposable
    {
        public Func<Task> Work { get; set; } = () => Task.CompletedTask;

        public TaskCompletionSource Rendered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim MayFinish { get; } = new();

        public string? Typed { get; set; }

        public void Dispose() => MayFinish.Dispose();
    }

    /// <summary>Renders once more, and then keeps the page busy.</summary>
    private sealed class BusyField : ComponentBase
    {
        public const string Id = "busy-field";

        [Inject]
        public required BusyPage Page { get; init; }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            // A handler that captures a variable is another one at each render, as with @bind.
            var page = Page;
            builder.OpenElement(0, "input");
            builder.AddAttribute(1, "id", Id);
            builder.AddAttribute(2, "oninput", EventCallback.Factory.Create<ChangeEventArgs>(this, input => page.Typed = $"{input.Value}"));
            builder.CloseElement();
        }

        // The one of the circuit comes last.
        protected override void OnInitialized() => Page.Work = () => InvokeAsync(() =>
        {
            StateHasChanged();
            Page.Rendered.TrySetResult();
            Page.MayFinish.Wait(TimeSpan.FromSeconds(20));
        });
    }
}
