namespace Convai.Dashboard.Data;

[Trait("Speed", "Slow")]
public sealed class PersonNamesTests
{
    [Theory]
    [InlineData("ana keller")]
    [InlineData("ANA KELLER")]
    [InlineData("  Ana   Keller ")]
    [InlineData("AnaKeller")]
    [InlineData("Ana\u00A0Keller")]
    [InlineData("Ana\tKeller")]
    // Cyrillic and Greek letters that look the same.
    [InlineData("\u0410n\u0430 Keller")]
    [InlineData("Ana \u041Aeller")]
    [InlineData("\u0391na Keller")]
    [InlineData("Ana Ke1ler")]
    [InlineData("Ana KeIIer")]
    // Full-width and mathematical letters, a soft hyphen, joiners, a variation selector.
    [InlineData("\uFF21\uFF4E\uFF41 Keller")]
    [InlineData("𝐀𝐧𝐚 Keller")]
    [InlineData("An\u00ADa Keller")]
    [InlineData("Ana\u200B \u200DKeller")]
    [InlineData("Ana Keller\uFE0F\u3164")]
    [InlineData("\u202EAna Keller")]
    public void CreateKey_LookalikeNames_IsEqual(string name) => Assert.Equal(PersonNames.CreateKey("Ana Keller"), PersonNames.CreateKey(name));

    [Theory]
    [InlineData("Ana Kellner")]
    [InlineData("Anna Keller")]
    [InlineData("Äna Keller")]
    public void CreateKey_DifferentNames_IsNotEqual(string name) => Assert.NotEqual(PersonNames.CreateKey("Ana Keller"), PersonNames.CreateKey(name));

    [Theory]
    [InlineData("Zo\u00EB", "Zoe\u0308")]
    [InlineData("علی\u200Cرضا", "علیرضا")]
    public void CreateKey_EquivalentSpellings_IsEqual(string one, string other) => Assert.Equal(PersonNames.CreateKey(one), PersonNames.CreateKey(other));

    [Theory]
    [InlineData("Ana Keller", null)]
    [InlineData("Ana\tKeller", null)]
    [InlineData("علی\u200Cرضا", null)]
    [InlineData("Ana \u2764\uFE0F", null)]
    [InlineData("李", null)]
    [InlineData("\u202EAna", PersonNames.Hidden)]
    [InlineData("Ana\u2066Keller", PersonNames.Hidden)]
    [InlineData("Ana\u200F", PersonNames.Hidden)]
    [InlineData("A\u200Bna", PersonNames.Hidden)]
    [InlineData("A\u200Dna", PersonNames.Hidden)]
    [InlineData("An\u00ADa", PersonNames.Hidden)]
    [InlineData("Ana\u3164", PersonNames.Hidden)]
    [InlineData("Ana\u001B[31m", PersonNames.Hidden)]
    [InlineData("Ana\U000E0041", PersonNames.Hidden)]
    [InlineData("Ana\uD800", PersonNames.Hidden)]
    [InlineData("", PersonNames.Missing)]
    [InlineData(null, PersonNames.Missing)]
    [InlineData(" \t ", PersonNames.Missing)]
    [InlineData("—", PersonNames.Missing)]
    public void Validate_ForTypedName_IsAsExpected(string? typed, string? problem) => Assert.Equal(problem, PersonNames.Validate(typed));

    /// <summary>Every character that Unicode calls a direction's or invisible, anywhere in a name.</summary>
    [Fact]
    public void Clean_HiddenCharacter_IsRemoved() =>
        Assert.All(
            Enumerable.Range(0x80, 0x20).Concat([0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180E]).Concat(Enumerable.Range(0x200B, 5)).Concat(Enumerable.Range(0x202A, 5))
                .Concat(Enumerable.Range(0x2060, 16)).Concat([0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xE0001]).Except([0x85]),
            code => Assert.Equal("AnaKeller", PersonNames.Clean($"Ana{char.ConvertFromUtf32(code)}Keller")));

    [Fact]
    public void Clean_LongName_IsCutBetweenCharacters()
    {
        Assert.Equal(100, PersonNames.Clean(new string('x', 300)).Length);
        Assert.Equal(99, PersonNames.Clean($"{new string('x', 99)}\U0001F600").Length);
        Assert.True(PersonNames.CreateKey(new string('\uFDFA', 100)).Length <= PersonNames.MaxKeyLength);
    }
}
