using System.Globalization;
using System.Text.RegularExpressions;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard;

/// <summary>Every style sheet uses the tokens of tokens.css for type and spacing, and changes the page at the same few widths.</summary>
public sealed partial class StyleSheetTests
{
    // From 28 px, a length belongs to a single layout, such as the frame of a page; up to 2 px, it is a hairline.
    private const decimal LeastOfOneLayout = 28;
    private const decimal MaxOfAHairline = 2;

    private static readonly HashSet<string> Breakpoints = ["(max-width: 1599px)", "(max-width: 1199px)", "(max-width: 959px)", "(max-width: 799px)", "(max-width: 639px)", "(min-width: 640px)", "(max-width: 479px)"];

    private static IReadOnlyList<(string File, string Text)> Sheets =>
    [
        .. Directory.EnumerateFiles(DashboardProcess.Project, "*.css", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(DashboardProcess.Project, file))
            .Where(file => !file.StartsWith("obj", StringComparison.Ordinal) && !file.StartsWith("bin", StringComparison.Ordinal) && Path.GetFileName(file) != "tokens.css")
            .Select(file => (file, File.ReadAllText(Path.Combine(DashboardProcess.Project, file)))),
    ];

    [Fact]
    public void FontSizes_UseTokens() => AssertNone(Font(), value => Pixels().IsMatch(value));

    [Fact]
    public void Spacing_UsesTokens() => AssertNone(Spacing(), value => Pixels().Matches(value)
        .Select(match => decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
        .Any(pixels => pixels is > MaxOfAHairline and < LeastOfOneLayout));

    [Fact]
    public void MediaQueries_UseSharedBreakpoints() => AssertNone(Width(), value => !Breakpoints.Contains(value));

    private static void AssertNone(Regex declaration, Func<string, bool> isWrong)
    {
        var found = Sheets.SelectMany(sheet => declaration.Matches(sheet.Text).Select(match => (sheet.File, match.Value, Wanted: match.Groups["value"].Value))).ToList();
        Assert.NotEmpty(found);
        Assert.Equal([], found.Where(match => isWrong(match.Wanted)).Select(match => $"{match.File}: {match.Value.Trim()}"));
    }

    [GeneratedRegex(@"(?<![\w-])font(-size)?:(?<value>[^;]+);")]
    private static partial Regex Font();

    [GeneratedRegex(@"(?<![\w-])(padding|margin|gap|row-gap|column-gap)(-\w+)*:(?<value>[^;]+);")]
    private static partial Regex Spacing();

    [GeneratedRegex(@"@media (?<value>\([a-z]+-width[^)]*\))")]
    private static partial Regex Width();

    [GeneratedRegex(@"(?<![\w.])([0-9.]+)px")]
    private static partial Regex Pixels();
}
