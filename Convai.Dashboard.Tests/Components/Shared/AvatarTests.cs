using Bunit;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Components.Shared;

public sealed class AvatarTests : DashboardTestContext
{
    [Fact]
    public void Avatar_WithPicture_RendersItOverInitials()
    {
        var avatar = Render<Avatar>(parameters => parameters.Add(part => part.Name, "Mira the Innkeeper").Add(part => part.Picture, "characters/mira/picture"));
        Assert.Equal("M", avatar.Find(".avatar").TextContent.Trim());
        Assert.Equal("true", avatar.Find(".avatar").GetAttribute("aria-hidden"));
        var picture = avatar.Find(".avatar img");
        Assert.Equal(("characters/mira/picture", "", "lazy"), (picture.GetAttribute("src"), picture.GetAttribute("alt"), picture.GetAttribute("loading")));
        Assert.Equal(("30", "30"), (picture.GetAttribute("width"), picture.GetAttribute("height")));
        // Seen only once dashboard.js says so, which finds it by this; a handler in the page is forbidden.
        Assert.True(picture.HasAttribute("data-avatar"));
        Assert.False(picture.HasAttribute("data-loaded"));
        Assert.DoesNotContain(picture.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Avatar_WithoutPicture_ShowsOnlyInitials()
    {
        var avatar = Render<Avatar>(parameters => parameters.Add(part => part.Name, "Ana Keller").Add(part => part.IsPerson, true));
        Assert.Equal("AK", avatar.Find(".avatar").TextContent);
        Assert.Empty(avatar.FindAll("img"));
    }

    [Fact]
    public void Avatar_Large_ReservesItsSize() =>
        Assert.Equal("44", Render<Avatar>(parameters => parameters.Add(part => part.Name, "M").Add(part => part.Picture, "p").Add(part => part.IsLarge, true)).Find("img").GetAttribute("width"));
}
