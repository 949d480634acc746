namespace Convai.Dashboard.Features.SettingsFile;

[Trait("Database", "None")]
public sealed class NearestTextTests
{
    private static readonly string[] Names = ["Old Tobias", "Zoë", "First city guard", "Second city guard"];

    [Theory]
    [InlineData("Old Tobbias", "Old Tobias")]
    [InlineData("Old Tbias", "Old Tobias")]
    [InlineData("Old Tobais", "Old Tobias")]
    [InlineData("old-tobias", "Old Tobias")]
    [InlineData("Olf Tobjaz", "Old Tobias")]
    [InlineData("Olf Tobjazz", null)]
    [InlineData("Tobias", "Old Tobias")]
    [InlineData("Zoe", "Zoë")]
    [InlineData("Zo", null)]
    [InlineData("Xen", null)]
    [InlineData("guard", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    public void Find_FewLettersApartOrOnlyContaining_ReturnsMatch(string text, string? expected) =>
        Assert.Equal(expected, new NearestText<string>(Names.Select(name => (name, name))).Find(text));

    [Fact]
    public void Find_AnyTexts_AgreesWithFullDistance()
    {
        var random = new Random(4711);
        string Word(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "ABC"[random.Next(3)]));
        for (var attempt = 0; attempt < 3_000; attempt++)
        {
            var (text, name) = (Word(random.Next(9, 14)), Word(random.Next(9, 14)));
            var isNear = DistanceBetween(text, name) <= 3 || name.Contains(text, StringComparison.Ordinal);
            Assert.Equal(isNear ? name : null, new NearestText<string>([(name, name)]).Find(text));
        }
    }

    private static int DistanceBetween(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var at = 0; at <= left.Length; at++)
        {
            for (var other = 0; other <= right.Length; other++)
            {
                table[at, other] = at == 0 ? other : other == 0 ? at
                    : Math.Min(Math.Min(table[at - 1, other], table[at, other - 1]) + 1, table[at - 1, other - 1] + (left[at - 1] == right[other - 1] ? 0 : 1));
                if (at > 1 && other > 1 && left[at - 1] == right[other - 2] && left[at - 2] == right[other - 1])
                {
                    table[at, other] = Math.Min(table[at, other], table[at - 2, other - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }
}
