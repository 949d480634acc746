using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Convai.Dashboard;

/// <summary>The README and docs/ are read from the source tree: links lead somewhere, settings are those of the options classes, and mutants fit the code.</summary>
[Trait("Database", "None")]
public sealed partial class DocumentationTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));

    // Settings of .NET and OpenTelemetry, and the section without a name of its own.
    private static readonly string[] OtherSettings =
        ["ConnectionStrings:Dashboard", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "Logging:Console:FormatterName", "AllowedHosts", "PathBase"];

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root, "README.md")).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryLink_ResolvesToFileAndHeading(string document)
    {
        var broken = Links.Matches(WithoutCode(document)).Select(match => match.Groups["to"].Value)
            .Where(to => !to.StartsWith("http", StringComparison.Ordinal) && !Exists(document, to));
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Prose_IsWrappedAt120Characters(string document)
    {
        // A table row cannot be wrapped, and neither can a link that is longer than a line.
        Assert.DoesNotContain(
            WithoutCode(document).Split('\n'),
            line => line.Length > 120 && !line.StartsWith('|') && line.TrimStart().Contains(' ', StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_StaysShort() => Assert.InRange(File.ReadLines(Path.Combine(Root, "README.md")).Count(), 1, 150);

    [Fact]
    public void Configuration_ListsEverySettingWithItsDefault()
    {
        var section = File.ReadAllText(Path.Combine(Root, "docs/configuration.md")).Split("\n## ").Single(part => part.StartsWith("Settings\n", StringComparison.Ordinal));
        var documented = Rows.Matches(section).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value.Trim('`'), StringComparer.Ordinal);
        Assert.Equal(
            SettingsInCode().OrderBy(setting => setting.Key, StringComparer.Ordinal),
            documented.Where(setting => !OtherSettings.Contains(setting.Key)).OrderBy(setting => setting.Key, StringComparer.Ordinal));
        Assert.Empty(OtherSettings.Except(documented.Keys));
    }

    /// <summary>A fault that no longer fits the code would stop <c>.ci/mutants</c> halfway.</summary>
    [Fact]
    public void Mutants_EachMatchesItsFileOnce()
    {
        var faults = File.ReadLines(Path.Combine(Root, ".ci/mutants.txt")).Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).ToList();
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.Single(Regex.Matches(File.ReadAllText(Path.Combine(Root, "Convai.Dashboard", fault[0])), Regex.Escape(fault[1]))));
    }

    private static Dictionary<string, string> SettingsInCode() => new(
        from type in typeof(Program).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
        where section is not null
        from setting in SettingsOf(section, Activator.CreateInstance(type)!)
        select setting);

    private static IEnumerable<KeyValuePair<string, string>> SettingsOf(string section, object options) =>
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true }
        let value = property.GetValue(options)
        from setting in value?.GetType().Name.EndsWith("Options", StringComparison.Ordinal) == true
            ? SettingsOf($"{section}:{property.Name}", value)
            : [new($"{section}:{property.Name}", Written(value))]
        select setting;

    private static string Written(object? value) => value switch
    {
        null or ICollection => "–",
        bool flag => flag ? "true" : "false",
        Uri address => address.OriginalString,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool Exists(string document, string link)
    {
        var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? Path.Combine(Root, document) : Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(document)!, path));
        return (File.Exists(target) || Directory.Exists(target)) && (anchor is null || Headings.Matches(File.ReadAllText(target)).Any(heading => AnchorOf(heading.Groups["text"].Value) == anchor));
    }

    /// <summary>The anchor that GitHub gives a heading.</summary>
    private static string AnchorOf(string heading) => NoAnchor.Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string WithoutCode(string document) => Code.Replace(File.ReadAllText(Path.Combine(Root, document)), "");

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Links { get; }

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Code { get; }

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings { get; }

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NoAnchor { get; }

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| (?<default>[^|]*?) \|", RegexOptions.Multiline)]
    private static partial Regex Rows { get; }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
