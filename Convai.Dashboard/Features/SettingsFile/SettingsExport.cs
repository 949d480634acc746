using System.Net.Mime;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Exports the settings of the cast, or of some of its characters, as a file.</summary>
internal static class SettingsExport
{
    /// <summary>An address has no room for more.</summary>
    public const int MaxIds = 200;

    public static void MapSettingsExport(this WebApplication app)
    {
        app.MapGet("/cast/export.json", (HttpContext context, CastDirectory cast, CharacterGroups groups, ChangeHistory history, Access access, TimeProvider time) =>
            SendAsync(context, cast, groups, history, access, $"convai-cast-{time.GetUtcNow():yyyy-MM-dd}.json", MediaTypeNames.Application.Json, (characters, list) => SettingsWriter.ToJson(characters, list, time.GetUtcNow())));
        app.MapGet("/cast/export.csv", (HttpContext context, CastDirectory cast, CharacterGroups groups, ChangeHistory history, Access access, TimeProvider time) =>
            SendAsync(context, cast, groups, history, access, $"convai-cast-{time.GetUtcNow():yyyy-MM-dd}.csv", "text/csv; charset=utf-8", SettingsWriter.ToCsv));
        // Everyone by id and name, and nothing to change yet.
        app.MapGet("/cast/template.csv", (HttpContext context, CastDirectory cast, CharacterGroups groups, ChangeHistory history, Access access, TimeProvider time) =>
            SendAsync(context, cast, groups, history, access, "convai-cast-template.csv", "text/csv; charset=utf-8", (characters, _) => SettingsWriter.ToCsv(characters.Select(WithoutSettings), GroupList.Empty)));
    }

    private static Character WithoutSettings(Character character) => character with { Settings = new CharacterCoreSettings(null, null) };

    private static async Task SendAsync(
        HttpContext context, CastDirectory cast, CharacterGroups groups, ChangeHistory history, Access access, string fileName, string contentType, Func<IEnumerable<Character>, GroupList, byte[]> write)
    {
        var cancellationToken = context.RequestAborted;
        context.Response.Headers.CacheControl = "no-store";
        if (await access.FindAsync(context.User, Role.Viewer, cancellationToken) is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var ids = context.Request.Query.TryGetValue("ids", out var listed)
            ? listed.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(CharacterAddress.Decode).ToHashSet(StringComparer.Ordinal)
            : null;
        if (ids?.Count > MaxIds)
        {
            await RespondWithErrorAsync(context, StatusCodes.Status400BadRequest, SettingsFileText.TooManyIds(MaxIds));
            return;
        }

        // An old reading would be exported under today's date.
        if (await cast.ReadAsync(forceRefresh: false, cancellationToken) is not { Characters: { } characters, Failure: null })
        {
            await RespondWithErrorAsync(context, StatusCodes.Status503ServiceUnavailable, SettingsFileText.NotExported(cast.Last.Failure?.Sentence));
            return;
        }

        // Convai does not report the reasoning effort; the last one sent from here stands for it.
        var reasoning = await history.ReadLastReasoningAsync(context.User, cancellationToken);
        var exported = characters.Where(character => ids?.Contains(character.Id) != false)
            .Select(character => character with { Settings = character.Settings.WithLastReasoning(reasoning.GetValueOrDefault(character.Id)?.Value) });
        context.Response.ContentType = contentType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await context.Response.Body.WriteAsync(write(exported, await groups.ReadAsync(context.User, cancellationToken)), cancellationToken);
    }

    private static Task RespondWithErrorAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence, context.RequestAborted);
    }
}
