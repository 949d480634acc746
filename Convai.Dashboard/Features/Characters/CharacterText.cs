namespace Convai.Dashboard.Features.Characters;

/// <summary>What is said about characters and the cast on every page.</summary>
public static class CharacterText
{
    public const string LoadingCast = "Loading the cast from Convai…";

    public static string Count(int characters) => characters == 1 ? "1 character" : $"{characters} characters";
}
