using System.IO.Compression;
using Microsoft.Data.Sqlite;

namespace Convai.Dashboard.Data;

/// <summary>
/// Backs up the data directory (the SQLite database and the keys that encrypt cookies) as one zip to standard output, and restores it from
/// standard input, because the image has no shell, and a file would have to belong to the right user.
/// </summary>
internal static class DatabaseBackup
{
    public const string BackupSwitch = "--backup";
    public const string RestoreSwitch = "--restore";

    private const string DatabaseName = "dashboard.db";
    private const string KeysName = "keys";

    /// <returns>The exit code; null if neither switch is given.</returns>
    public static async Task<int?> RunAsync(string[] args, IConfiguration configuration)
    {
        var isRestore = args.Contains(RestoreSwitch, StringComparer.Ordinal);
        if (!isRestore && !args.Contains(BackupSwitch, StringComparer.Ordinal))
        {
            return null;
        }

        var data = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
        try
        {
            var message = Database.IsPostgreSql(configuration) ? throw new DatabaseRefusedException("PostgreSQL has its own programs for this, pg_dump and pg_restore; docs/backup-and-upgrade.md explains how to use them.")
                : isRestore ? await RestoreAsync(data)
                : await BackUpAsync(data);
            await Console.Error.WriteLineAsync(message);
            return 0;
        }
        catch (Exception exception) when ((DatabaseError.Describe(exception) ?? DescribeFailure(exception)) is { } error)
        {
            await Console.Error.WriteLineAsync($"Nothing was {(isRestore ? "restored" : "backed up")}: {error}");
            return 1;
        }
    }

    /// <summary>Copies the database as of one moment, while others read and write it.</summary>
    private static async Task<string> BackUpAsync(DataOptions data)
    {
        if (!Console.IsOutputRedirected)
        {
            throw new DatabaseRefusedException($"The backup goes to standard output. Redirect it to a file: {BackupSwitch} > backup.zip");
        }

        if (!File.Exists(GetPath(data, DatabaseName)))
        {
            throw new DatabaseRefusedException("There is no database in Data:Directory.");
        }

        using var folder = new TemporaryFolder(data);
        var copy = Path.Combine(folder.Path, DatabaseName);
        await ExecuteAsync(Database.ConnectionString(data), $"VACUUM INTO '{copy.Replace("'", "''", StringComparison.Ordinal)}'");
        await using var output = Console.OpenStandardOutput();
        await using var zip = new ZipArchive(output, ZipArchiveMode.Create);
        await zip.CreateEntryFromFileAsync(copy, DatabaseName);
        foreach (var key in Directory.Exists(GetPath(data, KeysName)) ? Directory.GetFiles(GetPath(data, KeysName), "*.xml") : [])
        {
            await zip.CreateEntryFromFileAsync(key, $"{KeysName}/{Path.GetFileName(key)}");
        }

        return "Backed up. The file holds password hashes and keys: keep it private.";
    }

    private static async Task<string> RestoreAsync(DataOptions data)
    {
        DataDirectory.CreatePrivate(data.FullPath);
        using var folder = new TemporaryFolder(data);
        await UnpackAsync(folder);
        var (restored, current) = (Path.Combine(folder.Path, DatabaseName), GetPath(data, DatabaseName));
        await CheckAsync(restored);
        await PrepareForReplacementAsync(data, current);
        var keys = DataDirectory.CreatePrivate(GetPath(data, KeysName)).FullName;
        foreach (var key in Directory.Exists(Path.Combine(folder.Path, KeysName)) ? Directory.GetFiles(Path.Combine(folder.Path, KeysName)) : [])
        {
            File.Move(key, Path.Combine(keys, Path.GetFileName(key)), overwrite: true);
        }

        if (!File.Exists(current))
        {
            File.Move(restored, current);
            DataDirectory.Restrict(data);
            return "Restored.";
        }

        File.Replace(restored, current, $"{current}.replaced");
        DataDirectory.Restrict(data);
        return $"Restored. The previous database is kept beside it as {DatabaseName}.replaced.";
    }

    private static async Task UnpackAsync(TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, "backup.zip");
        await using (var input = Console.OpenStandardInput())
        await using (var stored = File.Create(file))
        {
            await input.CopyToAsync(stored);
        }

        await ZipFile.ExtractToDirectoryAsync(file, folder.Path);
    }

    /// <summary>Checks, before anything is changed, that it is an intact database of a dashboard.</summary>
    private static async Task CheckAsync(string restored)
    {
        try
        {
            if (File.Exists(restored)
                && await ExecuteAsync(GetFileConnectionString(restored), "PRAGMA integrity_check") is "ok"
                && await ExecuteAsync(GetFileConnectionString(restored), """SELECT count(*) FROM "__EFMigrationsHistory" """) is > 0L)
            {
                return;
            }
        }
        catch (SqliteException)
        {
            // It is not a database, or it belongs to another program.
        }

        throw new InvalidDataException();
    }

    /// <summary>
    /// Removes the write-ahead log, which SQLite would apply to the restored database, and fails if another program has the database open.
    /// </summary>
    private static async Task PrepareForReplacementAsync(DataOptions data, string current)
    {
        try
        {
            if (File.Exists(current))
            {
                await ExecuteAsync(GetFileConnectionString(current), "PRAGMA journal_mode = DELETE");
            }
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            throw new DatabaseRefusedException("The database is in use. Stop the dashboard first.");
        }
        catch (SqliteException)
        {
            // It is corrupt, which is a reason to replace it.
        }

        foreach (var suffix in new[] { "-wal", "-shm", "-journal" })
        {
            File.Delete(GetPath(data, $"{DatabaseName}{suffix}"));
        }
    }

    private static string? DescribeFailure(Exception exception) => exception switch
    {
        DatabaseRefusedException refused => refused.Message,
        InvalidDataException => "This is not a backup of a dashboard, or part of it is missing.",
        IOException or UnauthorizedAccessException => "The files in Data:Directory cannot be read or written.",
        _ => null,
    };

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static string GetFileConnectionString(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 1, Pooling = false }.ToString();

    private static string GetPath(DataOptions data, string name) => Path.Combine(data.FullPath, name);

    /// <summary>A temporary folder in the data directory, the only place where the image may write.</summary>
    private sealed class TemporaryFolder(DataOptions data) : IDisposable
    {
        public string Path { get; } = DataDirectory.CreatePrivate(GetPath(data, $".backup-{Guid.NewGuid():N}")).FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
