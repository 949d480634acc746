using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>A settings file on its way to a plan: what it would change, and what is wrong with it. Nothing is written here.</summary>
public sealed partial class ImportPage(SettingsImport import, BatchPlans plans, LastCastView lastCastView, NavigationManager navigation)
{
    private const int MostErrors = 100;
    private const int MostRows = 200;

    private readonly CancellationTokenSource _closing = new();
    private ClaimsPrincipal _by = new();
    private ImportReading? _reading;
    private string _fileName = "";
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private Task<AuthenticationState> AuthenticationState { get; set; } = null!;

    // As the menu says it.
    private string Title => MayChange ? "Import settings" : "Compare a file";

    /// <summary>For what is offered; <see cref="BatchPlans"/> decides.</summary>
    private bool MayChange => _by.IsAtLeast(Role.Designer);

    private string SummaryWords => (_isBusy, _reading) switch
    {
        (true, null) => "Reading the file…",
        (_, null) => "",
        (_, { Errors.Count: 0, Different.Count: 0, Same: > 0, Strangers.Count: 0 }) => "Nothing to do: the cast has these values already.",
        (_, { Count: 0 }) => "The file cannot be taken.",
        (_, { } reading) => string.Join(" · ", new[]
        {
            $"{BatchWords.Characters(reading.Count)} in the file",
            $"{reading.Different.Count} {(reading.Different.Count == 1 ? "differs" : "differ")}",
            $"{reading.Same} {(reading.Same == 1 ? "is" : "are")} the same",
            reading.Strangers.Count == 0 ? null : $"{reading.Strangers.Count} not in this cast",
        }.OfType<string>()),
    };

    protected override async Task OnParametersSetAsync() => _by = (await AuthenticationState).User;

    private async Task OnChosenAsync(InputFileChangeEventArgs change)
    {
        if (_isBusy || change.FileCount == 0)
        {
            return;
        }

        (_isBusy, _reading, _problem) = (true, null, null);
        StateHasChanged();
        try
        {
            var file = change.GetMultipleFiles(change.FileCount)[0];
            _fileName = NameOf(file.Name);
            _reading = file.Size > SettingsSchema.LargestBytes
                ? SettingsImport.Failed("The file is larger than 5 MB.")
                : await import.ReadAsync(_by, await ReadAsync(file), _closing.Token);
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception exception) when (exception is IOException or JSException or TimeoutException or OperationCanceledException)
        {
            _problem = "The file could not be read. It may have been moved or changed since you chose it; choose it again.";
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = $"{trouble} The file could not be compared.";
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <summary>In the pieces in which the browser sends it; the size it names is not taken on trust.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(IBrowserFile file)
    {
        await using var stream = file.OpenReadStream(SettingsSchema.LargestBytes, _closing.Token);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, _closing.Token);
        return bytes.ToArray();
    }

    private async Task PlanAsync()
    {
        if (_isBusy || _reading is not { Errors.Count: 0, Different: { Count: > 0 } rows })
        {
            return;
        }

        (_isBusy, _problem) = (true, null);
        try
        {
            var request = new PlanRequest($"File “{_fileName}”", ChangeKind.Import, [.. rows.Select(row => PlannedRow.Of(row.Character, row.After))]);
            switch (await plans.MakeAsync(_by, request, _closing.Token))
            {
                case PlanOutcome.Made made:
                    navigation.NavigateTo($"batches/{made.BatchId}");
                    break;
                case PlanOutcome.Refused refused:
                    _problem = refused.Sentence;
                    break;
            }
        }
        catch (Exception) when (_closing.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception exception) when (DatabaseTrouble.Of(exception) is { } trouble)
        {
            _problem = $"{trouble} The plan could not be stored.";
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <summary>It comes from the browser and is shown in the history: one short line, without a path.</summary>
    private static string NameOf(string name)
    {
        var last = new string([.. name.Split('/', '\\')[^1].Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format)]);
        return last.Length <= 80 ? last : $"{last[..79]}…";
    }

    public void Dispose()
    {
        _closing.Cancel();
    }
}
