using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
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
            .Validate(IsWritable, "Data:Directory cannot be written to. Name a folder in which the dashboard may create files.")
            .ValidateOnStart();
        builder.Services.AddDataProtection().SetApplicationName("Convai.Dashboard");
        builder.Services.AddOptions<KeyManagementOptions>().Configure<IOptions<DataOptions>, ILoggerFactory>((keys, data, logging) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(data.Value.FullPath, "keys")), logging));
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
