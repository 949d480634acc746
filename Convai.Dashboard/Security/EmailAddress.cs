using System.Net.Mail;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Security;

public static class EmailAddress
{
    /// <summary>Checks an email as browsers do: something on both sides of one @. Only sending a mail would show whether it exists.</summary>
    public static bool IsPlausible(string address) =>
        address.Length is > 2 and <= 256
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address
        && !address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character));

    /// <summary>
    /// The form in which two spellings of one address are equal. Only the case of ASCII letters is ignored: Unicode's rules would also turn
    /// "ſ" into "S" and "K" (the Kelvin sign) into "k", and so one person's address into another's.
    /// </summary>
    public static string Normalize(string address) => string.Create(address.Length, address, (letters, from) =>
    {
        for (var index = 0; index < letters.Length; index++)
        {
            letters[index] = char.IsAsciiLetterLower(from[index]) ? (char)(from[index] - 'a' + 'A') : from[index];
        }
    });

    /// <summary>True where a letter would become an ASCII letter by Unicode's rules, so that the address can be taken for another one.</summary>
    public static bool HasLookalike(string address) =>
        address.Any(character => !char.IsAscii(character) && (char.IsAscii(char.ToUpperInvariant(character)) || char.IsAscii(char.ToLowerInvariant(character)) || character is 'ı' or 'İ'));
}

/// <summary>Identity normalizes user names and emails with this before it compares them.</summary>
internal sealed class EmailNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name is null ? null : EmailAddress.Normalize(name);

    public string? NormalizeEmail(string? email) => email is null ? null : EmailAddress.Normalize(email);
}
