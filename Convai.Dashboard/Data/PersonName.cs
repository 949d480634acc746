using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Data;

/// <summary>A name that someone has, or had. It stays theirs: the history keeps names as they were, and must not use one name for two people.</summary>
public sealed class PersonName
{
    /// <summary>The same for all names that look alike; see <see cref="PersonNames.CreateKey"/>.</summary>
    public required string Key { get; init; }

    public required string PersonId { get; init; }
}

/// <summary>Which names people may have here, and who has them.</summary>
public static class PersonNames
{
    public const int MaxLength = 100;

    /// <summary>Normalizing can make a name longer; the key is cut to this length.</summary>
    public const int MaxKeyLength = 200;

    public const string Missing = "Enter the name your colleagues know you by.";
    public const string Hidden = "A name can't contain invisible characters or characters that change the direction of the text. Type it again without them.";
    public const string Taken = "Someone else here has or had this name, or one that looks the same. Add a second name or an initial, so that the history tells you apart.";

    // Letters that look like another one, in their lower case or in their capitals. https://www.unicode.org/reports/tr39/ has the whole list.
    private static readonly FrozenDictionary<int, int> Lookalikes =
        "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw ӏi вb кk мm нh тt αa βb εe ζz ηh ιi κk μm νv οo ρp τt υy χx ɑa ɡg ıi li 1i |i 0o".Split(' ')
            .ToFrozenDictionary(pair => (int)pair[0], pair => (int)pair[1]);

    // Pages show these in place of a name.
    private static readonly FrozenSet<string> Reserved =
        new[] { "Outside", "Outside the dashboard", "Changed in Convai", "Unknown", "Nobody", "No one", "You", "Convai" }.Select(CreateKey).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Why a name that someone typed cannot be used, as a sentence; null where it can.</summary>
    public static string? Validate(string? typed) =>
        HasHidden(typed ?? "") ? Hidden : !Clean(typed).EnumerateRunes().Any(Rune.IsLetterOrDigit) ? Missing : null;

    /// <summary>The name without invisible characters, with single spaces, at most <see cref="MaxLength"/> UTF-16 units; empty if nothing is left.</summary>
    public static string Clean(string? name) => Cut(
        string.Join(' ', string.Concat(Visible(name ?? "")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MaxLength);

    /// <summary>Cuts a text to a length, without half a character at its end.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>Equal for names that look alike: letter case, spaces, different encodings of a character, and look-alikes from other alphabets are ignored.</summary>
    public static string CreateKey(string name) => Cut(
        string.Concat(Clean(name).Normalize(NormalizationForm.FormKC).ToLowerInvariant().EnumerateRunes()
            .Where(rune => !Rune.IsWhiteSpace(rune) && !IsHidden(rune) && !IsJoiner(rune))
            .Select(rune => new Rune(Lookalikes.GetValueOrDefault(rune.Value, rune.Value)))),
        MaxKeyLength);

    /// <summary>
    /// Gives the person this name, to be saved by the caller; returns false if it is someone else's. Call it in a
    /// <see cref="Database.BeginSerialTransactionAsync"/>, so that two cannot ask at once.
    /// </summary>
    public static async Task<bool> TrySetNameAsync(this DashboardDbContext db, Person person, string name, CancellationToken cancellationToken)
    {
        var key = CreateKey(name);
        var owner = await db.Set<PersonName>().Where(taken => taken.Key == key).Select(taken => taken.PersonId).FirstOrDefaultAsync(cancellationToken);
        if (Reserved.Contains(key) || (owner is not null && owner != person.Id))
        {
            return false;
        }

        if (owner is null)
        {
            db.Add(new PersonName { Key = key, PersonId = person.Id });
        }

        person.Name = name;
        return true;
    }

    /// <summary>Reserves the names of people from before names were reserved; of two who share a name, the earlier person gets it.</summary>
    internal static async Task ReserveExistingNamesAsync(DashboardDbContext db, CancellationToken cancellationToken)
    {
        if (!await db.Database.HasRowsAsync("""SELECT 1 FROM "People" AS p WHERE NOT EXISTS (SELECT 1 FROM "PersonNames" AS n WHERE n."PersonId" = p."Id") LIMIT 1""", cancellationToken))
        {
            return;
        }

        var without = db.Users.Where(person => !db.Set<PersonName>().Any(name => name.PersonId == person.Id));
        await using var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
        foreach (var person in await without.OrderBy(person => person.CreatedAt).ThenBy(person => person.Id).ToListAsync(cancellationToken))
        {
            await db.TrySetNameAsync(person, person.Name, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static bool HasHidden(string name) => Visible(name).Sum(rune => rune.Utf16SequenceLength) != name.Length;

    /// <summary>Persian and Indic words and emoji need characters that join or separate two others; between European letters these are invisible.</summary>
    private static IEnumerable<Rune> Visible(string name)
    {
        var before = default(Rune);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || (IsJoiner(rune) ? before.Value >= 0x590 : !IsHidden(rune)))
            {
                yield return rune;
            }

            before = rune;
        }
    }

    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D or 0xFE0F;

    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        // Letters, marks and signs that show nothing; and the replacement for a broken character.
        || rune.Value is 0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0 or 0xFFFD or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}

internal sealed class PersonNameConfiguration : IEntityTypeConfiguration<PersonName>
{
    public void Configure(EntityTypeBuilder<PersonName> builder)
    {
        builder.ToTable("PersonNames");
        builder.HasKey(name => name.Key);
        builder.Property(name => name.Key).HasMaxLength(PersonNames.MaxKeyLength);
        builder.Property(name => name.PersonId).HasMaxLength(64);
        builder.HasOne<Person>().WithMany().HasForeignKey(name => name.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}
