namespace Convai.Dashboard.Features.Characters;

public sealed class CastOptions
{
    public const string Section = "Cast";

    /// <summary>False if this server fetches no avatar pictures and shows initials instead.</summary>
    public bool Pictures { get; set; } = true;
}
