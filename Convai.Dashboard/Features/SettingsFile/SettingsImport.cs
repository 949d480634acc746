using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>A character whose settings differ from the file.</summary>
/// <param name="Character">The character as read from Convai.</param>
/// <param name="After">The fields that differ, with the values of the file.</param>
public sealed record ImportRow(FileRow Row, Character Character, SettingsPatch After)
{
    /// <summary>The name in the file, if it is not the character's: a row may have slipped.</summary>
    public string? OtherName => Row.Name is { } name && !string.Equals(name.Trim(), Character.Name.Trim(), StringComparison.Ordinal) ? name : null;
}

/// <summary>A row whose character is not in this cast.</summary>
/// <param name="Suggestion">The character that its name or id may mean; null for none.</param>
public sealed record UnknownCharacterRow(FileRow Row, Character? Suggestion);

/// <summary>A character whose groups differ from the file.</summary>
/// <param name="Added">The names of the groups that it would be added to.</param>
/// <param name="Removed">The names of the groups that it would be removed from.</param>
public sealed record ImportGroupRow(FileRow Row, Character Character, IReadOnlyList<string> Added, IReadOnlyList<string> Removed)
{
    /// <summary>Those of the added groups that the team does not have yet.</summary>
    public IReadOnlyList<string> Created { get; init; } = [];
}

/// <summary>A settings file compared with the cast.</summary>
/// <param name="Count">How many characters the file names.</param>
/// <param name="Different">The valid rows whose values differ.</param>
/// <param name="Same">How many already have the values of the file.</param>
/// <param name="ByName">How many valid rows have no id, so that the name said which character they are for.</param>
public sealed record ImportReading(int Count, IReadOnlyList<ImportRow> Different, int Same, int ByName, IReadOnlyList<UnknownCharacterRow> UnknownCharacters, IReadOnlyList<FileError> Errors)
{
    /// <summary>Characters whose groups differ. Groups are the dashboard's own, so they are no part of a plan.</summary>
    public IReadOnlyList<ImportGroupRow> Groups { get; init; } = [];
}

/// <summary>Reads a settings file and compares it with the cast. It writes and plans nothing.</summary>
public sealed class SettingsImport(CastDirectory cast, CharacterGroups groups, AccountModels accountModels, ChangeHistory history, Access access)
{
    /// <summary>Throws <see cref="AccessDeniedException"/>, and the exceptions that <see cref="DatabaseError"/> describes.</summary>
    public async Task<ImportReading> ReadAsync(ClaimsPrincipal user, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        var now = await cast.ReadAsync(forceRefresh: false, cancellationToken);
        if (now is not { Characters: not null, Failure: null })
        {
            return Failed(SettingsFileText.NoCast(now.Failure?.Sentence));
        }

        var reading = SettingsReader.Read(file.Span, now.Characters);
        var rows = reading.Rows.ToLookup(row => now.Find(row.CharacterId) is not null);
        var faulty = reading.Faulty.Where(row => now.Find(row.CharacterId) is not null).ToList();
        var reasoning = rows[true].Concat(faulty).Any(row => row.Settings.Reasoning is not null) ? await history.ReadLastReasoningAsync(user, cancellationToken) : null;
        var resolver = await CreateResolverAsync(user, [.. rows[true], .. faulty], now, cancellationToken);
        var (found, errors) = (new List<ImportRow>(), new List<FileError>(reading.Errors));
        foreach (var (row, isFaulty) in rows[true].Select(row => (row, false)).Concat(faulty.Select(row => (row, true))))
        {
            var character = now.Find(row.CharacterId)!;
            var sentences = new List<string>();
            character = character with { Settings = character.Settings.WithLastReasoning(reasoning?.GetValueOrDefault(row.CharacterId)?.Value) };
            var resolved = resolver.Resolve(row, character.Settings, sentences);
            errors.AddRange(sentences.Select(sentence => new FileError(row.Place, sentence, character.Name)));
            if (sentences.Count == 0 && !isFaulty)
            {
                found.Add(Compare(resolved, character));
            }
        }

        var names = new CastLookup(now.Characters);
        var different = found.FindAll(row => !row.After.IsEmpty);
        var list = await groups.ReadAsync(user, cancellationToken);
        var groupChanges = found.Select(row => CompareGroups(row, list)).OfType<ImportGroupRow>().ToList();
        if (TooManyGroups(groupChanges, list) is { } tooMany)
        {
            errors.Add(tooMany);
            groupChanges.Clear();
        }

        return new ImportReading(
            reading.Count,
            different,
            found.Count - different.Count,
            found.Count(row => row.Row.IsByName),
            [.. rows[false].Select(row => new UnknownCharacterRow(row, FindSuggestion(row, names)))],
            [.. errors.OrderBy(error => GetPosition(error.Place))])
        {
            Groups = groupChanges,
        };
    }

