using System.Globalization;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Describes the cast in the designer's language, the same in every part of the page.</summary>
public static class CastText
{
    public const string NotSet = "Not set";

    public const string NotUnderstood = "Not understood";

    public static string Count(int characters) => characters == 1 ? "1 character" : $"{characters} characters";

    public static string Column(CastColumn column) => column switch
    {
        CastColumn.Model => "Model",
        CastColumn.Temperature => "Temperature",
        CastColumn.Reasoning => "Reasoning",
        CastColumn.Moderation => "Moderation",
        CastColumn.Talked => "Last conversation",
        _ => "Last change",
    };

    public static CastSort SortOf(CastColumn column) => column switch
    {
        CastColumn.Model => CastSort.Model,
        CastColumn.Temperature => CastSort.Temperature,
        CastColumn.Reasoning => CastSort.Reasoning,
        CastColumn.Moderation => CastSort.Moderation,
        CastColumn.Talked => CastSort.Talked,
        _ => CastSort.Changed,
    };

    /// <summary>Convai does not report the level, so the cast shows the one last sent from here.</summary>
    public static string LastSetHere(LastReasoning last) => last.PersonName is null ? "Last reported by Convai" : $"Last set here by {last.PersonName}; Convai doesn't report the level";

    public static string Band(TemperatureBand band) => string.Concat(band.Name[..1].ToUpperInvariant(), band.Name.AsSpan(1));

    public static string Tenth(int tenth) => string.Create(CultureInfo.InvariantCulture, $"{tenth / 10m:0.0} to {(tenth + 1) / 10m:0.0}");

    /// <summary>Who or what made the last change, in a few words.</summary>
    public static string Who(LastChange change) => change switch
    {
        { Kind: ChangeKind.Outside } => "In Convai",
        { Kind: ChangeKind.Preset, PresetName: { } preset } => $"Preset “{preset}”",
        _ => change.PersonName ?? "Unknown",
    };

    /// <summary>The details that <see cref="Who"/> leaves out.</summary>
    public static string WhoAtLength(LastChange change) => change.Kind switch
    {
        ChangeKind.Outside => "Changed in Convai; first seen at this time",
        ChangeKind.Preset => $"By {change.PersonName}",
        _ => $"{ChangeText.Kind(change.Kind)} by {change.PersonName}",
    };
}
