using System.Runtime.CompilerServices;

namespace Convai.Dashboard.Testing;

/// <summary>
/// Compares what others rely on exactly (exports, headers, addresses) with the approved text in Approved/. After an intended change, run
/// the tests with TEST_APPROVE=1 and review the difference before you commit it.
/// </summary>
internal static class Approved
{
    public static void Equal(string name, string actual)
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Approved", $"{name}.txt");
        var shown = $"{Visible(actual).TrimEnd('\n')}\n";
        if (Environment.GetEnvironmentVariable("TEST_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, shown);
        }

        Assert.Equal(File.ReadAllText(path), shown);
    }

    /// <summary>Makes visible what an editor would not show or Git would change.</summary>
    private static string Visible(string text) => text.Replace("\ufeff", "<BOM>", StringComparison.Ordinal).Replace("\r", "<CR>", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
