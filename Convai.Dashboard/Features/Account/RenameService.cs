using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

/// <summary>Changes the person's own name. The security log records it, because the history keeps names as they were.</summary>
public sealed class RenameService(DashboardDbContext db, AccessChangeNotifier changes, SecurityLog log, IOptions<AuthenticationOptions> authOptions)
{
    public async Task<Result> RenameAsync(string personId, string? typed, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (PersonNames.Validate(typed) is { } problem)
        {
            return problem;
        }

        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        var person = await db.Users.FirstAsync(person => person.Id == personId, cancellationToken);
        var before = person.Name;
        if (person.RoleClaim is not null)
        {
            return AccountText.NameFromProvider(authOptions.Value.Oidc.Name);
        }

        if (!await db.TrySetNameAsync(person, PersonNames.Clean(typed), cancellationToken))
        {
            return PersonNames.Taken;
        }

        if (person.Name != before)
        {
            db.Add(log.CreateEvent(SecurityEventKind.Renamed, person, address: remoteAddress?.ToString(), detail: $"{before} → {person.Name}"));
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Notify(personId);
        return Result.Success;
    }
}
