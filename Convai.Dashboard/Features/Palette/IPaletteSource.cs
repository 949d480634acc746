using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.Palette;

/// <summary>When the entries of a source are shown.</summary>
public enum PaletteVisibility
{
    /// <summary>Once they match what was typed.</summary>
    WhenTyped,

    /// <summary>Before anything was typed, and afterwards if they match.</summary>
    Always,

    /// <summary>Only before anything was typed.</summary>
    BeforeTyping,
}

/// <summary>The person for whom the palette is opened.</summary>
/// <param name="Role">The role by the database, at this moment.</param>
/// <param name="Cast">The cast as last read; its characters are null if it never was.</param>
/// <param name="CurrentPath">The address of the page behind the palette, relative to the base address.</param>
public sealed record PaletteContext(ClaimsPrincipal User, Role Role, CastReading Cast, string CurrentPath);

/// <summary>
/// One kind of entry of the palette, under a heading of its own. A new kind is one class that implements this, and one line in
/// <see cref="PaletteFeature"/>.
/// </summary>
public interface IPaletteSource
{
    /// <summary>The heading of its entries, such as "Presets".</summary>
    string Heading { get; }

    PaletteVisibility Visibility => PaletteVisibility.WhenTyped;

    /// <summary>True to be asked again when the cast has been read from Convai.</summary>
    bool UsesCast => false;

    /// <summary>
    /// Reads the entries, a bounded number from the database, in the order in which equally good matches are shown. The services that it asks decide what
    /// the person may see; it offers no act that the person's role does not allow.
    /// </summary>
    /// <exception cref="Security.AccessDeniedException">The person lacks access.</exception>
    Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken);
}
