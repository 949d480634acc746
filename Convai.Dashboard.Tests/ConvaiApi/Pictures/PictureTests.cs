using System.Text;
using Convai.Dashboard.ConvaiApi.Sandbox;

namespace Convai.Dashboard.ConvaiApi.Pictures;

public sealed class PictureTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452", "image/png")]
    [InlineData("FFD8FFE000104A464946000101000001", "image/jpeg")]
    [InlineData("474946383961010001000000", "image/gif")]
    [InlineData("474946383761010001000000", "image/gif")]
    [InlineData("524946462400000057454250565038200000", "image/webp")]
    [InlineData("524946462400000057415645666D74200000", null)]
    [InlineData("89504E470A1A0A", null)]
    [InlineData("0000002066747970617669660000000061766966", null)]
    [InlineData("424D", null)]
    [InlineData("FFD8", null)]
    [InlineData("", null)]
    public void Read_Bytes_RecognizesFourFormats(string bytes, string? contentType) =>
        Assert.Equal(contentType, Picture.Read(Convert.FromHexString(bytes))?.ContentType);

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<?xml version=\"1.0\"?><svg/>")]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("\uFEFF<html>")]
    [InlineData("%PDF-1.7")]
    public void Read_ScriptableFormat_ReturnsNull(string text) => Assert.Null(Picture.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void SandboxPictures_AreSmallPngs() =>
        Assert.All(Enumerable.Range(0, 24), number =>
        {
            var drawing = Picture.Read(SandboxPictures.Find($"{number}")!)!;
            Assert.Equal("image/png", drawing.ContentType);
            Assert.InRange(drawing.Bytes.Length, 100, 1000);
        });
}
