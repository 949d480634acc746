using System.Globalization;
using Convai.Dashboard.Features.Models;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Rehearsals;

/// <summary>Shows one column each of two rehearsals of a character, next to each other, line by line.</summary>
public sealed partial class ComparisonPage(RehearsalService rehearsals, AccountModels accountModels)
{
    private Side[] _sides = [];
    private bool _isMissing;

    /// <summary>The number of a rehearsal; an address can hold anything.</summary>
    [SupplyParameterFromQuery]
    private string? First { get; set; }

    [SupplyParameterFromQuery]
    private string? Second { get; set; }

    private int Slowest => _sides.Max(side => side.Column.Slowest) ?? 0;

    /// <summary>The lines of the first run, then those that only the second one spoke.</summary>
    private IEnumerable<string> Lines => _sides.SelectMany(side => side.View.Lines).Distinct(StringComparer.Ordinal);

    protected override Task OnInitializedAsync() => LoadAsync();

    private Task LoadAsync() => ReadAsync(async () =>
    {
        if (await FindAsync(First) is { } first && await FindAsync(Second) is { } second && string.Equals(first.CharacterId, second.CharacterId, StringComparison.Ordinal))
        {
            _sides = [new Side(first), new Side(second)];
        }

        _isMissing = _sides.Length == 0;
    });

    private async Task<RehearsalView?> FindAsync(string? number) =>
        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await rehearsals.ReadAsync(User, id, Closing) : null;

    /// <param name="view">One of the two runs.</param>
    private sealed class Side(RehearsalView view)
    {
        public RehearsalView View => view;

        /// <summary>The place of the shown column: the preferred one, or the first candidate.</summary>
        public int Position { get; set; } = (view.Preferred ?? view.Columns.FirstOrDefault(column => !column.IsNow) ?? view.Columns[0]).Position;

        public ColumnView Column => view.Columns.FirstOrDefault(column => column.Position == Position) ?? view.Columns[0];
    }
}
