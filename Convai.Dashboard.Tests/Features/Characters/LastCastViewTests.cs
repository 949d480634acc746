using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Characters;

/// <summary>Which characters come before and after one, on its page.</summary>
public sealed class LastCastViewTests
{
    private readonly LastCastView _view = new();
    private readonly CastReading _cast = Cast("Cora", "Anselm", "Bram");

    [Fact]
    public void FindPosition_CastNeverShown_UsesNameOrder()
    {
        var place = _view.FindPosition("Bram", _cast);
        Assert.Equal((2, 3, "Anselm", "Cora"), (place!.Number, place.Total, place.Previous?.Id, place.Next?.Id));
    }

    [Fact]
    public void FindPosition_UsesTableOrder_WithoutNeighbourAtEnds()
    {
        _view.Remember(["Cora", "Bram", "Anselm"]);
        Assert.Equal((1, 3, null, "Bram"), Describe("Cora"));
        Assert.Equal((3, 3, "Bram", null), Describe("Anselm"));
    }

    [Fact]
    public void FindPosition_FilteredCast_OmitsOtherCharacters()
    {
        _view.Remember(["Cora", "Anselm"]);
        Assert.Equal((2, 2, "Cora", null), Describe("Anselm"));
        Assert.Null(_view.FindPosition("Bram", _cast));
    }

    [Fact]
    public void FindPosition_DeletedCharacters_AreSkipped()
    {
        _view.Remember(["Cora", "Gone", "Anselm"]);
        Assert.Equal((2, 2, "Cora", null), Describe("Anselm"));
    }

    [Fact]
    public void FindPosition_FewerThanTwoCharacters_IsNull()
    {
        _view.Remember(["Cora"]);
        Assert.Null(_view.FindPosition("Cora", _cast));
        _view.Remember(Array.Empty<string>());
        Assert.Null(_view.FindPosition("Cora", _cast));
        Assert.Null(new LastCastView().FindPosition("Cora", new CastReading(null, default, default, null)));
    }

    private (int Number, int Total, string? Previous, string? Next)? Describe(string id) =>
        _view.FindPosition(id, _cast) is { } place ? (place.Number, place.Total, place.Previous?.Id, place.Next?.Id) : null;

    private static CastReading Cast(params string[] names) =>
        new([.. names.Select(name => new Character(name, name, new CharacterCoreSettings(null, null), null, null))], default, default, null);
}
