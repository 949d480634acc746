namespace Convai.Dashboard.Domain;

/// <summary>One character of the cast as Convai reported it. Whatever Convai left out is null, never a default.</summary>
/// <param name="Id">Convai's <c>character_id</c>, UUID-like; compared ordinally.</param>
/// <param name="Name">May be empty, long, or in any script.</param>
/// <param name="ModerationEnabled">Null where Convai does not say.</param>
/// <param name="LastInteractedWith">UTC; Convai sends no zone and its times are read as UTC.</param>
public sealed record Character(
    string Id,
    string Name,
    CharacterCoreSettings Settings,
    bool? ModerationEnabled,
    DateTimeOffset? LastInteractedWith)
{
    /// <summary>The address that Convai gives for the avatar's picture; only this server fetches it, never a browser.</summary>
    public PictureAddress? Picture { get; init; }
}
