using System.Net.Mail;

namespace Convai.Dashboard.Security;

public static class EmailAddress
{
    /// <summary>As browsers judge an email field: something on both sides of one @. Whether it exists only a mail would tell.</summary>
    public static bool IsPlausible(string address) =>
        address.Length is > 2 and <= 256
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address
        && !address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character));
}
