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
            WriteRow(csv, ToLine(change));
            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    internal static async Task WriteJsonAsync(Stream stream, IAsyncEnumerable<ChangeRecord> changes, CancellationToken cancellationToken) =>
        await JsonSerializer.SerializeAsync(stream, changes.Select(ToLine), HistoryJsonContext.Default.IAsyncEnumerableHistoryLine, cancellationToken);

    private static void WriteRow(CsvWriter csv, HistoryLine line)
    {
        csv.WriteField(line.Id);
        csv.WriteField(line.At.UtcDateTime, TimeFormat);
        csv.WriteField(line.Kind);
        csv.WriteField(line.Outcome);
        csv.WriteField(SpreadsheetCell.Defuse(line.Person));
        csv.WriteField(SpreadsheetCell.Defuse(line.PersonId));
        csv.WriteField(SpreadsheetCell.Defuse(line.CharacterId));
        csv.WriteField(SpreadsheetCell.Defuse(line.Character));
        csv.WriteField(SpreadsheetCell.Defuse(line.ModelBefore));
        csv.WriteField(SpreadsheetCell.Defuse(line.ModelAfter));
        csv.WriteField(line.TemperatureBefore);
        csv.WriteField(line.TemperatureAfter);
        csv.WriteField(SpreadsheetCell.Defuse(line.Reason));
        csv.WriteField(line.Undoes);
        csv.WriteField(line.SettledAt?.UtcDateTime, TimeFormat);
        csv.WriteField(SpreadsheetCell.Defuse(line.ConvaiReference));
        csv.WriteField(SpreadsheetCell.Defuse(line.ReasoningBefore));
        csv.WriteField(SpreadsheetCell.Defuse(line.ReasoningAfter));
        csv.WriteField(line.PartOf);
    }

    private static HistoryLine ToLine(ChangeRecord change) => new(
        change.Id, change.At, change.Kind.ToString(), ChangeStateNames.GetName(change.State), change.PersonName, change.PersonId, change.CharacterId, change.CharacterName,
        change.ModelBefore, change.ModelAfter, change.TemperatureBefore, change.TemperatureAfter, change.Reason, change.UndoesId, change.SettledAt, change.Reference,
        InFile(change.ReasoningBefore), InFile(change.ReasoningAfter), change.PartOfId);

    private static string? InFile(string? reasoning) => reasoning is null ? null : ReasoningEffort.ToFile(reasoning);
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
    string? ConvaiReference,
    string? ReasoningBefore,
    string? ReasoningAfter,
    long? PartOf);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IAsyncEnumerable<HistoryLine>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
