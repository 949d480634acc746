using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Features.Account;

/// <summary>
/// Asks people to confirm their identity before they change how they sign in: an open session alone must not be enough. Wrong passwords count
/// towards the same limits and the same lock as on the sign-in page, and are recorded in the security log.
/// </summary>
public sealed class Confirmation(UserManager<Person> users, SignInManager<Person> signIn, SignInSessions sessions, SecurityLog log, AttemptLimits attempts)
{
    /// <summary>If false, send the person to <see cref="ConfirmPage"/> first.</summary>
    public Task<bool> IsRecentAsync(HttpContext context) => sessions.IsConfirmedAsync(context.User, context.RequestAborted);

    public async Task<SignInOutcome> ConfirmPasswordAsync(Person person, string password, HttpContext context)
    {
        if (!attempts.TryAcquire(person.Email!))
        {
            return SignInOutcome.TooManyAttempts;
        }

        if (password.Length > CommonPasswords.MaximumLength || await users.IsLockedOutAsync(person) || !await users.CheckPasswordAsync(person, password))
        {
            return await RefuseAsync(person, "Current password", context);
        }

        await users.ResetAccessFailedCountAsync(person);
        await sessions.ConfirmAsync(context.User, person, context.RequestAborted);
        return SignInOutcome.Done;
    }

    /// <param name="credential">The result of the browser's <c>navigator.credentials.get</c>, as JSON.</param>
    public async Task<SignInOutcome> ConfirmPasskeyAsync(Person person, string credential, HttpContext context)
    {
        try
        {
            var assertion = await signIn.PerformPasskeyAssertionAsync(credential);
            if (!assertion.Succeeded || assertion.User.Id != person.Id)
            {
                await LogAsync(SecurityEventKind.ConfirmationFailed, person, "Passkey", context);
                return SignInOutcome.Refused;
            }

            await users.AddOrUpdatePasskeyAsync(assertion.User, assertion.Passkey);
            await sessions.ConfirmAsync(context.User, assertion.User, context.RequestAborted);
            return SignInOutcome.Done;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The challenge's cookie is missing, because it expired or was never requested; or nothing was sent.
            return SignInOutcome.Expired;
        }
    }

    private async Task<SignInOutcome> RefuseAsync(Person person, string method, HttpContext context)
    {
        await LogAsync(SecurityEventKind.ConfirmationFailed, person, method, context);
        if (!await users.IsLockedOutAsync(person))
        {
            await users.AccessFailedAsync(person);
            if (await users.IsLockedOutAsync(person))
            {
                await LogAsync(SecurityEventKind.LockedOut, person, null, context);
            }
        }

        return SignInOutcome.Refused;
    }

    private Task LogAsync(SecurityEventKind kind, Person person, string? detail, HttpContext context) =>
        log.AddAsync(log.CreateEvent(kind, person, address: context.Connection.RemoteIpAddress?.ToString(), detail: detail), context.RequestAborted);
}
