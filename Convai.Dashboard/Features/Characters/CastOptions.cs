namespace Convai.Dashboard.Features.Characters;

public sealed class CastOptions
{
    public const string Section = "Cast";

    /// <summary>False: this server fetches no pictures of avatars, and initials stand in their place.</summary>
    public bool Pictures { get; set; } = true;
}
