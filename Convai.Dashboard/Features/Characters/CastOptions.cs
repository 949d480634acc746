using System.ComponentModel.DataAnnotations;

namespace Convai.Dashboard.Features.Characters;

public sealed class CastOptions
{
    public const string Section = "Cast";

    /// <summary>How long one reading of the cast serves everybody before Convai is asked again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Cast:FreshFor must be between 1 second and 1 hour.")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>False: this server fetches no pictures of avatars, and initials stand in their place.</summary>
    public bool Pictures { get; set; } = true;
}
