using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Editing;

/// <content>The models that the person at this page wants at hand.</content>
public sealed partial class CharacterEditor
{
    /// <summary>Null as long as they are not known: then none can be added or removed.</summary>
    private IReadOnlySet<string>? _favourites;
    private string? _favouriteProblem;

    private async Task ReadFavouritesAsync()
    {
        try
        {
            _favourites = await favouriteModels.ReadAsync(By, Closing);
        }
        catch (Exception exception) when (Closing.IsCancellationRequested || DatabaseTrouble.Of(exception) is not null)
        {
            // The page was left, or there is no telling now: every model can be chosen without them.
        }
    }

    private async Task ToggleFavouriteAsync(string code)
    {
        try
        {
            _favouriteProblem = await favouriteModels.SetAsync(By, code, _favourites?.Contains(code) != true, Models, Closing);
            await ReadFavouritesAsync();
        }
        catch (Exception) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _favouriteProblem = $"{trouble} Your favourites are as they were.";
        }
    }
}
