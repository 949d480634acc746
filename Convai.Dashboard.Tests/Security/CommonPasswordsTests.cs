namespace Convai.Dashboard.Security;

public sealed class CommonPasswordsTests
{
    [Theory]
    [InlineData("short-one")]
    [InlineData("password1234")]
    [InlineData("Password!2026")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("passwordpassword")]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("qwertyuiop123")]
    [InlineData("abcdefghijklmn")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("iloveyou2026")]
    [InlineData("anakeller-anakeller1", "Ana Keller", "anakeller@studio.example")]
    [InlineData("ConvaiDashboard1")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("Chocolate2026!")]
    [InlineData("manchester-manchester")]
    [InlineData("b00k-w0rm-1987")]
    public void Validate_CommonPassword_ReturnsReason(string password, params string[] known) =>
        Assert.EndsWith(".", CommonPasswords.Validate(password, known), StringComparison.Ordinal);

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("tin whistle at nine")]
    [InlineData("Kx7#mQ2!vL9z")]
    [InlineData("наши пароли длинные")]
    [InlineData("parol is nicht genug 7")]
    public void Validate_LongUncommonPassword_IsNull(string password) => Assert.Null(CommonPasswords.Validate(password, "ana@studio.example", "Ana"));

    [Fact]
    public void Validate_HugePassword_ReturnsLengthLimit() => Assert.Contains("at most 128", CommonPasswords.Validate(new string('x', 1_000_000)), StringComparison.Ordinal);
}
