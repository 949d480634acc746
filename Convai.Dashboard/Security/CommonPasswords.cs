using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Security;

/// <summary>
/// Refuses passwords that are guessed first: one of some 34,000 common passwords (<c>common-passwords.txt</c>, which names its source), alone,
/// repeated, with letters swapped for digits, or with digits and signs around it; a run over the keyboard; and what is known about the person.
/// </summary>
internal sealed class CommonPasswords : IPasswordValidator<Person>
{
    public const int MinimumLength = 12;

    /// <summary>Enough for any passphrase, and a limit on the work that one request can cause.</summary>
    public const int MaximumLength = 128;

    private const int MinDifferent = 5;

    private static readonly string[] KeyboardSequences = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "qazwsxedcrfvtgbyhnujmikolp"];

    // Read when the first password is set.
    private static readonly Lazy<HashSet<string>> List = new(ReadList);

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password) =>
        Task.FromResult(Validate(password ?? "", user.Email, user.Name) is { } sentence
            ? IdentityResult.Failed(new IdentityError { Code = nameof(CommonPasswords), Description = sentence })
            : IdentityResult.Success);

    /// <summary>Null for a password that may be used; otherwise why not, in a sentence.</summary>
    /// <param name="known">Known facts about the person: email, name.</param>
    public static string? Validate(string password, params IEnumerable<string?> known) => password.Length switch
    {
        < MinimumLength => SecurityText.PasswordTooShort,
        > MaximumLength => SecurityText.PasswordTooLong,
        _ => IsCommon(password, known) ? SecurityText.PasswordTooCommon : null,
    };

    private static bool IsCommon(string password, IEnumerable<string?> known)
    {
        var plain = password.ToLowerInvariant();
        var words = known.OfType<string>().SelectMany(text => text.ToLowerInvariant().Split([' ', '@', '.', '-', '_'])).Append("convai").Append("convaidashboard").ToHashSet(StringComparer.Ordinal);
        return plain.Distinct().Count() < MinDifferent || List.Value.Contains(plain) || IsListed(Letters(plain), words) || IsListed(Letters(UndoSubstitutions(plain)), words);
    }

    private static bool IsListed(string letters, HashSet<string> words) =>
        letters.Length == 0 || KeyboardSequences.Any(run => run.Contains(letters, StringComparison.Ordinal)) || GetRepeatedParts(letters).Any(part => List.Value.Contains(part) || words.Contains(part));

    /// <summary>Returns the whole text, and the parts that it repeats.</summary>
    private static IEnumerable<string> GetRepeatedParts(string letters) =>
        from length in Enumerable.Range(1, letters.Length)
        where letters.Length % length == 0
        let part = letters[..length]
        where string.Concat(Enumerable.Repeat(part, letters.Length / length)) == letters
        select part;

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    /// <summary>"p@ssw0rd2024" is "password": signs at the end are dropped, those inside a word replace letters.</summary>
    private static string UndoSubstitutions(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsLetter(text[end - 1]))
        {
            end--;
        }

        return string.Concat(text.Take(end).Select(character => character switch
        {
            '0' => 'o',
            '1' or '!' => 'i',
            '3' => 'e',
            '4' or '@' => 'a',
            '5' or '$' => 's',
            '7' => 't',
            _ => character,
        }));
    }

    private static HashSet<string> ReadList()
    {
        using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!);
        var list = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith('#'))
            {
                list.Add(line);
            }
        }

        return list;
    }
}
