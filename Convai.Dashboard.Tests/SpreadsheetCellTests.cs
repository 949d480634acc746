namespace Convai.Dashboard;

public sealed class SpreadsheetCellTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("＝1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM")]
    [InlineData("'=1")]
    public void Defuse_Formula_BecomesTextAndRestores(string cell)
    {
        Assert.Equal($"'{cell}", SpreadsheetCell.Defuse(cell));
        Assert.Equal(cell, SpreadsheetCell.Restore($"'{cell}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mira")]
    [InlineData("'quoted'")]
    [InlineData("a=1")]
    public void Defuse_AnythingElse_IsUnchanged(string cell) => Assert.Equal(cell, SpreadsheetCell.Defuse(cell));
}
