using System.Globalization;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Shows one column each of two rehearsals of a character, next to each other, line by line.</summary>
public sealed partial class ComparisonPage(RehearsalService rehearsals, AccountModels accountModels, IChangeFeed feed)
{
    private Side[] _sides = [];
    private bool _isMissing;

    /// <summary>The number of a rehearsal; an address can hold anything.</summary>
    [SupplyParameterFromQuery]
    private string? First { get; set; }

    [SupplyParameterFromQuery]
    private string? Second { get; set; }

    private int Slowest => _sides.Max(side => side.Column.Slowest) ?? 0;

    /// <summary>
    /// The lines of the first run, then those that only the second one spoke, each with its number in both; a line that was said twice is there twice.
    /// </summary>
    private IEnumerable<(string Text, int?[] At)> Lines => _sides.SelectMany(side => Numbered(side.View.Lines)).Distinct()
        .Select(line => (line.Text, _sides.Select(side => Numbered(side.View.Lines).ToList().IndexOf(line) is >= 0 and var at ? at : (int?)null).ToArray()));

    /// <summary>The lines with how often each was said before.</summary>
    private static IEnumerable<(string Text, int Before)> Numbered(IReadOnlyList<string> lines) =>
        lines.Select((text, at) => (text, lines.Take(at).Count(earlier => string.Equals(earlier, text, StringComparison.Ordinal))));

    protected override async Task OnInitializedAsync()
    {
        RefreshOn<ChangeEvent>(feed.Subscribe, changeEvent => changeEvent is ChangeEvent.RehearsalUpdated or ChangeEvent.Resynchronized, LoadAsync);

        await LoadAsync();
    }

    private Task LoadAsync() => ReadAsync(async () =>
    {
        if (await FindAsync(First) is { } first && await FindAsync(Second) is { } second && string.Equals(first.CharacterId, second.CharacterId, StringComparison.Ordinal))
        {
            var shown = _sides.Select(side => (int?)side.Position).ToArray();
            _sides = [new Side(first, shown.ElementAtOrDefault(0)), new Side(second, shown.ElementAtOrDefault(1))];
        }

        _isMissing = _sides.Length == 0;
    });

    private async Task<RehearsalView?> FindAsync(string? number) =>
        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await rehearsals.ReadAsync(User, id, Closing) : null;

    /// <param name="view">One of the two runs.</param>
    /// <param name="shown">The place of the column that was shown before; null at first.</param>
    private sealed class Side(RehearsalView view, int? shown)
    {
        public RehearsalView View => view;

        /// <summary>The place of the shown column: the preferred one, or the first candidate.</summary>
        public int Position { get; set; } = shown ?? (view.Preferred ?? view.Columns.FirstOrDefault(column => !column.IsNow) ?? view.Columns[0]).Position;

        public ColumnView Column => view.Columns.FirstOrDefault(column => column.Position == Position) ?? view.Columns[0];
    }
}
