using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>Shows what a settings file would change, and its errors, before it becomes a plan. It writes nothing.</summary>
public sealed partial class ImportPage(SettingsImport import, BatchPlanner planner, LastCastView lastCastView, NavigationManager navigation, IJSRuntime js)
{
    private const int MaxErrors = 100;
    private const int MaxRows = 200;

    // The type that the script gives to pasted cells.
    private const string PastedType = "text/x-cells";

    private readonly ComponentScript _script = new();
    private ElementReference _inputs;
    private ImportReading? _reading;
    private string? _fileName;

    // The same text as in the menu.
    private string Title => SettingsFileText.PageTitle(MayChange);

    private bool _areGroupsApplied;

    private string SummaryText => (IsBusy, _reading) switch
    {
        (true, null) => SettingsFileText.Reading,
        (_, null) => "",
        (_, { Errors.Count: 0, Different.Count: 0, Groups.Count: 0, Same: > 0, UnknownCharacters.Count: 0 }) => SettingsFileText.NothingToDo,
        (_, { Count: 0 }) => SettingsFileText.NotImportable,
        (_, { } reading) => SettingsFileText.Summary(reading, _areGroupsApplied),
    };

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _script.AttachAsync(js, Assets, "Features/SettingsFile/ImportPage.razor.js", _inputs, PastedType);
        }
    }

    private async Task OnChosenAsync(InputFileChangeEventArgs change)
    {
        if (change.FileCount > 0 && !IsBusy)
        {
            (_reading, _areGroupsApplied) = (null, false);
            await ExecuteAsync(() => ReadAsync(change), SettingsFileText.NotCompared);
        }
    }

    private async Task ReadAsync(InputFileChangeEventArgs change)
    {
        StateHasChanged();
        try
        {
            var file = change.GetMultipleFiles(change.FileCount)[0];
            _fileName = file.ContentType == PastedType ? null : CleanFileName(file.Name);
            _reading = file.Size > SettingsSchema.MaxBytes
                ? SettingsImport.Failed(SettingsFileText.TooLarge)
                : await import.ReadAsync(User, await ReadAsync(file), Closing);
        }
        catch (Exception exception) when (!Closing.IsCancellationRequested && exception is IOException or JSException or TimeoutException or OperationCanceledException)
        {
            ActionError = SettingsFileText.NotReadable;
        }
    }

    /// <summary>Reads the file in the pieces that the browser sends; the size that it reports is not trusted.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(IBrowserFile file)
    {
        await using var stream = file.OpenReadStream(SettingsSchema.MaxBytes, Closing);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Closing);
        return bytes.ToArray();
    }

    private async Task PlanAsync()
    {
        if (_reading is { Different: { Count: > 0 } rows } reading)
        {
            var request = new PlanRequest(SettingsFileText.Title(_fileName, reading.Errors.Count > 0), ChangeKind.Import, [.. rows.Select(row => BatchItemRequest.From(row.Character, row.After))]);
            await ExecuteAsync(async () => navigation.OpenPlan(await planner.CreateAsync(User, request, Closing)), BatchText.PlanNotCreated);
        }
    }

    /// <summary>The name comes from the browser and is shown in the history, so it becomes one short line without a path.</summary>
    private static string CleanFileName(string name)
    {
        var last = new string([.. name.Split('/', '\\')[^1].Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format)]);
        return last.Length <= 80 ? last : $"{last[..79]}…";
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _script.DisposeAsync();
    }
}
