namespace Convai.Dashboard.Security;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/characters/57a0?q=1#x")]
    [InlineData("/?q=mira%20innkeeper")]
    [InlineData("/team/log")]
    public void OrHome_LocalPath_IsKept(string address) => Assert.Equal(address, LocalAddress.OrRoot(address));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("team")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/a\\b")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("http:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData(" //evil.example")]
    [InlineData("%2F%2Fevil.example")]
    public void OrHome_AnythingElse_ReturnsHome(string? address) => Assert.Equal("/", LocalAddress.OrRoot(address));
}
