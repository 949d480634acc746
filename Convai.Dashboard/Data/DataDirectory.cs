using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Data;

public sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>All files that the server writes lie under it; a relative path counts from the working directory.</summary>
    public string Directory { get; set; } = "app-data";

    internal string FullPath => Path.GetFullPath(Directory);
}

public static class DataDirectory
{
    public static void AddDataDirectory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DataOptions>().BindConfiguration(DataOptions.Section)
            .Validate<IOptions<DatabaseOptions>>((data, database) => database.Value.IsPostgreSql || IsWritable(data), "Data:Directory cannot be written to. Name a folder in which the dashboard may create files.")
            .ValidateOnStart();
    }

    internal static bool IsWritable(DataOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.FullPath);
            using var probe = new FileStream(
                Path.Combine(options.FullPath, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
