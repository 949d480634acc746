using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Security;

public enum SecurityEventKind
{
    SignedIn,
    SignInFailed,
    LockedOut,
    SignedOut,
    AccountCreated,
    Invited,
    InvitationWithdrawn,
    InvitationRenewed,
    RoleChanged,
    Disabled,
    Enabled,
    ResetLinkMade,
    PasswordChanged,
    SignedOutEverywhere,
    AuthenticatorOn,
    AuthenticatorOff,
    RecoveryCodesMade,
    PasskeyAdded,
    PasskeyRemoved,
    ConfirmationFailed,
    Linked,
    LinkRemoved,
    LinksReviewed,
    EmailRemoved,
    RoleUnknown,
    LocalSignInDisabled,
    LocalSignInAllowed,
    Renamed,
}

/// <summary>One line of the security log. Names are kept as they were then. The database refuses to change or delete it.</summary>
public sealed class SecurityEvent
{
    public long Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public required SecurityEventKind Kind { get; init; }

    /// <summary>Who it concerns; null if it is no one with an account.</summary>
    public string? PersonId { get; init; }

    public string? PersonName { get; init; }

    /// <summary>Who did it; null if the person did it or no one was signed in.</summary>
    public string? ByName { get; init; }

    /// <summary>Where the request came from; null for what happened over an open page.</summary>
    public string? Address { get; init; }

    /// <summary>A few words, such as the sign-in method or old → new role. Never a secret.</summary>
    public string? Detail { get; init; }
}

internal sealed class SecurityEventConfiguration : IEntityTypeConfiguration<SecurityEvent>
{
    public void Configure(EntityTypeBuilder<SecurityEvent> builder)
    {
        builder.ToTable("SecurityEvents");
        builder.Property(entry => entry.Kind).HasConversion<string>().HasMaxLength(40);
        builder.Property(entry => entry.PersonId).HasMaxLength(64);
        builder.Property(entry => entry.PersonName).HasMaxLength(256);
        builder.Property(entry => entry.ByName).HasMaxLength(100);
        builder.Property(entry => entry.Address).HasMaxLength(64);
        builder.Property(entry => entry.Detail).HasMaxLength(400);
        builder.HasIndex(entry => entry.PersonId);
    }
}
