namespace Convai.Dashboard.Components.Shared;

[Trait("Database", "None")]
public sealed class AddressSyncTests
{
    private readonly AddressSync<string?> _address = new();

    [Fact]
    public void Read_WrittenViews_AreNotNewsInAnyNumber()
    {
        Assert.True(_address.Read("a"));
        Assert.True(_address.Write("b"));
        Assert.True(_address.Write("c"));
        Assert.False(_address.Read("b"));
        Assert.False(_address.Read("c"));
    }

    [Fact]
    public void Read_ReaderGoesBack_ShowsViewAgain()
    {
        Assert.True(_address.Read("a"));
        Assert.True(_address.Write("b"));
        Assert.False(_address.Read("b"));
        Assert.True(_address.Read("a"));
        Assert.False(_address.Read("a"));
    }

    [Fact]
    public void Write_ViewInAddressOrOnItsWay_NeedsNoNavigation()
    {
        Assert.False(_address.Write(null));
        Assert.True(_address.Write("b"));
        Assert.False(_address.Write("b"));
        Assert.True(_address.Write(null));
    }
}
