using Convai.Dashboard.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Security;

/// <summary>One sign-in in one browser. The cookie only names it: when the row is gone or expired, every copy of the cookie is worthless.</summary>
public sealed class SignInSession
{
    /// <summary>A hash of the id in the cookie, so that a stolen database signs no one in.</summary>
    public required string IdHash { get; init; }

    public required string PersonId { get; init; }

    /// <summary>The person's security stamp that this sign-in belongs to. A new stamp ends every session that does not take it over.</summary>
    public required string Stamp { get; set; }

    /// <summary>True if "Stay signed in" was chosen.</summary>
    public bool IsStaying { get; init; }

    /// <summary>Browser and system, such as "Firefox on Linux".</summary>
    public string? Device { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>UTC. When the person last proved who they are; null where only the organisation's provider says so and did not ask.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>UTC, to within <see cref="SignInSessions.TouchInterval"/>.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    /// <summary>UTC. Moves with use, up to <see cref="EndsAt"/>.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>UTC. When it ends however much it is used.</summary>
    public required DateTimeOffset EndsAt { get; init; }
}

internal sealed class SignInSessionConfiguration : IEntityTypeConfiguration<SignInSession>
{
    public void Configure(EntityTypeBuilder<SignInSession> builder)
    {
        builder.ToTable("SignInSessions");
        builder.HasKey(session => session.IdHash);
        builder.Property(session => session.IdHash).HasMaxLength(64);
        builder.Property(session => session.PersonId).HasMaxLength(64);
        builder.Property(session => session.Stamp).HasMaxLength(64);
        builder.Property(session => session.Device).HasMaxLength(100);
        builder.HasIndex(session => session.PersonId);
        builder.HasOne<Person>().WithMany().HasForeignKey(session => session.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}
