using System.Globalization;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Characters;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Gathers the characters of a file and makes the checks that all formats share.</summary>
internal sealed class FileRows(CastLookup cast)
{
    // A decimal holds 28 digits; a longer number would be rounded silently.
    private const int MaxNumberLength = 30;

    private readonly Dictionary<string, List<string>> _placesById = new(StringComparer.Ordinal);
    private readonly List<FileRow> _rows = [];
    private readonly List<FileRow> _faulty = [];
    private readonly List<FileError> _errors = [];
    private int _count;

    /// <summary>Reports an error in the whole file.</summary>
    public void Fail(string sentence, string place = FileError.WholeFile) => _errors.Add(new FileError(place, sentence));

    /// <summary>Adds a character of which nothing can be read.</summary>
    /// <param name="label">By <see cref="GetLabel"/>.</param>
    public void AddUnreadable(string place, string sentence, string? label = null)
    {
        _count++;
        _errors.Add(new FileError(place, sentence, label));
    }

    /// <summary>The character's name, or what the file calls it; null if it does not say.</summary>
    public string? GetLabel(string? id, string? name) =>
        id is { Length: > 0 } && cast.Find(id) is { } character ? character.Name : string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    /// <summary>Reports too many characters; no other errors of such a file are reported.</summary>
    public void FailAsTooLong(int count)
    {
        _rows.Clear();
        _faulty.Clear();
        _placesById.Clear();
        _errors.Clear();
        _count = count;
        Fail(SettingsFileText.TooManyCharacters(count));
    }

    /// <param name="id">If it is missing, the name says which character it is.</param>
    /// <param name="model">As the file calls it; null or empty leaves it unchanged.</param>
    /// <param name="temperature">The text in the file; null or empty leaves it unchanged.</param>
    /// <param name="reasoning">As <see cref="ReasoningEffort.FromFile"/> reads it; null or blank leaves it unchanged.</param>
    /// <param name="groups">The names of all its groups; null leaves them unchanged.</param>
    /// <param name="errors">The errors that the format has already found.</param>
    public void Add(string place, string? id, string? name, string? model, string? temperature, string? reasoning, IReadOnlyList<string>? groups, params IReadOnlyList<string> errors)
    {
        _count++;
        var sentences = new List<string>(errors);
        var isByName = string.IsNullOrEmpty(id);
        id = isByName ? FindByName(name, sentences) : id;
        var now = id is null ? null : cast.Find(id)?.Settings;
        if (now?.ModelCode is { } code && string.Equals(model?.Trim(), code.Trim(), StringComparison.Ordinal))
        {
            // Convai's present value is accepted, whatever it looks like, so that an exported file can be imported.
            model = code;
        }
        else if (model is { Length: > 0 } && (model.Length > SettingsSchema.MaxCodeLength || model.Any(char.IsControl) || string.IsNullOrWhiteSpace(model)))
        {
            sentences.Add(SettingsFileText.NotModelCode(model));
            model = null;
        }

        var value = ReadTemperature(temperature, now, out var error);
        if (error is not null)
        {
            sentences.Add(error);
        }

        var level = ReasoningEffort.FromFile(reasoning);
        if (level is not null && (level.Length > ReasoningEffort.MaxLength || level.Any(char.IsControl)))
        {
            sentences.Add(SettingsFileText.NotReasoning(level));
            level = null;
        }

        sentences.AddRange((groups ?? []).Where(group => GroupNames.Validate(group) is not null).Select(group => SettingsFileText.NotGroup(group, GroupNames.Validate(group)!)));
        if (id?.Length > SettingsSchema.MaxCodeLength)
        {
            sentences.Add(SettingsFileText.IdTooLong(id));
        }
        else if (id is not null)
        {
            if (!_placesById.TryGetValue(id, out var places))
            {
                _placesById[id] = places = [];
            }

            places.Add(place);
        }

        _errors.AddRange(sentences.Select(sentence => new FileError(place, sentence, GetLabel(id, name))));
        if (id is not null)
        {
            (sentences.Count == 0 ? _rows : _faulty).Add(new FileRow(place, id, name is { Length: > 0 } ? name : null, new SettingsPatch(model is { Length: > 0 } ? model : null, value, level), isByName, groups));
        }
    }

    /// <summary>The id of the only character of that name.</summary>
    private string? FindByName(string? name, List<string> sentences)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            sentences.Add(SettingsFileText.IdMissing);
            return null;
        }

        var named = cast.FindByName(name);
        if (named is [var only])
        {
            return only.Id;
        }

        sentences.Add(named.Count > 1 ? SettingsFileText.SeveralCharacters(name, named.Count) : SettingsFileText.NoCharacterNamed(name, cast.FindNearest(name)));
        return null;
    }

    /// <summary>A cell as an id, without the blanks that people and spreadsheets leave around it, unless they belong to a character's id.</summary>
    public string ResolveId(string cell) => cast.Find(cell) is null ? cell.Trim() : cell;

    public FileReading ToReading()
    {
        if (_count == 0 && _errors.Count == 0)
        {
            Fail(SettingsFileText.NoCharacters);
        }

        // Which of them is right is not known, so none is used.
        foreach (var (id, places) in _placesById.Where(entry => entry.Value.Count > 1))
        {
            var sentence = SettingsFileText.CharacterRepeated(cast.Find(id)?.Name, id, places);
            _errors.AddRange(places.Select(place => new FileError(place, sentence)));
        }

        return new FileReading(_count, [.. _rows.Where(row => _placesById[row.CharacterId].Count == 1)], _errors)
        {
            Faulty = [.. _faulty.Where(row => _placesById.TryGetValue(row.CharacterId, out var places) && places.Count == 1)],
        };
    }

    private static decimal? ReadTemperature(string? text, CharacterCoreSettings? now, out string? error)
    {
        error = null;
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (text.TrimStart('-', '+').Length > MaxNumberLength || !decimal.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || IsTooSmall(text, value))
        {
            error = SettingsFileText.NotTemperature(text, TemperatureParser.Hint);
            return null;
        }

        // Convai's present value is accepted, whatever it is, so that an exported file can be imported.
        error = value == now?.Temperature ? null : TemperatureRules.Validate(value);
        return value;
    }

    // 1e-400 would be rounded to zero silently.
    private static bool IsTooSmall(string text, decimal value) => value == 0 && text.TakeWhile(letter => letter is not ('e' or 'E')).Any(letter => letter is >= '1' and <= '9');
}
