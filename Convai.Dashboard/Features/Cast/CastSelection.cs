namespace Convai.Dashboard.Features.Cast;

/// <summary>The ids of the characters that one person has selected. The selection survives every filter and every reading of the cast.</summary>
public sealed class CastSelection
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private string? _anchorId;

    public IReadOnlyCollection<string> Ids => _ids;

    public int Count => _ids.Count;

    public bool Contains(CastRow row) => _ids.Contains(row.Character.Id);

    /// <param name="row">The row that was clicked.</param>
    /// <param name="isRange">True for all rows from the one clicked before to this one, in their present order.</param>
    /// <param name="shown">The rows in their order.</param>
    public void Set(CastRow row, bool isSelected, bool isRange, IReadOnlyList<CastRow> shown)
    {
        var to = IndexOf(shown, row.Character.Id);
        var from = isRange && _anchorId is not null ? IndexOf(shown, _anchorId) : to;
        for (var index = Math.Min(from, to); from >= 0 && to >= 0 && index <= Math.Max(from, to); index++)
        {
            Set(shown[index], isSelected);
        }

        Set(row, isSelected);
        _anchorId = row.Character.Id;
    }

    public void Set(IEnumerable<CastRow> rows, bool isSelected)
    {
        foreach (var row in rows)
        {
            Set(row, isSelected);
        }
    }

    public void Clear()
    {
        _ids.Clear();
        _anchorId = null;
    }

    /// <summary>Deselects the characters that are no longer in the cast.</summary>
    public void RemoveMissing(Func<string, bool> isInCast) => _ids.RemoveWhere(id => !isInCast(id));

    private void Set(CastRow row, bool isSelected)
    {
        if (isSelected)
        {
            _ids.Add(row.Character.Id);
        }
        else
        {
            _ids.Remove(row.Character.Id);
        }
    }

    private static int IndexOf(IReadOnlyList<CastRow> rows, string id)
    {
        for (var index = 0; index < rows.Count; index++)
        {
            if (string.Equals(rows[index].Character.Id, id, StringComparison.Ordinal))
            {
                return index;
            }
        }

        return -1;
    }
}
