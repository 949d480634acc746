using Convai.Dashboard.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Data;

/// <summary>The model that <c>dotnet ef dbcontext optimize</c> generated (docs/CONTRIBUTING.md) is the one that the entities describe.</summary>
[Trait("Speed", "Slow")]
public sealed class CompiledModelTests
{
    [Theory]
    [InlineData("Sqlite", null)]
    [InlineData("PostgreSql", "Host=127.0.0.1;Database=dashboard")]
    public async Task CompiledModel_IsUpToDate(string provider, string? connection)
    {
        using var host = TestPeople.CreateHost([("Database:Provider", provider), ("ConnectionStrings:Dashboard", connection), ("Data:Directory", Path.GetTempPath())]);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancellation);
        var described = db.GetService<IDesignTimeModel>().Model;
        Assert.NotSame(described, db.Model);
        Assert.StartsWith("Convai.Dashboard.Data.CompiledModels", db.Model.GetType().Namespace, StringComparison.Ordinal);
        Assert.Equal(described.ToDebugString(MetadataDebugStringOptions.ShortDefault), db.Model.ToDebugString(MetadataDebugStringOptions.ShortDefault));
        Assert.Equal(
            described.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.ShortDefault), db.Model.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.ShortDefault));
        Assert.Equal(Converters(described), Converters(db.Model));
    }

    private static IEnumerable<string> Converters(IModel model) => model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
        .Select(property => $"{property.DeclaringType.DisplayName()}.{property.Name}: {property.GetTypeMapping().Converter?.GetType().Name}");
}
