namespace Convai.Dashboard.Features.Characters;

/// <summary>Where somebody last was in the cast, search and all, so that the way back leads there. One per circuit.</summary>
public sealed class LastCastView
{
    /// <summary>Relative to the base address.</summary>
    public string Address { get; private set; } = "./";

    public void Remember(string uri) => Address = $"./{new Uri(uri).Query}";
}
