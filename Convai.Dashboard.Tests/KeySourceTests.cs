using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Convai.Dashboard;

/// <summary>Letters of the keyboard are compared in keys.js alone, which knows about layouts.</summary>
public sealed partial class KeySourceTests
{
    [Fact]
    public void OtherScripts_NeverCompareLetters() => Assert.Empty(
        from file in Sources("*.js")
        where Path.GetFileName(file) != "keys.js"
        from line in File.ReadLines(file)
        where ScriptLetter().IsMatch(line)
        select $"{Path.GetFileName(file)}: {line.Trim()}");

    [Fact]
    public void ServerHandlers_NeverCompareLetters() => Assert.Empty(
        from file in Sources("*.razor").Concat(Sources("*.cs"))
        let text = File.ReadAllText(file)
        where text.Contains("KeyboardEventArgs", StringComparison.Ordinal) || text.Contains("@onkey", StringComparison.Ordinal)
        from Match letter in ServerLetter().Matches(text)
        select $"{Path.GetFileName(file)}: {letter.Value}");

    private static IEnumerable<string> Sources(string pattern)
    {
        var project = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Convai.Dashboard");
        return Directory.EnumerateFiles(project, pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("""\.(key|code)\b.*["'](Key)?\p{L}["']""")]
    private static partial Regex ScriptLetter();

    [GeneratedRegex("""["'](Key)?\p{L}["']""")]
    private static partial Regex ServerLetter();
}
