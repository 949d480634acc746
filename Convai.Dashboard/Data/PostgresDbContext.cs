using System.Text;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Convai.Dashboard.Data;

/// <summary>
/// The same database on PostgreSQL: a separate type, because EF tells the migrations of the two apart by it. It also holds the keys with
/// which the servers that share it read each other's cookies.
/// </summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : DashboardDbContext(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // By code point, as on SQLite and in C#: two servers with different locales agree on the order.
        configurationBuilder.Properties<string>().UseCollation("C").HaveConversion<StorableConverter>();
    }

    /// <summary>Names come from Convai, and PostgreSQL does not accept every character that JSON does.</summary>
    internal sealed class StorableConverter() : ValueConverter<string, string>(value => ToStorable(value), value => value);

    private static string ToStorable(string value) =>
        value.Contains('\0', StringComparison.Ordinal) || value.Any(char.IsSurrogate)
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)).Replace('\0', '\uFFFD')
            : value;
}
