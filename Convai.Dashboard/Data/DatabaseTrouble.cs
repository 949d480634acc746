using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Convai.Dashboard.Data;

/// <summary>What is wrong with the database, told to people. No exception's own words: they name files and hosts.</summary>
public static class DatabaseTrouble
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Full = 13;

    /// <summary>A full sentence; null for an exception that is not the database's.</summary>
    public static string? Of(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => Of(inner) ?? "The dashboard's database did not take it.",
        SqliteException { SqliteErrorCode: Busy or Locked } => "The dashboard's database is locked by another program.",
        SqliteException { SqliteErrorCode: ReadOnly } => "The dashboard's database cannot be written to: its files are read-only.",
        SqliteException { SqliteErrorCode: Full } => "The dashboard's disk is full.",
        DbException or DbUpdateException => "The dashboard's database cannot be used right now.",
        // EF wraps what looks as if it would pass by itself.
        InvalidOperationException { InnerException: DbException inner } => Of(inner),
        _ => null,
    };
}
