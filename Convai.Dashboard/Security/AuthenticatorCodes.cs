using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Security;

/// <summary>
/// Codes of authenticator apps (RFC 6238: SHA-1, 6 digits, 30 seconds). Identity's own provider accepts a code again for as long as it is valid; here
/// each is accepted once, and none that is older than the last (RFC 6238, 5.2).
/// </summary>
internal sealed class AuthenticatorCodes(DashboardDbContext db, TimeProvider time) : AuthenticatorTokenProvider<Person>
{
    private const int SecondsPerStep = 30;

    // The same as Identity's, because the clocks of phones differ.
    private const int MaxStepDrift = 2;

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<Person> manager, Person user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key || FindStep(key, token) is not { } step)
        {
            return false;
        }

        // If a code arrives twice at once, only one request finds the older step.
        var isFirst = await db.Users.Where(person => person.Id == user.Id && (person.LastCodeStep == null || person.LastCodeStep < step))
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.LastCodeStep, step)) == 1;
        // The manager writes the whole person after this.
        user.LastCodeStep = isFirst ? step : user.LastCodeStep;
        return isFirst;
    }

    /// <summary>The step that the code belongs to. Every candidate is compared in full, so that the time taken reveals nothing.</summary>
    private long? FindStep(string key, string code)
    {
        var (secret, given, now) = (FromBase32(key), Encoding.UTF8.GetBytes(code), time.GetUtcNow().ToUnixTimeSeconds() / SecondsPerStep);
        long? found = null;
        for (var step = now - MaxStepDrift; step <= now + MaxStepDrift; step++)
        {
            found = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(GenerateCode(secret, step)), given) ? step : found;
        }

        return found;
    }

    private static string GenerateCode(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // The algorithm that every authenticator app supports.
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string key)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bytes = new List<byte>();
        var (buffer, bits) = (0, 0);
        foreach (var letter in key.ToUpperInvariant().Where(Alphabet.Contains))
        {
            (buffer, bits) = (((buffer << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal)) & 0xFFF, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }
}
