using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Security;

public enum AccessLinkKind
{
    /// <summary>Creates the first account; works only as long as there is none.</summary>
    SetUp,

    /// <summary>Creates an account with a role that an Admin chose.</summary>
    Invitation,

    /// <summary>Matches someone who is locked out choose a new password.</summary>
    Reset,
}

/// <summary>A link that lets someone in once. Only a hash of its secret is stored.</summary>
public sealed class AccessLink
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required AccessLinkKind Kind { get; init; }

    public required string SecretHash { get; init; }

    /// <summary>The role of the account to be created.</summary>
    public Role Role { get; init; }

    /// <summary>Who the link is for; null for the set-up link, which asks the person who opens it.</summary>
    public string? Email { get; init; }

    /// <summary>Whose password is reset.</summary>
    public string? PersonId { get; init; }

    /// <summary>Null for the set-up link, which the program itself made.</summary>
    public string? CreatedByName { get; init; }

    /// <summary>The Admin who created the link, which ends when they are disabled or demoted. Null for the set-up link.</summary>
    public string? CreatedById { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used or withdrawn, UTC; from then on it is invalid.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class AccessLinkConfiguration : IEntityTypeConfiguration<AccessLink>
{
    public void Configure(EntityTypeBuilder<AccessLink> builder)
    {
        builder.ToTable("AccessLinks");
        builder.Property(link => link.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(link => link.Role).HasConversion<string>().HasMaxLength(20);
        builder.Property(link => link.SecretHash).HasMaxLength(64);
        builder.Property(link => link.Email).HasMaxLength(256);
        builder.Property(link => link.PersonId).HasMaxLength(64);
        builder.Property(link => link.CreatedById).HasMaxLength(64);
        builder.Property(link => link.CreatedByName).HasMaxLength(100);
        builder.HasIndex(link => link.SecretHash).IsUnique();
    }
}
