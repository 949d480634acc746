using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Cast;

public sealed class CastSelectionTests
{
    private static readonly List<CastRow> Rows = [.. Enumerable.Range(0, 6).Select(place => new CastRow(new Character($"{place}", "", new CharacterCoreSettings(null, null), null, null), null, null, null, false))];

    private readonly CastSelection _selection = new();

    [Fact]
    public void Range_StartsAtLastToggledRow_InEitherDirection()
    {
        _selection.Set(Rows[3], true, false, Rows);
        _selection.Set(Rows[1], true, true, Rows);
        Assert.Equal("1 2 3", Selected());
        _selection.Set(Rows[2], false, true, Rows);
        Assert.Equal("3", Selected());
    }

    [Fact]
    public void Range_LastToggledRowNotShown_SelectsOnlyOneRow()
    {
        _selection.Set(Rows[0], true, false, Rows);
        _selection.Set(Rows[4], true, true, Rows[2..]);
        Assert.Equal("0 4", Selected());
    }

    [Fact]
    public void KeepOnly_DeselectsMissingCharacters()
    {
        _selection.Set(Rows, true);
        _selection.RemoveMissing(id => id is "2" or "9");
        Assert.Equal("2", Selected());
    }

    [Fact]
    public void Clear_ResetsTheRangeStart()
    {
        _selection.Set(Rows[0], true, false, Rows);
        _selection.Clear();
        _selection.Set(Rows[4], true, true, Rows);
        Assert.Equal("4", Selected());
    }

    private string Selected() => string.Join(' ', Rows.Where(_selection.Contains).Select(row => row.Character.Id));
}
