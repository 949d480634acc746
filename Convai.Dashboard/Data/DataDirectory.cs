using System.Runtime.Versioning;
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
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    public static void AddDataDirectory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DataOptions>().BindConfiguration(DataOptions.Section)
            .Validate<IOptions<DatabaseOptions>>((data, database) => database.Value.IsPostgreSql || IsWritable(data), "Data:Directory cannot be written to. Name a folder in which the dashboard may create files.")
            .ValidateOnStart();
    }

    /// <param name="bytes">So much has to fit: an empty file can be made on a full disk too.</param>
    internal static bool IsWritable(DataOptions options, int bytes = 0)
    {
        try
        {
            CreatePrivate(options.FullPath);
            using var probe = new FileStream(
                Path.Combine(options.FullPath, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            probe.Write(new byte[bytes]);
            probe.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>A folder that, where it is new, only the user of the dashboard can look into.</summary>
    internal static DirectoryInfo CreatePrivate(string path) =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnFolder);

    /// <summary>
    /// Takes the rights of everyone else away from the folder and what the dashboard keeps there, also from earlier versions. Call it before the database is
    /// opened: SQLite gives the files beside the database the rights that it has. On Windows, folders inherit their rights.
    /// </summary>
    /// <param name="setMode">In place of the file system's own.</param>
    /// <returns>What others may still read: some volumes do not take rights.</returns>
    internal static IReadOnlyList<string> Restrict(DataOptions options, Action<string, UnixFileMode>? setMode = null)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        var (data, keys) = (options.FullPath, Path.Combine(options.FullPath, "keys"));
        CreatePrivate(keys);
        new FileStream(Path.Combine(data, "dashboard.db"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, UnixCreateMode = OwnFile }).Dispose();
        setMode ??= File.SetUnixFileMode;
        var open = new List<string>();
        foreach (var path in (string[])[data, keys, .. Directory.GetFiles(data, "dashboard.db*"), .. Directory.GetFiles(keys)])
        {
            if (!TryRestrict(path, Directory.Exists(path) ? OwnFolder : OwnFile, setMode))
            {
                open.Add(path);
            }
        }

        return open;
    }

    [UnsupportedOSPlatform("windows")]
    private static bool TryRestrict(string path, UnixFileMode mode, Action<string, UnixFileMode> setMode)
    {
        try
        {
            if ((File.GetUnixFileMode(path) & ~mode) != 0)
            {
                setMode(path, mode);
            }

            // Some say that it is done and do nothing.
            return (File.GetUnixFileMode(path) & ~mode) == 0;
        }
        catch (FileNotFoundException)
        {
            // SQLite deletes the files beside the database when it is closed.
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
