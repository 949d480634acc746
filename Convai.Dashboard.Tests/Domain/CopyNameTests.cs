namespace Convai.Dashboard.Domain;

public sealed class CopyNameTests
{
    [Theory]
    [InlineData("Mira the Innkeeper", 12, 0, "Mira the Innkeeper (rehearsal copy 12-1)")]
    [InlineData("", 1, 3, " (rehearsal copy 1-4)")]
    public void Create_SaysWhatItIs(string name, long rehearsalId, int position, string expected)
    {
        Assert.Equal(expected, CopyName.Create(name, rehearsalId, position));
        Assert.True(CopyName.IsOne(expected));
    }

    [Fact]
    public void Create_LongName_IsCutBeforeTheSuffix()
    {
        var name = CopyName.Create(new string('x', 300), 7, 1);
        Assert.Equal(100, name.Length);
        Assert.True(CopyName.IsOne(name));
    }

    [Theory]
    [InlineData("Mira the Innkeeper")]
    [InlineData("Mira (rehearsal copy)")]
    [InlineData("Mira (rehearsal copy 12-5)")]
    [InlineData("Mira (rehearsal copy 12-1) the second")]
    [InlineData("Mira (rehearsal copy 12-1)\n")]
    public void IsOne_OtherNames_AreNot(string name) => Assert.False(CopyName.IsOne(name));
}
