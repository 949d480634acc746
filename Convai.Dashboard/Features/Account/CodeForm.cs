namespace Convai.Dashboard.Features.Account;

/// <summary>A code of an authenticator app, or a recovery code.</summary>
public class CodeForm
{
    public string? Code { get; set; }
}
