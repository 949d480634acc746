using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.History;

/// <summary>Shows how the cast differs from an earlier time. It is a plan, not a write: each step is made separately.</summary>
public sealed partial class PointInTimePage(ChangeHistory history, ChangeWriter writer, BatchPlanner planner, BatchService batches, AccountModels accountModels, IChangeFeed feed, PageClock clock, NavigationManager navigation)
{
    private const string Minute = "yyyy-MM-ddTHH:mm";

    // Blazor's script adds ":00" to the minutes in the browser's field, and passes on any fractions.
    private const string Moment = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";

    private readonly Dictionary<string, (CharacterSnapshot Character, ChangeOutcome Outcome)> _steps = new(StringComparer.Ordinal);
    private readonly AddressSync<string?> _address = new();
    private bool _isSubscribed;
    private DateTimeOffset? _at;
    private CastSnapshot? _then;
    private IReadOnlyList<Choice> _choices = [];
    private KnownPeriod? _knowledge;

    // The character of the step that is being written.
    private string? _writing;

    /// <summary>The point in time in UTC, to the minute or finer: people in any zone who open the address see the same.</summary>
    [SupplyParameterFromQuery(Name = "at")]
    private string? At { get; set; }

    /// <summary>What the field shows: the clock where the person is.</summary>
    private DateTime? Shown => _at is { } at ? clock.Local.ToLocal(at).DateTime : null;

    private string? AtText => _at is { } at ? Text(at) : null;

    private static string Text(DateTimeOffset at) => at.ToString(at.Ticks % TimeSpan.TicksPerMinute == 0 ? Minute : Moment, CultureInfo.InvariantCulture);

    /// <summary>The characters to restore and those already restored: a finished step stays visible.</summary>
    private IEnumerable<CharacterSnapshot> Rows(CastSnapshot then) => then.Characters
        .UnionBy(_steps.Values.Select(step => step.Character), character => character.CharacterId, StringComparer.Ordinal)
        .OrderBy(character => character.Name, StringComparer.CurrentCultureIgnoreCase);

    /// <summary>A time that people often want back.</summary>
    /// <param name="Differences">The number of characters that have different settings now; null if nothing is known about that time.</param>
    private sealed record Choice(string Name, string? Detail, DateTimeOffset At, int? Differences);

    private bool IsInTheFuture => _at > clock.Now;

    private bool IsBeingVerified(CharacterSnapshot character) => _steps.TryGetValue(character.CharacterId, out var step) && step.Outcome is ChangeOutcome.Verifying;

    private bool IsDone(CharacterSnapshot character) => _then?.Characters.Any(other => other.CharacterId == character.CharacterId) == false;

    protected override async Task OnParametersSetAsync()
    {
        if (!_isSubscribed)
        {
            _isSubscribed = true;
            RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.Recorded, ReadAsync);
        }

        if (_address.Read(At))
        {
            await SetTimeAsync(DateTimeOffset.TryParseExact(At, [Minute, Moment], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);
        }

        if (_knowledge is null && LoadError is null)
        {
            await ReadAsync();
        }
    }

    private Task ShowAsync(DateTime? at)
    {
        // At once, not when the address comes back: the person may still be typing in the field.
        var reading = SetTimeAsync(at is { } moment ? clock.Local.ToUtc(moment) : null);
        if (_address.Write(AtText))
        {
            navigation.NavigateTo(navigation.GetUriWithQueryParameter("at", AtText), new NavigationOptions { ReplaceHistoryEntry = true });
        }

        return reading;
    }

    private async Task SetTimeAsync(DateTimeOffset? at)
    {
        if (at != _at)
        {
            (_at, _then) = (at, null);
            _steps.Clear();
            await ReadAsync();
        }
    }

    private Task ReadAsync() => ReadAsync(async () =>
    {
        if (!Closing.IsCancellationRequested)
        {
            await ReadChoicesAsync();
        }

        if (_at is { } at && !Closing.IsCancellationRequested)
        {
            // A step that is made during this reading knows more than the reading.
            var steps = _steps.ToList();
            var then = await history.ReadSnapshotAsync(User, at, Closing);
            // The person may have chosen another time during this reading.
            if (at == _at)
            {
                _then = then;
                foreach (var (id, _) in steps.Where(step => _steps.Contains(step) && IsOutdated(step.Value, _then)))
                {
                    _steps.Remove(id);
                }
            }
        }
    });

