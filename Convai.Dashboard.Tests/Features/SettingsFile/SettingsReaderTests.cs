using System.Diagnostics;
using System.Text;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Whatever is in a file, the reader answers with rows and sentences.</summary>
[Trait("Database", "None")]
public sealed class SettingsReaderTests
{
    private const string Header = "id,name,model,temperature\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Csv_AnyLineEnding_IsRead(string lineEnd)
    {
        var reading = Read($"{Header}a,Mira,gpt-4o,0.42\nb,\"Pell, the \"\"Dockhand\"\"\",,\n\n,,,\n".Replace("\n", lineEnd, StringComparison.Ordinal));
        Assert.Empty(reading.Errors);
        Assert.Equal(
            [new FileRow("Line 2", "a", "Mira", new SettingsPatch("gpt-4o", 0.42m)), new FileRow("Line 3", "b", "Pell, the \"Dockhand\"", new SettingsPatch(null, null))],
            reading.Rows);
    }

    [Theory]
    [InlineData("\uFEFFid,name,model,temperature\na,Mira,gpt-4o,0.42")]
    [InlineData("TEMPERATURE, Id ,model,name\n 0.42 , a , gpt-4o ,Mira")]
    [InlineData("id;name;model;temperature\na;Mira;gpt-4o;0,42")]
    [InlineData("\"id\",\"name\",\"model\",\"temperature\"\n\"a\",\"Mira\",\"gpt-4o\",\"0,42\"\r\n")]
    [InlineData("id\tname\tmodel\ttemperature\na\tMira\tgpt-4o\t0,42")]
    [InlineData("id,name,model,temperature,,\na,Mira,gpt-4o,0.42,,")]
    [InlineData("id,name,model,temperature\na,Mira,gpt-4o,0.42,, ")]
    [InlineData("id;name;model;temperature;\na;Mira;gpt-4o;4,2e-1")]
    [InlineData("id,name,model,temperature\na,Mira,gpt-4o,4.2E-1")]
    public void Csv_SpreadsheetVariants_AreRead(string text) =>
        Assert.Equal(new FileRow("Line 2", "a", "Mira", new SettingsPatch("gpt-4o", 0.42m)), Assert.Single(Read(text).Rows));

    [Theory]
    [InlineData("sep=;\r\nid;name;model;temperature\r\na;Mira;gpt-4o;0,42", 3)]
    [InlineData("\uFEFFSEP=\t\nid\tname\tmodel\ttemperature\na\tMira\tgpt-4o\t0.42", 3)]
    [InlineData("\"sep=,\"\n\nid,name,model,temperature\na,Mira,gpt-4o,0.42", 4)]
    [InlineData("\n\r\nid,name,model,temperature\n,,,\na,Mira,gpt-4o,0.42", 5)]
    [InlineData(",,,\nid,name,model,temperature\na,Mira,gpt-4o,0.42", 3)]
    public void Csv_LinesBeforeHeader_AreSkippedAndCounted(string text, int line) =>
        Assert.Equal(new FileRow($"Line {line}", "a", "Mira", new SettingsPatch("gpt-4o", 0.42m)), Assert.Single(Read(text).Rows));

    [Fact]
    public void Csv_LineBreaksInCells_AreCounted()
    {
        var reading = Read($"{Header}a,\"two\r\nlines\rand three\",,0.1\nb,,,2\n");
        Assert.Equal([new FileError("Line 5", "Enter a value between 0 and 1, not 2.00.")], reading.Errors);
        Assert.Equal(2, reading.Count);
    }

