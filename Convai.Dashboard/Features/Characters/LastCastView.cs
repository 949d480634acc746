namespace Convai.Dashboard.Features.Characters;

/// <summary>The person's last address in the cast, including the search, so that "Back" leads there. One per circuit.</summary>
public sealed class LastCastView
{
    /// <summary>The address relative to the base address.</summary>
    public string Address { get; private set; } = "./";

    public void Remember(string uri) => Address = $"./{new Uri(uri).Query}";
}
