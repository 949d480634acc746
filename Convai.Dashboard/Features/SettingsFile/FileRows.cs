using System.Globalization;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Gathers the characters of a file and makes the checks that all formats share.</summary>
internal sealed class FileRows(Func<string, CharacterCoreSettings?> saved)
{
    // A decimal holds 28 digits; a longer number would be rounded silently.
    private const int MaxNumberLength = 30;

    private readonly Dictionary<string, string> _placeOfId = new(StringComparer.Ordinal);
    private readonly List<FileRow> _rows = [];
    private readonly List<FileError> _errors = [];
    private int _count;

    /// <summary>Reports an error in the whole file.</summary>
    public void Fail(string sentence, string place = FileError.WholeFile) => _errors.Add(new FileError(place, sentence));

    /// <summary>Adds a character of which nothing can be read.</summary>
    public void AddUnreadable(string place, string sentence)
    {
        _count++;
        Fail(sentence, place);
    }

    /// <summary>Reports too many characters; no other errors of such a file are reported.</summary>
    public void FailAsTooLong(int count)
    {
        _rows.Clear();
        _errors.Clear();
        _count = count;
        Fail(SettingsFileText.TooManyCharacters(count));
    }

    /// <param name="temperature">The text in the file; null or empty leaves it unchanged.</param>
    /// <param name="reasoning">As <see cref="ReasoningEffort.FromFile"/> reads it; null or blank leaves it unchanged.</param>
    /// <param name="errors">The errors that the format has already found.</param>
    public void Add(string place, string? id, string? name, string? model, string? temperature, string? reasoning, params IReadOnlyList<string> errors)
    {
        _count++;
        var sentences = new List<string>(errors);
        sentences.AddRange(IdErrors(place, id));
        var now = id is null ? null : saved(id);
        if (now?.ModelCode is { } code && string.Equals(model?.Trim(), code.Trim(), StringComparison.Ordinal))
        {
            // Convai's present value is accepted, whatever it looks like, so that an exported file can be imported.
            model = code;
        }
        else if (model is { Length: > 0 } && (model.Length > SettingsSchema.MaxCodeLength || model.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))))
        {
            sentences.Add(SettingsFileText.NotModelCode(model));
        }

        var value = ReadTemperature(temperature, now, out var complaint);
        if (complaint is not null)
        {
            sentences.Add(complaint);
        }

        var level = ReasoningEffort.FromFile(reasoning);
        if (level is not null && (level.Length > ReasoningEffort.MaxLength || level.Any(char.IsControl)))
        {
            sentences.Add(SettingsFileText.NotReasoning(level));
        }

        _errors.AddRange(sentences.Select(sentence => new FileError(place, sentence)));
        if (sentences.Count == 0)
        {
            _rows.Add(new FileRow(place, id!, name is { Length: > 0 } ? name : null, new SettingsPatch(model is { Length: > 0 } ? model : null, value, level)));
        }
    }

    /// <summary>A cell as an id, without the blanks that people and spreadsheets leave around it, unless they belong to a character's id.</summary>
    public string IdOf(string cell) => saved(cell) is null ? cell.Trim() : cell;

    public FileReading ToReading()
    {
        if (_count == 0 && _errors.Count == 0)
        {
            Fail(SettingsFileText.NoCharacters);
        }

        return new FileReading(_count, _rows, _errors);
    }

    private IEnumerable<string> IdErrors(string place, string? id)
    {
        if (id is not { Length: > 0 })
        {
            yield return SettingsFileText.IdMissing;
        }
        else if (id.Length > SettingsSchema.MaxCodeLength)
        {
            yield return SettingsFileText.IdTooLong(id);
        }
        else if (!_placeOfId.TryAdd(id, place))
        {
            yield return SettingsFileText.IdTwice(id, _placeOfId[id]);
        }
    }

    private static decimal? ReadTemperature(string? text, CharacterCoreSettings? now, out string? complaint)
    {
        complaint = null;
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (text.TrimStart('-', '+').Length > MaxNumberLength || !decimal.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || IsTooSmall(text, value))
        {
            complaint = SettingsFileText.NotTemperature(text, TemperatureParser.Hint);
            return null;
        }

        // Convai's present value is accepted, whatever it is, so that an exported file can be imported.
        complaint = value == now?.Temperature ? null : TemperatureRules.Refuse(value);
        return value;
    }

    // 1e-400 would be rounded to zero silently.
    private static bool IsTooSmall(string text, decimal value) => value == 0 && text.TakeWhile(letter => letter is not ('e' or 'E')).Any(letter => letter is >= '1' and <= '9');
}
