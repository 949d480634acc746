using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.History;

/// <summary>The history as a file, with the filter of the page that it is asked for from. Rows are sent as they are read.</summary>
internal static class HistoryExport
{
    private const string Columns =
        "id,at,kind,outcome,person,person_id,character_id,character,model_before,model_after,temperature_before,temperature_after,reason,undoes,settled_at,convai_reference\r\n";

    public static void MapHistoryExport(this WebApplication app)
    {
        app.MapGet("/history/export.csv", (HttpContext context, ChangeHistory history, TimeProvider time) => SendAsync(context, history, time, "csv", "text/csv; charset=utf-8", WriteCsvAsync));
        app.MapGet("/history/export.json", (HttpContext context, ChangeHistory history, TimeProvider time) => SendAsync(context, history, time, "json", MediaTypeNames.Application.Json, WriteJsonAsync));
    }

    private static Task SendAsync(
        HttpContext context, ChangeHistory history, TimeProvider time, string format, string contentType, Func<Stream, IAsyncEnumerable<Change>, CancellationToken, Task> write)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"convai-history-{time.GetUtcNow():yyyy-MM-dd}.{format}\"";
        context.Response.Headers.CacheControl = "no-store";
        var filter = HistoryFilter.Of(name => context.Request.Query[name]);
        return write(context.Response.Body, history.ExportAsync(context.User, filter, context.RequestAborted), context.RequestAborted);
    }

    internal static async Task WriteCsvAsync(Stream stream, IAsyncEnumerable<Change> changes, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(Columns.AsMemory(), cancellationToken);
        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(Row(change).AsMemory(), cancellationToken);
        }
    }

    internal static async Task WriteJsonAsync(Stream stream, IAsyncEnumerable<Change> changes, CancellationToken cancellationToken) =>
        await JsonSerializer.SerializeAsync(stream, changes.Select(ToLine), HistoryJsonContext.Default.IAsyncEnumerableHistoryLine, cancellationToken);

    private static string Row(Change change)
    {
        var line = ToLine(change);
        string?[] cells =
        [
            line.Id.ToString(CultureInfo.InvariantCulture), Time(line.At), line.Kind, line.Outcome, Safe(line.Person), Safe(line.PersonId), Safe(line.CharacterId), Safe(line.Character),
            Safe(line.ModelBefore), Safe(line.ModelAfter), Number(line.TemperatureBefore), Number(line.TemperatureAfter), Safe(line.Reason),
            line.Undoes?.ToString(CultureInfo.InvariantCulture), line.SettledAt is { } settled ? Time(settled) : null, Safe(line.ConvaiReference),
        ];
        return string.Join(',', cells.Select(Quote)) + "\r\n";
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string? Number(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Safe(string? text) => text is null ? null : SpreadsheetCell.Defuse(text);

    private static string Quote(string? cell) =>
        cell is null ? "" : cell.AsSpan().IndexOfAny("\",;\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static HistoryLine ToLine(Change change) => new(
        change.Id, change.At, change.Kind.ToString(), change.State.ToString(), change.PersonName, change.PersonId, change.CharacterId, change.CharacterName,
        change.ModelBefore, change.ModelAfter, change.TemperatureBefore, change.TemperatureAfter, change.Reason, change.UndoesId, change.SettledAt, change.Reference);
}

/// <summary>A change as it is exported.</summary>
internal sealed record HistoryLine(
    long Id,
    DateTimeOffset At,
    string Kind,
    string Outcome,
    string? Person,
    string? PersonId,
    string CharacterId,
    string Character,
    string? ModelBefore,
    string? ModelAfter,
    decimal? TemperatureBefore,
    decimal? TemperatureAfter,
    string? Reason,
    long? Undoes,
    DateTimeOffset? SettledAt,
    string? ConvaiReference);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IAsyncEnumerable<HistoryLine>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
