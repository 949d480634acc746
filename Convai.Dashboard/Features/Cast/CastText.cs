using System.Globalization;
using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Security;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Describes the cast in the designer's language, the same in every part of the page.</summary>
public static class CastText
{
    public const string NotSet = "Not set";

    public const string NotUnderstood = "Not understood";

    // The page, its filters and its warnings.

    public const string ChangesNotLoaded = "Recent changes could not be loaded.";
    public const string PausedNotLoaded = "Paused batches could not be loaded.";
    public const string PresetsNotLoaded = "Presets could not be loaded.";
    public const string ColumnsNotLoaded = "Your column choice could not be loaded.";
    public const string ChartsNotSaved = "Your chart setting was not saved.";
    public const string OthersStayUnreviewed = "The changes that are still marked were not reviewed.";
    public const string RestorePlan = "Restore what was changed in Convai";
    public const string ColumnsNotSaved = "Your column choice was not saved.";

    /// <param name="search">What was searched for; empty if only filters are set.</param>
    public static string NoMatch(string search) => search.Length > 0 ? $"No character matches “{search}”" : "No character matches these filters";

    public static string ChangedInConvai(int characters) => $"{(characters == 1 ? "1 character was" : $"{characters} characters were")} changed in Convai.";

    /// <summary>How many characters use models that are being retired or not available.</summary>
    public static string GoingAway(int characters) =>
        characters == 1 ? "1 character uses a model that is being retired or isn't available to your account." : $"{CharacterText.Count(characters)} use models that are being retired or aren't available to your account.";

    /// <param name="paused">The paused batches; at least one.</param>
    public static string Paused(IReadOnlyList<BatchSummary> paused)
    {
        var waiting = paused.Sum(batch => batch.Waiting);
        return $"{(paused.Count == 1 ? "1 batch is paused" : $"{paused.Count} batches are paused")}, {CharacterText.Count(waiting)} waiting.";
    }

    public const string NoCharacters = "Create one in Convai's Playground, then refresh.";
    public const string ModelsNotLoaded = "Your account's models could not be loaded, so the dashboard can't tell which models are unavailable or retired soon.";

    // The selection, and the change of many characters.

    public const string SelectOneToRehearse = "Select one character to rehearse it.";
    public const string StepStops = "Stops at 0 and 1.";

    // A row that is edited in place.

    public const string DiscardRow = "Discard your changes?";

    public static string RowNotSaved(string character) => $"Your changes to {character} are not saved.";

    // The labels of a row, and the meanings of the quick filters.

    /// <summary>Every label that a row can carry, with its meaning.</summary>
    public static IReadOnlyList<(ModelBadge Badge, string Meaning)> Labels =>
    [
        .. ModelBadges.All.Select(badge => (badge, badge.Meaning)),
        (new ModelBadge("Changed in Convai", BadgeTone.Warning, Drifted), Drifted),
        (new ModelBadge(PresetText.Differs, BadgeTone.Neutral, DiffersFromPreset), DiffersFromPreset),
        (new ModelBadge(PresetText.EarlierVersion, BadgeTone.Neutral, OnEarlierVersion), OnEarlierVersion),
        (new ModelBadge(CopyName.Label, BadgeTone.Neutral, CopyName.Meaning), CopyName.Meaning),
    ];

    public const string Flagship = ModelText.AnyFlagship;
    public const string Unlisted = "Convai doesn't offer their model to this account.";
    public const string Deprecated = "Convai marks their model as deprecated and will retire it.";
    public const string Uncensored = "Their model stays available while moderation is off.";
    public const string Private = "Their model is one of this account's own.";
    public const string Unreadable = "Convai has a model or a temperature for them that the dashboard doesn't understand.";
    public const string Drifted = "Changed in Convai, not here, and not reviewed yet.";
    public const string DiffersFromPreset = "Changed since its preset was applied, here or in Convai.";
    public const string OnEarlierVersion = "Its preset was edited after it was applied.";
    public const string ChangedThisWeek = "In the last seven days, here or in Convai.";

    // The groups.

    public const string WhatGroupsAre = "Labels that the team gives to characters, such as “Villagers” or “Act 2”. Convai doesn't know about them.";

    public static string NoGroups(bool mayChange) => $"There are no groups yet.{(mayChange ? null : $" {SecurityText.DesignerCanCreate}")}";

    public const string WithoutGroup = "Without a group";
    public const string DeletedGroup = "Deleted group";

    /// <summary>The filter by a group, for a chip.</summary>
    public static string GroupFilter(CastFilter filter, GroupList groups) =>
        filter.HasNoGroup ? WithoutGroup : filter.GroupId is { } id && groups.Find(id) is { } group ? $"Group: {group.Name}" : DeletedGroup;

