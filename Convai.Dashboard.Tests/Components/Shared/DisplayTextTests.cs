using Convai.Dashboard.Security;
using Convai.Dashboard.Testing;
using FsCheck.Xunit;

namespace Convai.Dashboard.Components.Shared;

[Properties(Arbitrary = [typeof(HostileValues)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("Mira the Innkeeper", "Mira the Innkeeper")]
    [InlineData("مرشد القرية", "مرشد القرية")]
    [InlineData("\U0001F469\u200D\U0001F467 Zoe\u0308", "\U0001F469\u200D\U0001F467 Zoe\u0308")]
    [InlineData("a\r\nb\u202ec", "a\ufffd\ufffdb\ufffdc")]
    [InlineData("", "")]
    [InlineData("\u200b \u200f", "\ufffd")]
    public void Sanitize_ReplacesUnsafeCharacters(string text, string shown) => Assert.Equal(shown, DisplayText.Sanitize(text));

    [Fact]
    public void Sanitize_LongText_IsCutBetweenGraphemes()
    {
        const string Family = "\U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
        Assert.Equal($"{string.Concat(Enumerable.Repeat(Family, DisplayText.MaxLength / Family.Length))}…", DisplayText.Sanitize(string.Concat(Enumerable.Repeat(Family, 100))));
        Assert.Equal($"{new string('x', DisplayText.MaxLength)}…", DisplayText.Sanitize(new string('x', 10_000)));
    }

    [Property]
    public void Sanitize_AnyText_IsBoundedAndIdempotent(string text)
    {
        var shown = DisplayText.Sanitize(text);
        Assert.InRange(shown.Length, 0, DisplayText.MaxLength + 1);
        Assert.Equal(shown, DisplayText.Sanitize(shown));
        Assert.True(text.Length == 0 || DisplayText.IsVisible(shown));
        Assert.DoesNotContain(shown, letter => char.IsControl(letter) || letter is '\u2028' or '\u202e' or '\u2066');
    }

    [Property]
    public void EmailAddress_AnyText_IsPlausibleOnlyIfWellFormed(string text, string other)
    {
        foreach (var address in new[] { text, $"{text}@{other}", $"{text}@studio.example" })
        {
            Assert.True(!EmailAddress.IsPlausible(address) || (address.Contains('@', StringComparison.Ordinal) && address.Length <= 256 && !address.Any(char.IsWhiteSpace)));
        }
    }
}