    [Theory]
    [InlineData("id,name,model,temperature,moderation\na,,,,", "Line 1", "Unknown column “moderation”. The header is id,name,model,temperature,reasoning,groups.")]
    [InlineData("id,name,model,temprature\na,,,", "Line 1", "Unknown column “temprature”. Did you mean “temperature”? The header is id,name,model,temperature,reasoning,groups.")]
    [InlineData("model,temperature\ngpt-4o,0.5", "Line 1", "The file needs an “id” or “name” column to identify each row's character. The header is id,name,model,temperature,reasoning,groups.")]
    [InlineData("id,name\na,Mira", "Line 1", "The file has nothing to change. Add a model, temperature, reasoning or groups column. The header is id,name,model,temperature,reasoning,groups.")]
    [InlineData("id,id,name,model,temperature\na,,,,", "Line 1", "The column “id” appears twice. The header is id,name,model,temperature,reasoning,groups.")]
    [InlineData(Header + "a,,gpt-4o", "Line 2", "This row has 3 cells, but the header has 4.")]
    [InlineData(Header + ",,gpt-4o,0.5", "Line 2", "This entry needs an id or a name.")]
    [InlineData(Header + "a,,gpt\u00034o,", "Line 2", "“gpt\uFFFD4o” is not a model code.")]
    [InlineData(Header + "a,,,warm", "Line 2", "“warm” is not a temperature. Enter a value between 0 and 1, such as 0.42.")]
    [InlineData(Header + "a,,,1e-400", "Line 2", "“1e-400” is not a temperature. Enter a value between 0 and 1, such as 0.42.")]
    [InlineData(Header + "a,,,-0.1", "Line 2", "Enter a value between 0 and 1, not -0.10.")]
    [InlineData(Header + "a,,,0.1,x", "Line 2", "This row has 5 cells, but the header has 4.")]
    [InlineData(Header + "a,,,0.42000000000000000000000000001", "Line 2", "“0.42000000000000000000000000001” is not a temperature. Enter a value between 0 and 1, such as 0.42.")]
    [InlineData(Header + "a,,,\nb,\"Mira,,0.5\nc,,,0.5", "Line 3", "A quote is opened here and never closed.")]
    [InlineData(Header + "a,The \"Red\",,0.5", "Line 2", "There is a quote inside a cell. Enclose the whole cell in quotes, and write \"\" for a quote in it.")]
    [InlineData(Header + "a,\"The\" Red,,0.5", "Line 2", "There is text between a closing quote and the end of its cell. Write \"\" for a quote inside a cell.")]
    [InlineData(Header, "File", "The file has no characters.")]
    [InlineData(" \r\n ", "File", "The file is empty.")]
    [InlineData("", "File", "The file is empty.")]
    public void Csv_Error_IsReportedWithItsLine(string text, string place, string sentence) =>
        Assert.Equal((place, sentence), Assert.Single(Read(text).Errors) is var error ? (error.Place, error.Sentence) : default);

    private static readonly IReadOnlyList<Character> Cast =
    [
        new("a", "Mira the Innkeeper", new CharacterCoreSettings("gpt-4o", 0.7m), null, null),
        new("b", "Pell", new CharacterCoreSettings("gpt-4o", 0.7m), null, null),
        new("c", "PELL", new CharacterCoreSettings("gpt-4o", 0.7m), null, null),
        new("d", "Guard", new CharacterCoreSettings("gpt-4o", 0.7m), null, null),
        new("e", " Guard ", new CharacterCoreSettings("gpt-4o", 0.7m), null, null),
    ];