    /// <summary>Null if the character is in the groups of the file, whatever their case, or the file does not name any.</summary>
    private static ImportGroupRow? CompareGroups(ImportRow row, GroupList list)
    {
        if (row.Row.Groups is not { } asked)
        {
            return null;
        }

        var now = list.GetGroups(row.Character.Id).Select(group => group.Name).ToList();
        var change = new ImportGroupRow(
            row.Row, row.Character, [.. asked.Except(now, StringComparer.OrdinalIgnoreCase)], [.. now.Except(asked, StringComparer.OrdinalIgnoreCase)]);
        change = change with { Created = [.. change.Added.Where(name => !list.All.Any(group => string.Equals(group.Name, name, StringComparison.OrdinalIgnoreCase)))] };
        return change is { Added.Count: 0, Removed.Count: 0 } ? null : change;
    }

    private static FileError? TooManyGroups(IEnumerable<ImportGroupRow> rows, GroupList list)
    {
        var newGroups = rows.SelectMany(row => row.Created).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        return list.All.Count + newGroups > CharacterGroups.MaxGroups ? new FileError(FileError.WholeFile, SettingsFileText.TooManyGroups(newGroups, CharacterGroups.MaxGroups)) : null;
    }

    /// <summary>The level last sent from here counts as the same, so that a file that was exported or imported finds nothing to do; an unknown one is sent.</summary>
    private static ImportRow Compare(FileRow row, Character character)
    {
        var after = row.Settings.MissingFrom(character.Settings);
        after = string.Equals(after.Reasoning, character.Settings.Reasoning, StringComparison.Ordinal) ? after with { Reasoning = null } : after;
        return new ImportRow(row, character, after);
    }

    private static Character? FindSuggestion(FileRow row, CastLookup names) =>
        row.Name is { } name && names.FindByName(name) is [var named] ? named : names.FindNearest(row.CharacterId);

    public static ImportReading Failed(string sentence) => new(0, [], 0, 0, [], [new FileError(FileError.WholeFile, sentence)]);

    /// <summary>The line or index in it; errors in the whole file come first.</summary>
    private static int GetPosition(string place) =>
        int.TryParse(string.Concat(place.Where(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>Asks Convai for the account's list only if the file names a model that the catalogue does not know, or a level.</summary>
    private async Task<RowResolver> CreateResolverAsync(ClaimsPrincipal user, IReadOnlyList<FileRow> rows, CastReading now, CancellationToken cancellationToken)
    {
        var unknown = rows.Where(row => row.Settings.ModelCode is { } code && code != now.Find(row.CharacterId)!.Settings.ModelCode && !accountModels.Catalogue.Knows(code)).ToList();
        if (unknown.Count == 0 && rows.All(row => row.Settings.Reasoning is null))
        {
            return new RowResolver(new AccountModelsReading(accountModels.Catalogue, default, null), ImmutableHashSet<(string, string)>.Empty);
        }

        var list = await accountModels.ReadForCastAsync(now.AccountListCharacter?.Id ?? rows[0].CharacterId, cancellationToken);
        var codes = unknown.Select(row => row.Settings.ModelCode!).Where(code => !list.Models.Knows(code)).Distinct(StringComparer.Ordinal).ToList();
        return new RowResolver(list, await history.ReadUsedModelsAsync(user, codes, cancellationToken));
    }
}
