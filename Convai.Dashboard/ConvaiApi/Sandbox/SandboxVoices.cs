using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Convai.Dashboard.ConvaiApi.Sandbox;

/// <summary>
/// What the invented cast says: briefly, in character, differently per model, and more consistently the lower the temperature is. Nothing of it is
/// computed by a language model.
/// </summary>
internal static partial class SandboxVoices
{
    /// <summary>At or below it, a character says the same to the same line each time.</summary>
    private const decimal Consistent = 0.2m;

    private static readonly string[][] Plain =
    [
        ["Good day. What can I do for you?", "Hello. How can I help?", "Welcome. What do you need?", "Yes? What is it?"],
        ["It lies north of here. Follow the river and cross the stone bridge.", "Go along the river to the stone bridge. It is ten minutes from there.", "North, past the orchard. You can't miss it.", "Take the river path until you see the bridge."],
        ["I am an AI character, but I can tell you about this place.", "I'm here to answer questions about the village.", "A computer? I can only speak about what I know here.", "I am what you see. Ask me something else."],
        ["That is four silver, supper included.", "Four silver for the night. Breakfast is extra.", "The price is four silver.", "Four silver, paid in advance."],
        ["I don't have any information about that. You could ask at the landing.", "I have heard that said, but I can't confirm it.", "That is possible. I would ask someone else.", "I'm not certain. Is there anything else?"],
    ];

    private static readonly string[][] Rich =
    [
        ["Ah, a new face! Come in out of the wind and tell me what brings you.", "Sit, sit. You look as if the road has been unkind to you.", "Well met, traveller. The kettle is on, and so is my curiosity.", "By the lantern's light, I took you for my cousin. What will it be?"],
        ["Up the river path, past old Tobias's orchard, till you smell wet flour. Mind the bridge boards.", "Follow the water north and listen for the wheel. It groans like my knees.", "North, love, where the willows lean over. Go before dusk.", "You'll see its broken wheel from the bridge. Whistle as you pass; it keeps the herons away."],
        ["A computer? Is that some sort of loom? I've a broom and two good ears, that's all.", "I've been called worse by drunker men. What is a computer?", "If I were one of those, would my back ache so?", "You use strange words, traveller. Have some broth."],
        ["Four silver, and the stew's included if you sit with the others. Boots off at the stair.", "For you, four silver, and I'll throw in a story.", "Four silver. Three, if you fix the hinge on that door.", "Silver first, trust later. Four will do."],
        ["Folk say so whenever the river runs high. I'd not order a wreath yet.", "I saw it with my own eyes, or something very like it.", "Now who told you that? Lean closer.", "There's truth in it, the way there's fish in the river: somewhere, and slippery."],
    ];

    private static readonly string[][] Terse =
    [
        ["Evening.", "What?", "You're late.", "Speak."],
        ["North. Past the bridge.", "River path.", "Over there.", "Follow the wheel."],
        ["No.", "Do I look like one?", "What's that?", "Ask the priest."],
        ["Four silver.", "Four.", "Silver. Now.", "Four, or sleep outside."],
        ["Could be.", "Heard that.", "Not my business.", "Ask Tobias."],
    ];

    /// <param name="turn">How many lines of the session came before.</param>
    public static string Answer(SandboxCharacter character, string line, int turn)
    {
        var temperature = character.Temperature ?? 0.5m;
        var answers = GetVoice(character.ModelCode)[GetLineKind(line)];
        // The same line in the same place of a conversation has one usual answer; a high temperature seldom gives it.
        var usual = (int)((Hash(character.Voice) + Hash(line) + (uint)turn) % (uint)answers.Length);
        var answer = temperature <= Consistent || (decimal)Random.Shared.NextDouble() > temperature ? answers[usual] : answers[Random.Shared.Next(answers.Length)];
        return turn > 0 && temperature > 0.6m && Random.Shared.Next(3) == 0 ? $"As I said. {answer}" : answer;
    }

    /// <summary>What a visitor could say to a character.</summary>
    public static IReadOnlyList<string> StarterLines(SandboxCharacter character) =>
    [
        $"Good evening, {character.Voice}. What news?", "How do I get to the old mill?", "What does a bed for the night cost?", "They say the ferryman drowned. Is that true?", "Are you real?",
    ];

    /// <summary>What a judge says about a conversation that a model had, in the form that the dashboard asks for.</summary>
    public static JsonObject Verdict(string? modelCode) => GetVoice(modelCode) == Rich
        ? new JsonObject { ["score"] = 5, ["reason"] = "A voice of its own in every line, and never out of its role." }
        : GetVoice(modelCode) == Terse
            ? new JsonObject { ["score"] = 3, ["reason"] = "In its role, but so short that a player learns little." }
            : new JsonObject { ["score"] = 2, ["reason"] = "Helpful, but it speaks like a form to be filled in, and admits to being an AI." };

    /// <summary>The names in double brackets.</summary>
    public static IEnumerable<string> FindVariables(string prompt) => Variable().Matches(prompt).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"\[\[(\w+)\]\]")]
    private static partial Regex Variable();

    /// <summary>How long the answer takes, as a multiple of the usual time.</summary>
    public static double GetAnswerTimeFactor(string? modelCode) => (0.5 + (Hash(modelCode ?? "") % 12 / 8.0)) * (0.8 + (Random.Shared.NextDouble() * 0.4));

    private static string[][] GetVoice(string? modelCode) => modelCode switch
    {
        null => Plain,
        _ when modelCode.StartsWith("claude", StringComparison.Ordinal) || modelCode.Contains("opus", StringComparison.Ordinal) => Rich,
        _ when modelCode.Contains("lite", StringComparison.Ordinal) || modelCode.Contains("nano", StringComparison.Ordinal) || modelCode.StartsWith("llama", StringComparison.Ordinal) || modelCode.StartsWith("gemma", StringComparison.Ordinal) => Terse,
        _ when modelCode.StartsWith("gpt-4.1", StringComparison.Ordinal) || modelCode.StartsWith("gemini", StringComparison.Ordinal) => Rich,
        _ => Plain,
    };

    private static int GetLineKind(string line) => line.ToUpperInvariant() switch
    {
        var text when text.StartsWith("HELLO", StringComparison.Ordinal) || text.StartsWith("GOOD ", StringComparison.Ordinal) => 0,
        var text when text.Contains("WHERE", StringComparison.Ordinal) => 1,
        var text when text.Contains("COMPUTER", StringComparison.Ordinal) || text.Contains(" AI", StringComparison.Ordinal) || text.Contains("ROBOT", StringComparison.Ordinal) => 2,
        var text when text.Contains("SILVER", StringComparison.Ordinal) || text.Contains("ROOM", StringComparison.Ordinal) || text.Contains("COST", StringComparison.Ordinal) => 3,
        _ => 4,
    };

    // The same at each start, unlike string.GetHashCode.
    private static uint Hash(string text) => text.Aggregate(2166136261, (hash, letter) => (hash ^ letter) * 16777619);
}