    [Theory]
    [InlineData("name,temperature\nMira the Innkeeper,0.5", "a")]
    [InlineData("name\ttemperature\n mira THE innkeeper\t0,5", "a")]
    [InlineData(Header + ",Mira the Innkeeper,,0.5", "a")]
    [InlineData(Header + ",Pell,,0.5", "b")]
    [InlineData(Header + ",PELL,,0.5", "c")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":2,"characters":[{"name":"Pell","temperature":0.5}]}""", "b")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":2,"characters":[{"id":"","name":"Pell","temperature":0.5}]}""", "b")]
    public void Name_WithoutId_FindsUniqueCharacter(string text, string id)
    {
        var row = Assert.Single(Read(text, Cast).Rows);
        Assert.Equal((id, true, 0.5m), (row.CharacterId, row.IsByName, row.Settings.Temperature));
    }

    [Theory]
    [InlineData("Mira the Inkeeper", "No character is called “Mira the Inkeeper”. Did you mean “Mira the Innkeeper”?")]
    [InlineData("mira", "No character is called “mira”. Did you mean “Mira the Innkeeper”?")]
    [InlineData("Someone Else", "No character is called “Someone Else”.")]
    [InlineData("pell", "2 characters are called “pell”. Add the id of the one you mean.")]
    [InlineData("Guard", "2 characters are called “Guard”. Add the id of the one you mean.")]
    public void Name_UnknownOrAmbiguous_IsAnError(string name, string sentence)
    {
        var reading = Read($"name,temperature\n{name},0.5", Cast);
        Assert.Equal(new FileError("Line 2", sentence, name), Assert.Single(reading.Errors));
        Assert.Empty(reading.Rows);
    }

    [Fact]
    public void Id_TakesPrecedenceOverName()
    {
        var reading = Read($"{Header}b,Mira the Innkeeper,,0.5\nz,Pell,,0.5", Cast);
        Assert.Equal([("b", false), ("z", false)], reading.Rows.Select(row => (row.CharacterId, row.IsByName)));
    }

    [Theory]
    [InlineData(Header + "a,,,0.1\nb,,,\na,,,0.2")]
    [InlineData(Header + "a,,,0.1\nb,,,\n,Mira the Innkeeper,,0.2")]
    public void Character_Twice_IsErrorOnBothLines(string text)
    {
        var reading = Read(text, Cast);
        Assert.Equal("b", Assert.Single(reading.Rows).CharacterId);
        Assert.Equal(
            [("Line 2", "Mira the Innkeeper is on line 2 and on line 4. Keep one."), ("Line 4", "Mira the Innkeeper is on line 2 and on line 4. Keep one.")],
            reading.Errors.Select(error => (error.Place, error.Sentence)).Order());
    }

    [Fact]
    public void UnknownCharacterThatOccursTwice_IsNamedByItsId()
    {
        var reading = Read($"{Header}z,,,0.1\nz,,,0.2\nz,,,7", Cast);
        Assert.Contains(new FileError("Line 2", "The character with the id “z” is on line 2, on line 3 and on line 4. Keep one."), reading.Errors);
        Assert.Empty(reading.Rows);
    }

    [Fact]
    public void Errors_UseNameFromCast()
    {
        var reading = Read($"{Header}a,Someone,,7\nz,Zoe,,7\ny,,,7\na,\n", Cast);
        Assert.Equal([("Line 2", "Mira the Innkeeper"), ("Line 3", "Zoe"), ("Line 4", null), ("Line 5", "Mira the Innkeeper")], reading.Errors.Select(error => (error.Place, error.Character)));
    }

    [Fact]
    public void Suggestions_ManyUnknownNames_AreLimited()
    {
        var cast = Enumerable.Range(0, 20_000).Select(number => new Character($"{number}", $"A villager with a long name, number {number}", new CharacterCoreSettings(null, 0.5m), null, null)).ToList();
        var reading = Read($"name,temperature\n{string.Concat(Enumerable.Range(0, 10_000).Select(row => $"A villager with a lung name number x{row},0.5\n"))}", cast);
        Assert.Equal(10_000, reading.Errors.Count);
        Assert.InRange(reading.Errors.Count(error => error.Sentence.Contains("Did you mean", StringComparison.Ordinal)), 1, 100);
    }

    [Fact]
    public void Csv_Errors_AreAllReportedAndOtherLinesRead()
    {
        var reading = Read($"{Header}a,,gpt\u00034o,7\nb,,,0.5\n,,,x\n");
        Assert.Equal(["Line 2", "Line 2", "Line 4", "Line 4"], reading.Errors.Select(error => error.Place));
        Assert.Equal("b", Assert.Single(reading.Rows).CharacterId);
        Assert.Equal(3, reading.Count);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("'=already")]
    [InlineData("''=twice")]
    [InlineData("\ttab")]
    [InlineData("'plain")]
    [InlineData("two\r\nlines, \"quoted\"; and more")]
    public void Csv_Formulas_AreDefusedAndRestored(string name)
    {
        var csv = SettingsWriter.ToCsv([new Character(name, name, new CharacterCoreSettings(null, 0.5m), null, null)], GroupList.Empty);
        var line = Encoding.UTF8.GetString(csv).Split("\r\n", 2)[1];
        Assert.DoesNotContain(line.TrimStart('"')[0], "=+-@\t");
        Assert.Equal(name, Assert.Single(SettingsReader.Read(csv).Rows).Name);
    }

    [Fact]
    public void Csv_SpacesAroundId_AreTrimmedUnlessPartOfId()
    {
        var csv = SettingsWriter.ToCsv([new Character(" odd ", "Mira", new CharacterCoreSettings(null, 0.5m), null, null), new Character("plain", "Pell", new CharacterCoreSettings(null, 0.5m), null, null)], GroupList.Empty);
        var file = Encoding.UTF8.GetString(csv).Replace("plain", " plain ", StringComparison.Ordinal);
        var reading = SettingsReader.Read(Encoding.UTF8.GetBytes(file), [Called(" odd "), Called("plain")]);
        Assert.Equal([" odd ", "plain"], reading.Rows.Select(row => row.CharacterId));
    }

    [Fact]
    public void Csv_MisplacedQuote_FailsOnlyItsLine()
    {
        var reading = Read($"{Header}a,The \"Red\",,0.5\nb,Mira,,0.5\nc,\"Pell\"x,,0.5\n");
        Assert.Equal(["Line 2", "Line 4"], reading.Errors.Select(error => error.Place));
        Assert.Equal("b", Assert.Single(reading.Rows).CharacterId);
        Assert.Equal(3, reading.Count);
    }

    [Fact]
    public void Csv_HeaderWithManyColumns_IsOneShortError() =>
        Assert.Equal(
            "There are more than 100 columns. The header is id,name,model,temperature,reasoning,groups.",
            Assert.Single(Read($"{Header.TrimEnd()}{string.Concat(Enumerable.Repeat(",x", 1_000_000))}\na,,,0.5\n").Errors).Sentence);

    [Fact]
    public void Groups_BothFormats_AreReadOrLeftUnchanged()
    {
        var csv = Read("id;name;model;temperature;groups\na;;;;\"Villagers;  Act\t2; \"\nb;;;;(None)\nc;;;; \n").Rows;
        Assert.Equal([["Villagers", "Act 2"], [], null], csv.Select(row => row.Groups));
        var json = Read("""{"schema":"convai-dashboard/settings","version":3,"characters":[{"id":"a","groups":["Villagers"," Act 2"]},{"id":"b","groups":[]},{"id":"c","groups":null},{"id":"d"}]}""").Rows;
        Assert.Equal([["Villagers", "Act 2"], [], null, null], json.Select(row => row.Groups));
        Assert.All(Read("id,name,model,temperature,reasoning\na,,,,\n").Rows, row => Assert.Null(row.Groups));
    }

    [Theory]
    [InlineData("\"a; (none)\"", "“(none)” is not a group. “(none)” is how a file says that a character is in no group. Choose another name.")]
    [InlineData("12345678901234567890123456789012345678901", "“12345678901234567890123456789012345678901” is not a group. The name is longer than 40 characters.")]
    public void Csv_GroupNameInvalid_IsReported(string cell, string sentence) =>
        Assert.Equal(new FileError("Line 2", sentence), Assert.Single(Read($"id,name,model,temperature,groups\na,,,,{cell}\n").Errors));

    [Theory]
    [InlineData(3, "\"Villagers\"", "“groups” is text; it should be a list of names.")]
    [InlineData(3, "[7]", "“groups” should contain only text.")]
    [InlineData(3, "[\"a;b\"]", "“a;b” is not a group. Use a name without a semicolon: it separates the groups in a file.")]
    [InlineData(3, "[\"\"]", "“” is not a group. Enter a name for the group.")]
    [InlineData(2, "[]", "Unknown property “groups”; the known ones are “id”, “name”, “model”, “temperature”, “reasoning”.")]
    public void Json_GroupsInvalid_AreReported(int version, string groups, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Read($$"""{"schema":"convai-dashboard/settings","version":{{version}},"characters":[{"id":"a","groups":{{groups}}}]}""").Errors).Sentence);

    [Fact]
    public void Json_IsRead()
    {
        var reading = Read(Json("""{"id":"a","name":"Mira","model":"gpt-4o","temperature":0.42},{"id":"b"},{"id":"c","name":null,"model":null,"temperature":null},{"id":"d","model":""}"""));
        Assert.Empty(reading.Errors);
        Assert.Equal(new FileRow("characters[0]", "a", "Mira", new SettingsPatch("gpt-4o", 0.42m)), reading.Rows[0]);
        Assert.All(reading.Rows.Skip(1), row => Assert.True(row.Settings.IsEmpty));
        Assert.Equal(4, reading.Count);
    }

    [Theory]
    [InlineData("[]", "File", "The file is a list; it should be an object with “schema”, “version”, “exportedAt”, “characters”.")]
    [InlineData("{}", "File", "“schema” should be “convai-dashboard/settings”.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":4,"characters":[]}""", "File", "The file has version 4; this dashboard reads versions 1 to 3.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":"1","characters":[]}""", "File", "“version” should be the number 3.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":1,"characters":{}}""", "File", "“characters” should be a list.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":1,"characters":[]}""", "File", "The file has no characters.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":1,"owner":"x","characters":[{"id":"a"}]}""", "File", "Unknown property “owner”; the known ones are “schema”, “version”, “exportedAt”, “characters”.")]
    [InlineData("""{"schema":"convai-dashboard/settings","version":1,"version":1,"characters":[{"id":"a"}]}""", "File", "“version” appears twice.")]
    [InlineData("{\n\"schema\":\"convai-dashboard/settings\",\n\"version\":1,\n\"characters\":[{]}", "Line 4", "This isn't valid JSON. A comma, quote or bracket is missing or extra, or it is nested too deeply.")]
    public void Json_InvalidDocument_IsReported(string text, string place, string sentence) => Assert.Equal(new FileError(place, sentence), Assert.Single(Read(text).Errors));

    [Theory]
    [InlineData("7", "This is a number; it should be an object with “id”, “name”, “model”, “temperature”.")]
    [InlineData("""{"name":"Mira"}""", "No character is called “Mira”.")]
    [InlineData("""{"id":"b","voice":"x"}""", "Unknown property “voice”; the known ones are “id”, “name”, “model”, “temperature”.")]
    [InlineData("""{"id":"b","model":"gpt-4o","model":"gpt-4.1"}""", "“model” appears twice.")]
    [InlineData("""{"id":"b","model":["gpt-4o"]}""", "“model” is a list; it should be text.")]
    [InlineData("""{"id":"b","name":7}""", "“name” is a number; it should be text.")]
    [InlineData("""{"id":"b","name":"\ud800"}""", "“name” contains a broken character. Retype it.")]
    [InlineData("""{"id":"b","\ud800":1}""", "Unknown property “�”; the known ones are “id”, “name”, “model”, “temperature”.")]
    [InlineData("""{"id":"b","temperature":"0.5"}""", "“temperature” is text; it should be a number.")]
    [InlineData("""{"id":"b","temperature":true}""", "“temperature” is true or false; it should be a number.")]
    [InlineData("""{"id":"b","temperature":1e999}""", "“1e999” is not a temperature. Enter a value between 0 and 1, such as 0.42.")]
    [InlineData("""{"id":"b","temperature":1.01}""", "Enter a value between 0 and 1, not 1.01.")]
    public void Json_InvalidCharacter_IsReportedWithItsIndex(string character, string sentence)
    {
        var reading = Read(Json($$"""{"id":"a","temperature":0.5},{{character}}"""));
        Assert.Equal(("characters[1]", sentence), Assert.Single(reading.Errors) is var error ? (error.Place, error.Sentence) : default);
        Assert.Equal("a", Assert.Single(reading.Rows).CharacterId);
    }

    [Fact]
    public void Json_NestedTooDeeply_IsOneError() =>
        Assert.StartsWith("This isn't valid JSON", Assert.Single(Read(new string('[', 1_000_000)).Errors).Sentence, StringComparison.Ordinal);

    public static TheoryData<byte[], string, string> Encodings => new()
    {
        { [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Header)], "File", "The file is UTF-16 (“Unicode text”). Save it as UTF-8; in Excel that is “CSV UTF-8”." },
        { [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Header)], "File", "The file is UTF-16 (“Unicode text”). Save it as UTF-8; in Excel that is “CSV UTF-8”." },
        { [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Header)], "File", "The file is UTF-32. Save it as UTF-8." },
        { Encoding.Unicode.GetBytes(Header), "Line 1", "There is a NUL byte: this is not a text file, or it is UTF-16. Save it as UTF-8." },
        { Encoding.UTF8.GetBytes($"{Header}a,Mi\0ra,,0.5"), "Line 2", "There is a NUL byte: this is not a text file, or it is UTF-16. Save it as UTF-8." },
        { Encoding.Latin1.GetBytes($"{Header}a,Jürgen,,0.5"), "Line 2", "The byte 0xFC is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”." },
        { [.. Encoding.UTF8.GetBytes(Header), 0xC3], "Line 2", "The byte 0xC3 is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”." },
        { [.. Encoding.UTF8.GetBytes(Header), 0xED, 0xA0, 0x80], "Line 2", "The byte 0xED is not UTF-8; the file may be Latin-1 or Windows-1252. Save it as UTF-8; in Excel that is “CSV UTF-8”." },
        { [0x50, 0x4B, 3, 4, 20, 0], "File", "The file is a workbook or an archive. Save the sheet as “CSV UTF-8”." },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void UnsupportedEncoding_IsReported(byte[] file, string place, string sentence) => Assert.Equal(new FileError(place, sentence), Assert.Single(SettingsReader.Read(file).Errors));

    [Fact]
    public void LargerThanFiveMegabytes_IsRejected()
    {
        var file = Encoding.UTF8.GetBytes($"{Header}a,{new string('x', SettingsSchema.MaxBytes - Header.Length - 8)},,0.5\n");
        Assert.Equal(SettingsSchema.MaxBytes, file.Length);
        Assert.Empty(SettingsReader.Read(file).Errors);
        Assert.Equal("The file is larger than 5 MB.", Assert.Single(SettingsReader.Read([.. file, (byte)'\n']).Errors).Sentence);
    }

    [Fact]
    public void HundredThousandRows_IsOneErrorWithTheCount()
    {
        var csv = Header + string.Concat(Enumerable.Range(0, 100_000).Select(row => $"character-{row},,,7\n"));
        Assert.Equal("The file has 100,000 characters; the limit is 10,000.", Assert.Single(Read(csv).Errors).Sentence);
        var json = Json(string.Join(',', Enumerable.Repeat("""{"id":"a"}""", 100_000)));
        Assert.Equal("The file has 100,000 characters; the limit is 10,000.", Assert.Single(Read(json).Errors).Sentence);
    }

    [Fact]
    public void TenThousandRows_AreRead() =>
        Assert.Equal(10_000, Read(Header + string.Concat(Enumerable.Range(0, 10_000).Select(row => $"character-{row},,,0.5\n"))).Rows.Count);

    [Theory]
    [InlineData(',')]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('{')]
    public void FiveMegabytesOfOneLetter_IsOneErrorWithinTenSeconds(char letter)
    {
        var watch = Stopwatch.StartNew();
        Assert.Single(Read(new string(letter, SettingsSchema.MaxBytes)).Errors);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void RandomBytes_NeverThrow()
    {
        var random = new Random(4711);
        var alphabet = Encoding.UTF8.GetBytes("id,name,model,temperature\n\r\",;{}[]:0.5é'=\\ud8");
        for (var file = 0; file < 3000; file++)
        {
            var bytes = Enumerable.Range(0, random.Next(1, 200)).Select(_ => alphabet[random.Next(alphabet.Length)]).ToArray();
            _ = SettingsReader.Read(bytes);
            _ = SettingsReader.Read([.. Encoding.UTF8.GetBytes(Header), .. bytes]);
            _ = Read(Json(Encoding.Latin1.GetString(bytes)));
        }
    }

    [Theory]
    [InlineData("-0.4199999868869781044921875000")]
    [InlineData("1.2")]
    public void Temperature_AlreadySet_AnyValueIsAccepted(string temperature)
    {
        var saved = decimal.Parse(temperature, System.Globalization.CultureInfo.InvariantCulture);
        var reading = Read($"{Header}a,,,{temperature}\nb,,,{temperature}\n", [Called("a") with { Settings = new CharacterCoreSettings(null, saved) }]);
        Assert.Equal(saved, Assert.Single(reading.Rows).Settings.Temperature);
        Assert.Equal("Line 3", Assert.Single(reading.Errors).Place);
    }

    [Fact]
    public void HostileText_InError_IsSanitizedAndTruncated()
    {
        var sentence = Assert.Single(Read($"{Header}a,,,\u202E\u0007{new string('x', 5000)}").Errors).Sentence;
        Assert.True(sentence.Length < 200);
        Assert.DoesNotContain('\u202E', sentence);
        Assert.DoesNotContain('\u0007', sentence);
    }

    private static FileReading Read(string text, IReadOnlyList<Character>? cast = null) => SettingsReader.Read(Encoding.UTF8.GetBytes(text), cast);

    private static Character Called(string id) => new(id, id, new CharacterCoreSettings(null, 0.1m), null, null);

    private static string Json(string characters) => $$"""{"schema":"convai-dashboard/settings","version":1,"exportedAt":"2026-11-24T12:00:00Z","characters":[{{characters}}]}""";
}
