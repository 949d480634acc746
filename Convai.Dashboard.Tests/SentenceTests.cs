using System.Text.RegularExpressions;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard;

/// <summary>The sentences that people read are in the text class of their area, where they can be reviewed in one sitting and translated later.</summary>
public sealed partial class SentenceTests
{
    [Fact]
    public void Components_HaveNoSentencesOfTheirOwn() => Assert.Equal(
        [],
        from folder in (string[])["Components", "Features"]
        from file in Directory.EnumerateFiles(Path.Combine(DashboardProcess.Project, folder), "*.razor*", SearchOption.AllDirectories)
        where Path.GetExtension(file) is ".razor" or ".cs"
        from Match sentence in Sentence().Matches(Comment().Replace(File.ReadAllText(file), ""))
        select $"{Path.GetRelativePath(DashboardProcess.Project, file)}: {Whitespace().Replace(sentence.Value, " ")}");

    /// <summary>Three words or more that end as a sentence does. No code has three words in a row before a full stop.</summary>
    [GeneratedRegex("""([\w’'“”/&-]+[,;:…]?\s+){2,}[\w’'“”)-]+(\.(?=[\s"<@{]|$)|\?(?=["<]))""")]
    private static partial Regex Sentence();

    [GeneratedRegex("""@\*.*?\*@|(?<=^|\s)//[^\n]*""", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("""\s+""")]
    private static partial Regex Whitespace();
}
