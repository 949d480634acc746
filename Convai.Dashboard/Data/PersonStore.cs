using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Data;

/// <summary>People as Identity stores them, except for recovery codes: Identity keeps those as plain text, here they are hashed.</summary>
internal sealed class PersonStore(DashboardDbContext db, IdentityErrorDescriber? describer = null) : UserOnlyStore<Person, DashboardDbContext>(db, describer)
{
    // Where Identity's own store keeps them.
    private const string LoginProvider = "[AspNetUserStore]";
    private const string TokenName = "RecoveryCodes";
    private const char Separator = ';';

    // A code has 47 random bits. Ten of them take as long to hash as one password, and guessing one takes centuries.
    private const int Iterations = 21_000;

    public override Task ReplaceCodesAsync(Person user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(code => Hash(user.Id, code)), cancellationToken);

    public override async Task<bool> RedeemCodeAsync(Person user, string code, CancellationToken cancellationToken)
    {
        var hashes = (await GetTokenAsync(user, LoginProvider, TokenName, cancellationToken) ?? "").Split(Separator, StringSplitOptions.RemoveEmptyEntries).ToList();
        if (!hashes.Remove(Hash(user.Id, code)))
        {
            return false;
        }

        await base.ReplaceCodesAsync(user, hashes, cancellationToken);
        return true;
    }

    /// <summary>Hashes the codes that earlier versions stored as they are. The codes remain valid.</summary>
    internal static async Task HashPlainCodesAsync(DashboardDbContext db, CancellationToken cancellationToken)
    {
        // Only plain codes have a hyphen: hashes are Base64.
        if (!await db.Database.HasRowsAsync($"""SELECT 1 FROM "PersonTokens" WHERE "Name" = '{TokenName}' AND "Value" LIKE '%-%' LIMIT 1""", cancellationToken))
        {
            return;
        }

        var plain = await db.UserTokens.AsNoTracking().Where(token => token.LoginProvider == LoginProvider && token.Name == TokenName && EF.Functions.Like(token.Value!, "%-%")).ToListAsync(cancellationToken);
        foreach (var token in plain)
        {
            var hashed = string.Join(Separator, token.Value!.Split(Separator).Select(code => code.Contains('-', StringComparison.Ordinal) ? Hash(token.UserId, code) : code));
            await db.UserTokens.Where(stored => stored.UserId == token.UserId && stored.LoginProvider == LoginProvider && stored.Name == TokenName && stored.Value == token.Value)
                .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Value, hashed), cancellationToken);
        }
    }

    // The salt is the person's id, so that one calculation tells whether a code is among the ten.
    private static string Hash(string personId, string code) =>
        Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes($"recovery code of {personId}"), Iterations, HashAlgorithmName.SHA512, 32));
}
