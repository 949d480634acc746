using System.Security.Cryptography;
using System.Text;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>
/// Recognises the account that calls are made with: its address and its key. What it stores is salted, so that it tells nothing about the key and two
/// stored values cannot be compared with each other.
/// </summary>
public sealed class AccountFingerprint
{
    /// <summary>The length of a stored value, in characters.</summary>
    public const int Length = 97;

    private const int SaltBytes = 16;
    private const string Sandbox = "sandbox";

    private readonly ConvaiEndpoint _endpoint;

    internal AccountFingerprint(ConvaiEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>A new value for the present account, to be stored.</summary>
    public string Create()
    {
        var salt = Convert.ToHexString(RandomNumberGenerator.GetBytes(SaltBytes));
        return $"{salt}:{Hash(salt)}";
    }

    /// <summary>Whether a stored value is of the present account.</summary>
    public bool Matches(string stored) => stored.Split(':') is [var salt, _] && string.Equals(stored, $"{salt}:{Hash(salt)}", StringComparison.Ordinal);

    // The sandbox has another port and another key at each start, and is the same account all the same.
    private string Hash(string salt)
    {
        var account = _endpoint.IsSandbox ? Sandbox : $"{_endpoint.BaseAddress}\n{_endpoint.ApiKey}";
        return Convert.ToHexString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(salt), Encoding.UTF8.GetBytes(account)));
    }
}
