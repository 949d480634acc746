using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Models;

/// <summary>What the dashboard says about models.</summary>
internal static class ModelText
{
    // Why a model cannot be set.

    public static string NotAvailable(string model) => $"{model} is not available to your account.";

    public static string NotChecked(string model) => $"{model} is a new model, and your account's models could not be loaded to check it.";

    // Why a reasoning level cannot be set.

    public const string LevelsNotChecked = "The reasoning levels could not be checked, because your account's models could not be loaded.";
    public const string NoModelForLevel = "Choose a model first: the reasoning levels depend on it.";

    public static string TakesNoLevel(string model) => $"{model} doesn't support reasoning levels.";

    public static string LevelNotOffered(string model, ModelReasoning reasoning) =>
        $"{model} doesn't offer this reasoning level. It offers {string.Join(", ", reasoning.Values.Select(value => DisplayText.Sanitize(ReasoningEffort.Format(value))))}.";

    public static string LevelTooLong => $"A reasoning level has at most {ReasoningEffort.MaxLength} characters.";

    // The fields of a form that may leave a setting alone.

    public const string LeaveUnchanged = "Leave unchanged";

    // The account's models.

    public const string CatalogueInstead = "Showing the dashboard's catalogue instead.";

    // The model picker.

    public const string NotListedAnywhere = "Convai no longer lists this model.";
    public const string NoLongerListed = $"{NotListedAnywhere} The character can keep it, but it can't be picked again.";
    public const string NotKnownHere = "The dashboard doesn't know this model, and your account's models could not be loaded.";
    public const string Unknown = $"{NotKnownHere} The character can keep it.";

    public static string GoesAway(LanguageModel model) => model.IsDeprecated ? $"Convai is retiring {model.Name}."
        : model.Availability == Availability.NotForCharacter ? $"{model.Name} is not offered for this character, so Convai may reject it."
        : $"{model.Name} is not available to your account, so Convai may reject it.";

    public static string NoMatch(string? query) => $"No model matches “{query}”.";

    public static string ToggleFavourite(string model, bool isFavourite) => isFavourite ? $"Remove {model} from favourites" : $"Add {model} to favourites";

    public static string FavouriteToggled(string model, bool isFavourite) => $"{model} is {(isFavourite ? "a favourite." : "no longer a favourite.")}";

    public const string OnlyAvailableFavourites = "Only a model that is available to your account can be a favourite.";

    public static string TooManyFavourites(int max) => $"You have {max} favourites already. Remove one first.";

    // The team's notes.

    public const string NoteHint = "One or two sentences for the team, such as “good at French, slow in the evening”. Leave it empty for no note.";
    public const string OnlyAvailableNotes = "Only a model that is available to your account can get a note.";
    public const string NoteNotSaved = "The note was not saved.";

    public static string NoteTooLong => FieldText.TooLong("The note", ModelNote.MaxLength);

    public static string NoteChanged(ModelNote now) => $"{now.PersonName} has changed the note since you opened it: “{now.Text}”";

    public static string NoteRemoved(ModelNote removal) => $"{removal.PersonName} has removed the note since you opened it.";

    /// <param name="problem">What has happened to it since, as a sentence.</param>
    public static string SaveAgainToReplace(string problem) => $"{problem} Nothing was saved. Save again to replace it.";

    // The meanings of the badges; each names its source.

    public const string Private = "A model of this account's own.";
    public const string Deprecated = "Convai marks this model as deprecated and will retire it.";
    public const string NotListed = "Convai doesn't offer this model to this account.";
    public const string NotForCharacter = "Your account has this model, but Convai doesn't offer it for this character. With moderation off it offers fewer models.";
    public const string NotInCatalogue = "The dashboard's own list doesn't have this model yet.";

    private static readonly string Page = PublishedModels.Shipped.Source;

    public static string Latest => $"Convai moves this code to newer models, so its behaviour can change without an edit. Source: {Page}.";

    public static string Beta => $"{Page} marks it beta.";

    public const string AnyFlagship = "Counts against the plan's Flagship interaction cap.";
    public const string AnyUncensored = "Stays available while a character's moderation is off.";
    public const string AnyLiveVoiceOnly = "Convai documents it as live voice only; it may not answer in text.";

    public static string Flagship(LanguageModel model) => $"{AnyFlagship} {GetSource(model, PublishedMark.Flagship, "no longer marks it Flagship")}";

    public static string Uncensored(LanguageModel model) => $"{AnyUncensored} {GetSource(model, null, "no longer has an Uncensored mark")}";

    public static string LiveVoiceOnly(LanguageModel model) => model.Published?.Is(PublishedMark.Realtime) == true
        ? $"{Page} marks it realtime: live voice only; it may not answer in text."
        : "Its code says that it is a realtime model; Convai documents those as live voice only.";

    /// <param name="mark">How the published table marks the same thing; null if it no longer does for any model.</param>
    private static string GetSource(LanguageModel model, PublishedMark? mark, string difference)
    {
        if (!model.IsInCatalogue)
        {
            return $"Source: {Page}.";
        }

        const string Source = "Source: the dashboard's catalogue.";
        return model.Published is not { } published ? $"{Source} {Page} no longer lists this model."
            : mark is { } same && published.Is(same) ? Source
            : $"{Source} {Page} {difference}.";
    }

    // Moderation.

    public const string ModerationOff = "Moderation is off, so Convai offers only some models.";

    // The temperature.

    public const string TemperatureNotUnderstood = "Convai has a value that the dashboard doesn't understand.";

    /// <summary>What the field says instead of the meaning of a value.</summary>
    public static string NoTemperature(bool isUnreadable) => $"{(isUnreadable ? TemperatureNotUnderstood : "Not set.")} Move the slider to set it.";
}
