using System.Net;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Account;

public enum SignInOutcome
{
    Done,

    /// <summary>The password is right; a code is also needed.</summary>
    NeedsCode,

    /// <summary>One answer for every reason, so that it does not reveal whether an account exists.</summary>
    Refused,

    TooManyAttempts,

    /// <summary>The previous step was too long ago.</summary>
    Expired,

    /// <summary>The organisation's provider gives the role, and has withdrawn it or not confirmed it lately. Revealed only to people who have proved that the account is theirs.</summary>
    NeedsProvider,
}

/// <summary>Signs people in with a password, a code or a passkey, and logs it. Needs a request: a cookie cannot be set over a circuit.</summary>
public sealed class PersonSignIn(
    SignInManager<Person> signIn,
    UserManager<Person> users,
    DashboardDbContext db,
    SecurityLog log,
    AccessChangeNotifier changes,
    AttemptLimits attempts,
    IOptions<AuthenticationOptions> authOptions,
    TimeProvider time)
{
    // Takes as much work as a real hash, so that the time does not reveal either whether an account exists.
    private static string? _dummyPasswordHash;

    /// <param name="isPersistent">Whether to stay signed in when the browser is closed.</param>
    /// <param name="remoteAddress">The source address of the request, for the log.</param>
    public async Task<SignInOutcome> PasswordSignInAsync(string email, string password, bool isPersistent, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (!authOptions.Value.LocalAccounts)
        {
            return SignInOutcome.Refused;
        }

        if (!attempts.TryAcquire(email))
        {
            return SignInOutcome.TooManyAttempts;
        }

        var person = await users.FindByEmailAsync(email.Trim());
        if (person?.PasswordHash is null || password.Length > CommonPasswords.MaximumLength || person.IsDisabled || await users.IsLockedOutAsync(person))
        {
            users.PasswordHasher.VerifyHashedPassword(person ?? new Person(), _dummyPasswordHash ??= users.PasswordHasher.HashPassword(new Person(), Guid.NewGuid().ToString()), password[..Math.Min(password.Length, CommonPasswords.MaximumLength)]);
            await LogFailureAsync(person, person is { IsDisabled: true } ? "disabled account" : person is null ? "unknown email" : "password, while locked", remoteAddress, cancellationToken);
            return SignInOutcome.Refused;
        }

        if (!await signIn.CanSignInAsync(person))
        {
            return await RefusePasswordAsync(person, password, remoteAddress, cancellationToken);
        }

        var result = await signIn.PasswordSignInAsync(person, password, isPersistent, lockoutOnFailure: true);
        if (result.RequiresTwoFactor)
        {
            return SignInOutcome.NeedsCode;
        }

        return await CompleteAsync(result, person, "Password", remoteAddress, cancellationToken);
    }

    /// <param name="code">Six digits of the authenticator app, or a recovery code, including spaces.</param>
    public async Task<SignInOutcome> TwoFactorSignInAsync(string code, bool isPersistent, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } person || !authOptions.Value.LocalAccounts)
        {
            return SignInOutcome.Expired;
        }

        if (!attempts.TryAcquire(person.Id))
        {
            return SignInOutcome.TooManyAttempts;
        }

        // A recovery code alone would not check this.
        if (!await signIn.CanSignInAsync(person))
        {
            return await RefuseUntilProviderAsync(person, "code", remoteAddress, cancellationToken);
        }

        var plain = string.Concat(code.Where(character => !char.IsWhiteSpace(character)));
        var isRecovery = plain.Length != 6 || !plain.All(char.IsAsciiDigit);
        var result = isRecovery
            ? await signIn.TwoFactorRecoveryCodeSignInAsync(plain.ToUpperInvariant())
            : await signIn.TwoFactorAuthenticatorSignInAsync(plain, isPersistent, rememberClient: false);
        return await CompleteAsync(result, person, isRecovery ? "Password and recovery code" : "Password and code", remoteAddress, cancellationToken);
    }

    /// <param name="credential">The result of the browser's <c>navigator.credentials.get</c>, as JSON.</param>
    public async Task<SignInOutcome> PasskeySignInAsync(string credential, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (!authOptions.Value.LocalAccounts)
        {
            return SignInOutcome.Refused;
        }

        PasskeyAssertionResult<Person> assertion;
        try
        {
            assertion = await signIn.PerformPasskeyAssertionAsync(credential);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The challenge's cookie is missing, because it expired or was never requested; or nothing was sent.
            return SignInOutcome.Expired;
        }

        // Wrong passwords do not lock out a passkey, which cannot be guessed.
        if (!assertion.Succeeded || assertion.User is not { IsDisabled: false } person)
        {
            await LogFailureAsync(assertion.User, "passkey", remoteAddress, cancellationToken);
            return SignInOutcome.Refused;
        }

        if (!await signIn.CanSignInAsync(person))
        {
            return await RefuseUntilProviderAsync(person, "passkey", remoteAddress, cancellationToken);
        }

        await users.AddOrUpdatePasskeyAsync(person, assertion.Passkey);
        await signIn.SignInAsync(person, isPersistent: false, authenticationMethod: "Passkey");
        await RecordSignInAsync(person, "Passkey", remoteAddress, cancellationToken);
        return SignInOutcome.Done;
    }

    /// <summary>Records a successful sign-in.</summary>
    public async Task RecordSignInAsync(Person person, string method, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Users.Where(stored => stored.Id == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.LastSignInAt, now).SetProperty(stored => stored.LastSignInWay, method), cancellationToken);
        await log.AddAsync(log.CreateEvent(SecurityEventKind.SignedIn, person, address: remoteAddress?.ToString(), detail: method), cancellationToken);
        changes.Notify(person.Id);
    }

    private async Task<SignInOutcome> CompleteAsync(SignInResult result, Person person, string method, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
        {
            await RecordSignInAsync(person, method, remoteAddress, cancellationToken);
            return SignInOutcome.Done;
        }

        await LogFailureAsync(person, method, remoteAddress, cancellationToken);
        if (result.IsLockedOut)
        {
            await log.AddAsync(log.CreateEvent(SecurityEventKind.LockedOut, person, address: remoteAddress?.ToString()), cancellationToken);
        }

        return SignInOutcome.Refused;
    }

    private async Task<SignInOutcome> RefusePasswordAsync(Person person, string password, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        if (await users.CheckPasswordAsync(person, password))
        {
            return await RefuseUntilProviderAsync(person, "password", remoteAddress, cancellationToken);
        }

        await users.AccessFailedAsync(person);
        return await CompleteAsync(await users.IsLockedOutAsync(person) ? SignInResult.LockedOut : SignInResult.Failed, person, "Password", remoteAddress, cancellationToken);
    }

    private async Task<SignInOutcome> RefuseUntilProviderAsync(Person person, string method, IPAddress? remoteAddress, CancellationToken cancellationToken)
    {
        await LogFailureAsync(person, person.IsDisabled ? "disabled account" : $"{method}, while {authOptions.Value.Oidc.Name} does not confirm the role", remoteAddress, cancellationToken);
        return person.IsDisabled ? SignInOutcome.Refused : SignInOutcome.NeedsProvider;
    }

    /// <summary>An unknown email is not stored: people type their password there by mistake.</summary>
    private Task LogFailureAsync(Person? person, string detail, IPAddress? remoteAddress, CancellationToken cancellationToken) =>
        log.AddAsync(log.CreateEvent(SecurityEventKind.SignInFailed, person, address: remoteAddress?.ToString(), detail: detail), cancellationToken);
}
