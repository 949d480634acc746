using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Convai.Dashboard.Security;

/// <summary>Secrets that are handed out once and stored only as a hash. With 256 random bits, a fast hash cannot be reversed.</summary>
internal static class RandomSecret
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
