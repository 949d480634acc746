using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Convai.Dashboard.Data;

/// <summary>
/// The one database. People are configured here; every other entity belongs to the feature that owns it and is found by its
/// <see cref="IEntityTypeConfiguration{TEntity}"/>, so that this area depends on no feature.
/// </summary>
public class DashboardDbContext : IdentityUserContext<Person>
{
    public DashboardDbContext(DbContextOptions<DashboardDbContext> options)
        : base(options)
    {
    }

    protected DashboardDbContext(DbContextOptions options)
        : base(options)
    {
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // SQLite cannot order by DateTimeOffset.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Person>(person =>
        {
            person.ToTable("People");
            person.Property(entity => entity.Name).HasMaxLength(100);
            person.Property(entity => entity.Role).HasConversion<string>().HasMaxLength(20);
            person.Property(entity => entity.RoleClaim).HasMaxLength(400);
            person.Property(entity => entity.RoleRule).HasMaxLength(400);
            person.Property(entity => entity.LastSignInWay).HasMaxLength(100);
            person.Ignore(entity => entity.PhoneNumber).Ignore(entity => entity.PhoneNumberConfirmed);
        });
        builder.Entity<IdentityUserClaim<string>>().ToTable("PersonClaims");
        builder.Entity<IdentityUserLogin<string>>(login =>
        {
            login.ToTable("PersonLogins");
            // The provider's own address and its id for the person (OpenID Connect allows 255).
            login.Property(entity => entity.LoginProvider).HasMaxLength(400);
            login.Property(entity => entity.ProviderKey).HasMaxLength(255);
        });
        builder.Entity<IdentityUserToken<string>>().ToTable("PersonTokens");
        builder.Entity<IdentityUserPasskey<string>>().ToTable("PersonPasskeys");
        builder.ApplyConfigurationsFromAssembly(typeof(DashboardDbContext).Assembly);
    }

    internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
        value => value.UtcDateTime,
        value => new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)));
}
