using System.Security.Claims;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Features.Models;

/// <summary>
/// The team's notes on models: Viewers read them, Designers write them. Nothing is ever altered: the newest note of a model counts, and an empty one
/// removes it. Each method throws <see cref="AccessDeniedException"/> if the person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class ModelNotes(IDbContextFactory<DashboardDbContext> contexts, Access access, TimeProvider time)
{
    /// <summary>Reads the notes that count, by model code.</summary>
    public async Task<IReadOnlyDictionary<string, ModelNote>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var notes = db.Set<ModelNote>().AsNoTracking();
        return await notes
            .Where(note => note.Text != "" && !notes.Any(newer => newer.ModelCode == note.ModelCode && newer.Id > note.Id))
            .ToDictionaryAsync(note => note.ModelCode, StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>Records a note, or refuses it. A note that is the same as the present one is not recorded again.</summary>
    /// <param name="text">One or two sentences, at most <see cref="ModelNote.MaxLength"/> UTF-16 units; line breaks become spaces. Empty removes the note.</param>
    /// <param name="opened">The note that the person saw, as it counted then; null for none. If another counts now, nothing is recorded.</param>
    /// <param name="models">The available models: only their codes can get a first note.</param>
    public async Task<Result> WriteAsync(ClaimsPrincipal user, string code, string text, ModelNote? opened, ModelList models, CancellationToken cancellationToken)
    {
        var person = await access.RequireAsync(user, Role.Designer, cancellationToken);
        var clean = DisplayText.ToOneLine(text);
        if (clean.Length > ModelNote.MaxLength)
        {
            return ModelText.NoteTooLong;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var last = await db.Set<ModelNote>().AsNoTracking().Where(note => note.ModelCode == code).OrderByDescending(note => note.Id).FirstOrDefaultAsync(cancellationToken);
        var now = last is { Text.Length: > 0 } ? last : null;
        if (now?.Id != opened?.Id)
        {
            return now is null ? ModelText.NoteRemoved(last!) : ModelText.NoteChanged(now);
        }

        if (last is null && !models.Knows(code))
        {
            return ModelText.OnlyAvailableNotes;
        }

        if (string.Equals(clean, now?.Text ?? "", StringComparison.Ordinal))
        {
            return Result.Success;
        }

        db.Add(new ModelNote { ModelCode = code, Text = clean, At = time.GetUtcNow(), PersonId = person.Id, PersonName = person.Name });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Result.Success;
    }
}
