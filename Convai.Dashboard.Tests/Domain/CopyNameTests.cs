namespace Convai.Dashboard.Domain;

public sealed class CopyNameTests
{
    [Theory]
    [InlineData("Mira the Innkeeper", 12, "Mira the Innkeeper (rehearsal copy 12)")]
    [InlineData("", 1, " (rehearsal copy 1)")]
    public void Create_AnyName_MarksCopyAndNumber(string name, long number, string expected)
    {
        Assert.Equal(expected, CopyName.Create(name, number));
        Assert.True(CopyName.IsMatch(expected));
    }

    [Fact]
    public void Create_LongName_IsCutBeforeTheSuffix()
    {
        var name = CopyName.Create(new string('x', 300), 7);
        Assert.Equal(100, name.Length);
        Assert.True(CopyName.IsMatch(name));
    }

    [Theory]
    [InlineData("Mira the Innkeeper")]
    [InlineData("Mira (rehearsal copy)")]
    [InlineData("Mira (rehearsal copy twelve)")]
    [InlineData("Mira (rehearsal copy 12) the second")]
    [InlineData("Mira (rehearsal copy 12)\n")]
    public void IsMatch_OtherName_IsFalse(string name) => Assert.False(CopyName.IsMatch(name));
}
