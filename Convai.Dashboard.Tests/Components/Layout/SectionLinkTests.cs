namespace Convai.Dashboard.Components.Layout;

/// <summary>Each page that a person can be on below a main page shows in the menu where they are.</summary>
public sealed class SectionLinkTests
{
    [Theory]
    [InlineData("", true, false)]
    [InlineData("cast/import", true, false)]
    [InlineData("characters/57a0c93e", true, false)]
    [InlineData("characters/57a0c93e/rehearse", false, true)]
    [InlineData("rehearsals", false, true)]
    [InlineData("rehearsals/7", false, true)]
    [InlineData("history", false, false)]
    [InlineData("castle", false, false)]
    public void Pages_BelongToOneEntry(string path, bool isCast, bool isRehearsals) =>
        Assert.Equal((isCast, isRehearsals), (SectionLink.IsCast(path), SectionLink.IsRehearsals(path)));
}