    /// <summary>What the selected characters' groups are titled.</summary>
    public static string GroupsTitle(int characters) => $"Groups of {CharacterText.Count(characters)}";

    // The saved views.

    public const string NoViews = "No views yet. A view saves the search, the filters, the order and the columns.";
    public static string ViewNameMissing => FieldText.NameMissing("view");
    public const string ViewSearchTooLong = "The search text is too long to be saved.";

    public static string ViewNameTooLong => FieldText.TooLong("The name", SavedView.MaxNameLength);

    public static string TooManyViews(int max) => $"You have {max} views already. Delete one first.";

    public const string ViewGone = "This view no longer exists.";

    public static string ViewSaved(string name) => $"Saved as “{name}”.";

    public static string ViewUpdated(string name) => $"“{name}” keeps what is shown now.";

    public static string ViewShared(string name) => $"The team sees “{name}” now.";

    public static string ViewNotShared(string name) => $"Only you see “{name}” now.";

    public static string AskDeleteView(CastView view) => view.SharedBy is null ? $"Delete “{view.Name}”?" : $"Delete “{view.Name}” for the whole team?";

    public static string AskUpdateView(string name) => $"Update “{name}” for the whole team?";

    public static string ViewDeleted(string name) => $"“{name}” was deleted.";

    // The columns of the table.

    public static string Column(CastColumn column) => column switch
    {
        CastColumn.Model => "Model",
        CastColumn.Temperature => "Temperature",
        CastColumn.Reasoning => "Reasoning",
        CastColumn.Preset => "Preset",
        CastColumn.Moderation => "Moderation",
        CastColumn.Groups => "Groups",
        CastColumn.Talked => "Last conversation",
        _ => "Last change",
    };

    public static CastSort SortFor(CastColumn column) => column switch
    {
        CastColumn.Model => CastSort.Model,
        CastColumn.Temperature => CastSort.Temperature,
        CastColumn.Reasoning => CastSort.Reasoning,
        CastColumn.Preset => CastSort.Preset,
        CastColumn.Moderation => CastSort.Moderation,
        CastColumn.Groups => CastSort.Groups,
        CastColumn.Talked => CastSort.Talked,
        _ => CastSort.Changed,
    };

    /// <summary>Convai does not report the level, so the cast shows the one last sent from here.</summary>
    public static string LastSetHere(LastReasoning last) => last.PersonName is null ? "Last reported by Convai" : $"Last set here by {last.PersonName}; Convai doesn't report the level";

    /// <summary>The word after the name of a preset that the character doesn't match; null if it matches.</summary>
    public static string? PresetMatchLabel(CharacterPreset preset) => preset.Match switch
    {
        PresetMatch.Differs => PresetText.Differs,
        PresetMatch.EarlierVersion => PresetText.EarlierVersion,
        _ => null,
    };

    /// <summary>In what it differs.</summary>
    public static string PresetMeaning(CharacterPreset preset, CharacterCoreSettings now) =>
        $"{(preset.Match == PresetMatch.Differs ? DiffersFromPreset : OnEarlierVersion)} {string.Join(", ", PresetText.Fields(preset, now).Select(field => $"{field.Label}: {field.Before} → {field.After}"))}";

    /// <summary>What was changed in Convai, and from which values.</summary>
    public static string DriftedFrom(CharacterDrift drift, ModelList models) => $"{Drifted} Before: {string.Join(", ", new[] { drift.Ours.ModelCode is { } code ? models.Describe(code).NameAndCode : null, drift.Ours.Temperature is { } temperature ? TemperatureRules.Format(temperature) : null }.OfType<string>().DefaultIfEmpty(NotSet))}.";

    public static string Band(TemperatureBand band) => DisplayText.Capitalize(band.Name);

    public static string Tenth(int tenth) => string.Create(CultureInfo.InvariantCulture, $"{tenth / 10m:0.0} to {(tenth + 1) / 10m:0.0}");

    /// <summary>Who or what made the last change, in a few words.</summary>
    public static string Who(LastChange change) => change switch
    {
        { Kind: ChangeKind.Outside } => "In Convai",
        _ => change.PersonName ?? "Unknown",
    };

    /// <summary>The details that <see cref="Who"/> leaves out.</summary>
    public static string WhoInDetail(LastChange change) => change.Kind switch
    {
        ChangeKind.Outside => "Changed in Convai; first seen at this time",
        ChangeKind.Preset => $"Preset “{change.PresetName}” by {change.PersonName}",
        _ => $"{ChangeText.Kind(change.Kind)} by {change.PersonName}",
    };
}
