using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Features.Account;

/// <summary>What follows when people change how they sign in: their other sessions end, and the security log says so.</summary>
public sealed class SignInChanges(UserManager<Person> users, SignInSessions sessions, SecurityLog log)
{
    public async Task EndOtherSignInsAsync(HttpContext context, Person person, SecurityEventKind kind)
    {
        await users.UpdateSecurityStampAsync(person);
        await sessions.EndOthersAsync(context.User, person, context.RequestAborted);
        await LogAsync(context, person, kind);
    }

    public Task LogAsync(HttpContext context, Person person, SecurityEventKind kind, string? detail = null) =>
        log.AddAsync(log.CreateEvent(kind, person, address: context.Connection.RemoteIpAddress?.ToString(), detail: detail), context.RequestAborted);
}
