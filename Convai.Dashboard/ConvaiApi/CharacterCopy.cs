namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// A temporary copy of a character, which the dashboard may speak to, write to and delete. Only <c>Features/Characters/CharacterCopies</c> makes one,
/// from an id that a recorded clone call returned (a test checks this).
/// </summary>
public sealed class CharacterCopy
{
    internal CharacterCopy(string id) => Id = id;

    /// <summary>Convai's <c>character_id</c> of the copy.</summary>
    public string Id { get; }
}

/// <summary>One of a character's functions (Convai's External API page).</summary>
public sealed record CharacterFunction(string Id, bool IsActive);

/// <summary>What a character said.</summary>
/// <param name="Text">The character's words; foreign text of at most <see cref="CopyClient.MaxAnswerLength"/> characters.</param>
/// <param name="SessionId">The session that the next line continues.</param>
public sealed record SpokenAnswer(string Text, string SessionId)
{
    // A record prints its properties, and what a character said must not get into a log.
    public override string ToString() => nameof(SpokenAnswer);
}

/// <summary>What Convai reports that it used for an answer.</summary>
/// <param name="Model">A model code, or a provider's name for a model; Convai does not document which. Null if it names none.</param>
/// <param name="Temperature">Null if it reports none.</param>
public sealed record UsedSettings(string? Model, decimal? Temperature);

/// <summary>What a judge says about a conversation.</summary>
/// <param name="Score">1 to 5.</param>
/// <param name="Reason">Its words; foreign text of at most <see cref="CopyClient.MaxVerdictLength"/> characters.</param>
public sealed record Verdict(int Score, string Reason)
{
    // A record prints its properties, and a judge may quote what was said.
    public override string ToString() => nameof(Verdict);
}
