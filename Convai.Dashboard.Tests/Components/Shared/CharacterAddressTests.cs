using Convai.Dashboard.Testing;
using FsCheck.Xunit;

namespace Convai.Dashboard.Components.Shared;

public sealed class CharacterAddressTests
{
    [Property(Arbitrary = [typeof(HostileValues)])]
    public void AnyTwoIds_HaveDistinctProxySafeAddresses(UnbrokenText one, UnbrokenText other)
    {
        Assert.Equal(one.Text, CharacterAddress.Decode(CharacterAddress.Encode(one.Text)));
        Assert.Equal(one.Text == other.Text, CharacterAddress.ForPage(one.Text) == CharacterAddress.ForPage(other.Text));
        Assert.All(CharacterAddress.Encode(one.Text), letter => Assert.True(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '~'));
    }

    [Theory]
    [InlineData("57a0c93e-7472-11ef-ac22-42010a7be011", "characters/57a0c93e-7472-11ef-ac22-42010a7be011")]
    [InlineData("a/b", "characters/a~2Fb")]
    [InlineData("a%2Fb", "characters/a~252Fb")]
    [InlineData("..", "characters/~2E~2E")]
    [InlineData("~2F", "characters/~7E2F")]
    public void ForPage_EscapesOnlyUnsafeCharacters(string id, string address) => Assert.Equal(address, CharacterAddress.ForPage(id));
}
