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

/// <summary>A settings file compared with the cast.</summary>
/// <param name="Count">How many characters the file names.</param>
/// <param name="Same">How many already have the values of the file.</param>
/// <param name="Strangers">The rows whose characters are not in this cast.</param>
public sealed record ImportReading(int Count, IReadOnlyList<ImportRow> Different, int Same, IReadOnlyList<FileRow> Strangers, IReadOnlyList<FileError> Errors);

/// <summary>Reads a settings file and compares it with the cast. It writes and plans nothing.</summary>
public sealed class SettingsImport(CastDirectory cast, AccountModels accountModels, ChangeHistory history, Access access)
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

        var reading = SettingsReader.Read(file.Span, id => now.Find(id)?.Settings);
        var reasoning = reading.Rows.Any(row => row.Settings.Reasoning is not null) ? await history.LastReasoningAsync(user, cancellationToken) : null;
        var found = reading.Rows.Where(row => now.Find(row.CharacterId) is not null)
            .Select(row => Compare(row, now.Find(row.CharacterId)!, reasoning?.GetValueOrDefault(row.CharacterId)?.Value))
            .ToList();
        var different = found.Where(row => !row.After.IsEmpty).ToList();
        return new ImportReading(
            reading.Count,
            different,
            found.Count - different.Count,
            [.. reading.Rows.Where(row => now.Find(row.CharacterId) is null)],
            [.. reading.Errors.Concat(await ModelErrorsAsync(user, different, now, cancellationToken)).OrderBy(error => NumberOf(error.Place))]);
    }

    /// <summary>The level last sent from here counts as the same, so that a file that was exported or imported finds nothing to do; an unknown one is sent.</summary>
    private static ImportRow Compare(FileRow row, Character character, string? lastReasoning)
    {
        var now = character.Settings.WithLastReasoning(lastReasoning);
        var after = row.Settings.Without(now);
        after = string.Equals(after.Reasoning, now.Reasoning, StringComparison.Ordinal) ? after with { Reasoning = null } : after;
        return new ImportRow(row, character with { Settings = now }, after);
    }

    public static ImportReading Failed(string sentence) => new(0, [], 0, [], [new FileError(FileError.WholeFile, sentence)]);

    /// <summary>The line or index in it; errors in the whole file come first.</summary>
    private static int NumberOf(string place) =>
        int.TryParse(string.Concat(place.Where(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private async Task<IReadOnlyList<FileError>> ModelErrorsAsync(ClaimsPrincipal user, List<ImportRow> rows, CastReading now, CancellationToken cancellationToken)
    {
        var unknown = rows.Where(row => row.After.ModelCode is { } code && !accountModels.Catalogue.Knows(code)).ToList();
        var levels = rows.Where(row => row.After.Reasoning is not null).ToList();
        if (unknown.Count == 0 && levels.Count == 0)
        {
            return [];
        }

        var list = await accountModels.ReadForCastAsync((now.ForAccountList ?? rows[0].Character).Id, cancellationToken);
        var levelErrors = levels.Select(row => (row.Row.Place, Sentence: list.RefuseReasoning(row.After.ModelCode ?? row.Character.Settings.ModelCode, row.After.Reasoning!)))
            .Where(error => error.Sentence is not null).Select(error => new FileError(error.Place, error.Sentence!)).ToList();
        unknown.RemoveAll(row => list.Models.Knows(row.After.ModelCode!));
        // A character may return to a model that it once used, whatever the lists say now.
        var ranOn = await history.RanOnAsync(user, [.. unknown.Select(row => row.After.ModelCode!).Distinct(StringComparer.Ordinal)], cancellationToken);
        return [.. levelErrors, .. unknown.Where(row => ranOn?.Contains((row.Character.Id, row.After.ModelCode!)) != true).Select(row => new FileError(
            row.Row.Place, list.Refuse(row.After.ModelCode!, SettingsFileText.Quote(row.After.ModelCode!))!))];
    }
}
