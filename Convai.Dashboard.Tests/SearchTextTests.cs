namespace Convai.Dashboard;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Zoë", "zoe")]
    [InlineData("Zoe\u0308", "ZOË")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ısı", "isi")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE", "straße")]
    [InlineData("Ærøskøbing", "aeroskobing")]
    [InlineData("Łódź", "lodz")]
    [InlineData("Þór", "thor")]
    [InlineData("Phở", "pho")]
    [InlineData("Ёлка", "елка")]
    [InlineData("Σίσυφος", "σισυφοσ")]
    [InlineData("ＧＰＴ", "gpt")]
    [InlineData("ﬁne", "fine")]
    public void Fold_EquivalentSpellings_AreEqual(string text, string typed) => Assert.Equal(SearchText.Fold(text), SearchText.Fold(typed));

    /// <summary>Marks that are letters in their own scripts stay, and so does one on its own.</summary>
    [Theory]
    [InlineData("が", "か")]
    [InlineData("กำ", "กม")]
    [InlineData("\u0301", "")]
    [InlineData("\ud800", "")]
    public void Fold_DifferentLetters_AreNotEqual(string text, string typed) => Assert.NotEqual(SearchText.Fold(text), SearchText.Fold(typed));

    [Fact]
    public void ContainsAll_RequiresEveryWord()
    {
        Assert.True(SearchText.ContainsAll(SearchText.Fold("Zoë of Łódź"), SearchText.SplitWords(" lodz  ZOE ")));
        Assert.False(SearchText.ContainsAll(SearchText.Fold("Zoë"), SearchText.SplitWords("zoe lodz")));
        Assert.True(SearchText.ContainsAll("", SearchText.SplitWords(" ")));
    }
}
