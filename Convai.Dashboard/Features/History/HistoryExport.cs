using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Security;
using CsvHelper;

namespace Convai.Dashboard.Features.History;

/// <summary>
/// Exports the history as a file, with the filter of the page that requested it, whose days are those of the reader. The times in the file are in
/// UTC. Rows are sent as they are read.
/// </summary>
internal static class HistoryExport
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly string[] Columns =
    [
        "id", "at", "kind", "outcome", "person", "person_id", "character_id", "character", "model_before", "model_after", "temperature_before", "temperature_after", "reason",
        "undoes", "settled_at", "convai_reference", "reasoning_before", "reasoning_after", "part_of",
    ];

    public static void MapHistoryExport(this WebApplication app)
    {
        app.MapGet("/history/export.csv", (HttpContext context, ChangeHistory history, Access access, TimeProvider time) => SendAsync(context, history, access, time, "csv", "text/csv; charset=utf-8", WriteCsvAsync));
        app.MapGet("/history/export.json", (HttpContext context, ChangeHistory history, Access access, TimeProvider time) => SendAsync(context, history, access, time, "json", MediaTypeNames.Application.Json, WriteJsonAsync));
    }

    private static async Task SendAsync(
        HttpContext context, ChangeHistory history, Access access, TimeProvider time, string format, string contentType, Func<Stream, IAsyncEnumerable<ChangeRecord>, CancellationToken, Task> write)
    {
        // Checked before the first byte, which signals success.
        if (await access.FindAsync(context.User, Role.Viewer, context.RequestAborted) is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = contentType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"convai-history-{time.GetUtcNow():yyyy-MM-dd}.{format}\"";
        context.Response.Headers.CacheControl = "no-store";
        var filter = HistoryFilter.Parse(name => context.Request.Query[name]);
        await write(context.Response.Body, history.ExportAsync(context.User, filter, LocalTime.ForZone(context.Request.Cookies[LocalTime.Cookie]), context.RequestAborted), context.RequestAborted);
    }

    internal static async Task WriteCsvAsync(Stream stream, IAsyncEnumerable<ChangeRecord> changes, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(stream, SpreadsheetCell.Csv, leaveOpen: true);
        await csv.WriteRecordAsync(Columns, cancellationToken);
        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            WriteRow(csv, ToRow(change));
            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    internal static async Task WriteJsonAsync(Stream stream, IAsyncEnumerable<ChangeRecord> changes, CancellationToken cancellationToken) =>
        await JsonSerializer.SerializeAsync(stream, changes.Select(ToRow), HistoryJsonContext.Default.IAsyncEnumerableHistoryExportRow, cancellationToken);

    private static void WriteRow(CsvWriter csv, HistoryExportRow row)
    {
        csv.WriteField(row.Id);
        csv.WriteField(row.At.UtcDateTime, TimeFormat);
        csv.WriteField(row.Kind);
        csv.WriteField(row.Outcome);
        csv.WriteField(SpreadsheetCell.Defuse(row.Person));
        csv.WriteField(SpreadsheetCell.Defuse(row.PersonId));
        csv.WriteField(SpreadsheetCell.Defuse(row.CharacterId));
        csv.WriteField(SpreadsheetCell.Defuse(row.Character));
        csv.WriteField(SpreadsheetCell.Defuse(row.ModelBefore));
        csv.WriteField(SpreadsheetCell.Defuse(row.ModelAfter));
        csv.WriteField(row.TemperatureBefore);
        csv.WriteField(row.TemperatureAfter);
        csv.WriteField(SpreadsheetCell.Defuse(row.Reason));
        csv.WriteField(row.Undoes);
        csv.WriteField(row.SettledAt?.UtcDateTime, TimeFormat);
        csv.WriteField(SpreadsheetCell.Defuse(row.ConvaiReference));
        csv.WriteField(SpreadsheetCell.Defuse(row.ReasoningBefore));
        csv.WriteField(SpreadsheetCell.Defuse(row.ReasoningAfter));
        csv.WriteField(row.PartOf);
    }

    private static HistoryExportRow ToRow(ChangeRecord change) => new(
        change.Id, change.At, change.Kind.ToString(), ChangeStateNames.GetName(change.State), change.PersonName, change.PersonId, change.CharacterId, change.CharacterName,
        change.ModelBefore, change.ModelAfter, change.TemperatureBefore, change.TemperatureAfter, change.Reason, change.UndoesId, change.SettledAt, change.Reference,
        ToFileValue(change.ReasoningBefore), ToFileValue(change.ReasoningAfter), change.PartOfId);

    private static string? ToFileValue(string? reasoning) => reasoning is null ? null : ReasoningEffort.ToFile(reasoning);
}

/// <summary>A change as it is exported.</summary>
internal sealed record HistoryExportRow(
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
    string? ConvaiReference,
    string? ReasoningBefore,
    string? ReasoningAfter,
    long? PartOf);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IAsyncEnumerable<HistoryExportRow>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
