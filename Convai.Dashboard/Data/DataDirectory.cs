using System.Runtime.Versioning;
using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Data;

public sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>The directory of all files that the server writes; a relative path starts at the working directory.</summary>
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
            .Validate<IOptions<DatabaseOptions>>((data, database) => database.Value.IsPostgreSql || IsWritable(data), "Data:Directory cannot be written to. Set it to a folder the dashboard can write to.")
            .ValidateOnStart();
    }

    /// <param name="bytes">How many bytes must fit, because a full disk still allows an empty file.</param>
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

    /// <summary>Creates the folder if it is missing, so that only the user that the dashboard runs as can open it.</summary>
    internal static DirectoryInfo CreatePrivate(string path) =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnFolder);

    /// <summary>
    /// Removes everyone else's permissions on the folder and on what the dashboard keeps there, also from earlier versions. Call it before the database
    /// is opened: SQLite gives the files beside the database the same permissions. On Windows, folders inherit their permissions.
    /// </summary>
    /// <param name="setMode">Replaces the file system's own method.</param>
    /// <returns>The paths that others may still read: some volumes do not support permissions.</returns>
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

            // Some volumes report success and change nothing.
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
