namespace Convai.Dashboard.Security;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("jonas@studio.example", "JONAS@Studio.Example", true)]
    // By Unicode's rules each of these would be the other one.
    [InlineData("jonas@studio.example", "jonaſ@studio.example", false)]
    [InlineData("kai@studio.example", "\u212Aai@studio.example", false)]
    [InlineData("iris@studio.example", "ır\u0131s@studio.example", false)]
    [InlineData("iris@studio.example", "\u0130ris@studio.example", false)]
    [InlineData("zoë@studio.example", "ZOË@studio.example", false)]
    [InlineData("zo\u00EB@studio.example", "zoe\u0308@studio.example", false)]
    public void Normalize_FoldsOnlyAsciiCase(string one, string other, bool isSame)
    {
        Assert.Equal(isSame, EmailAddress.Normalize(one) == EmailAddress.Normalize(other));
        Assert.Equal(isSame, new EmailNormalizer().NormalizeEmail(one) == new EmailNormalizer().NormalizeEmail(other));
    }

    [Fact]
    public void Normalize_NonAsciiCharacter_IsUnchanged() =>
        Assert.All(Enumerable.Range(128, char.MaxValue - 127), code => Assert.Equal((char)code, EmailAddress.Normalize($"{(char)code}")[0]));

    [Theory]
    [InlineData("jonas@studio.example", false)]
    [InlineData("zoë@studio.example", false)]
    [InlineData("jonaſ@studio.example", true)]
    [InlineData("\u212Aai@studio.example", true)]
    [InlineData("ır\u0131s@studio.example", true)]
    public void HasLookalike_DetectsLettersFoldedByEarlierVersions(string address, bool has) => Assert.Equal(has, EmailAddress.HasLookalike(address));
}