    /// <summary>The start of today, last evening, and just before the last batch.</summary>
    private async Task ReadChoicesAsync()
    {
        var knowledge = await history.ReadKnownPeriodAsync(User, Closing);
        var today = clock.Local.GetDay(clock.Now);
        var times = new List<(string Name, string? Detail, DateTimeOffset At)>
        {
            ("Start of today", "00:00", clock.Local.GetStartOfDay(today)),
            ("Yesterday evening", "18:00", clock.Local.ToUtc(today.AddDays(-1).ToDateTime(new TimeOnly(18, 0)))),
        };
        if ((await batches.ListRecentAsync(User, Closing)).MaxBy(recent => recent.StartedAt) is { StartedAt: { } startedAt } batch)
        {
            // In milliseconds, which is what the browser's field takes.
            var before = startedAt.AddTicks(-(startedAt.Ticks % TimeSpan.TicksPerMillisecond)).AddMilliseconds(-1);
            times.Add(("Before the last batch", $"{batch.Title} · {clock.Local.FormatRelativeDay(startedAt, clock.Now)}, {clock.Local.FormatTime(startedAt)}", before));
        }

        var choices = new List<Choice>();
        foreach (var (name, detail, at) in knowledge.Since is null ? [] : times)
        {
            choices.Add(new Choice(name, detail, at, at >= knowledge.Since ? (await history.ReadSnapshotAsync(User, at, Closing)).Characters.Count : null));
        }

        (_knowledge, _choices) = (knowledge, choices);
    }

    private static string GetAddress(DateTimeOffset at) => $"history/as-it-was?at={Uri.EscapeDataString(Text(at))}";

    private async Task RestoreAsync(CharacterSnapshot character)
    {
        await ExecuteAsync(async () =>
        {
            if (_at is not { } at)
            {
                return;
            }

            _writing = character.CharacterId;
            try
            {
                // The settings as the plan shows them: if they have changed since, the change becomes a conflict.
                var request = new ChangeRequest(new Character(character.CharacterId, character.Name, character.Now, null, null), character.Now, character.Then, HistoryText.RestoredTo(at, clock.Local));
                var outcome = await writer.WriteAsync(User, request, null, Closing);
                _steps[character.CharacterId] = (character, outcome);
                if (outcome is ChangeOutcome.Verifying verifying)
                {
                    Dispatch(() => verifying.ShowVerdictAsync(() => _steps.TryGetValue(character.CharacterId, out var step) && step.Outcome == verifying, verdict => ShowVerdictAsync(character, verdict), Closing));
                }
            }
            finally
            {
                _writing = null;
            }
        }, "");
        await ReadAsync();
    }

    private Task ShowVerdictAsync(CharacterSnapshot character, ChangeOutcome verdict)
    {
        _steps[character.CharacterId] = (character, verdict);
        return ReadAsync();
    }

    /// <summary>Plans all of them as one batch, which the person reviews before anything is written.</summary>
    private async Task PlanAllAsync()
    {
        if ((_then, _at) is ({ } then, { } at))
        {
            var rows = then.Characters.Select(character => new BatchItemRequest(character.CharacterId, character.Name, character.Now, character.Then)).ToList();
            var request = new PlanRequest(HistoryText.RestoreTo(at, clock.Local), ChangeKind.Undo, rows);
            await ExecuteAsync(async () => navigation.OpenPlan(await planner.CreateAsync(User, request, Closing)), BatchText.PlanNotCreated);
        }
    }

    /// <summary>Whether the character has changed since: the outcome shown beside it no longer describes its present settings.</summary>
    private static bool IsOutdated((CharacterSnapshot Character, ChangeOutcome Outcome) step, CastSnapshot? then)
    {
        var left = step.Outcome.LastRead?.Settings ?? step.Character.Now;
        return then?.Characters.FirstOrDefault(character => character.CharacterId == step.Character.CharacterId) is { Now: var now }
            ? !SettingsPatch.From(left).DifferencesFrom(now).IsEmpty
            : step.Outcome is not ChangeOutcome.Confirmed;
    }
}
