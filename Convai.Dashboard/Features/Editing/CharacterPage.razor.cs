using Convai.Dashboard.Components.Shared;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Editing;

/// <summary>The page of one character: finds it in the cast and shows the editor, or says why it cannot.</summary>
public sealed partial class CharacterPage(CastDirectory directory, CharacterPictures pictures, AccountModels accountModels, LastCastView lastCastView, Visitors visitors, IChangeFeed feed)
{
    private string? _loadedId;
    private CastReading? _cast;
    private Character? _character;
    private CastPosition? _place;
    private AccountModelsReading? _accountModels;
    private IDisposable? _visit;
    private string? _personId;
    private IReadOnlyList<string> _otherVisitors = [];

    /// <summary>The id as encoded in the address.</summary>
    [Parameter]
    public required string Id { get; set; }

    /// <summary>The rehearsal whose candidate becomes the draft.</summary>
    [SupplyParameterFromQuery(Name = "rehearsal")]
    private string? RehearsalId { get; set; }

    /// <summary>The place of the candidate in it, from 0.</summary>
    [SupplyParameterFromQuery(Name = "column")]
    private string? Column { get; set; }

    private RehearsalCandidate? Candidate => RehearsalCandidate.Parse(RehearsalId, Column);

    private string CharacterId => CharacterAddress.Decode(Id);

    private string ModerationText => _character?.ModerationEnabled switch
    {
        true => "moderation on",
        false => "moderation off",
        null => "moderation unknown",
    };

    protected override async Task OnParametersSetAsync()
    {
        if (!string.Equals(_loadedId, CharacterId, StringComparison.Ordinal))
        {
            (_loadedId, _cast, _character, _accountModels) = (CharacterId, null, null, null);
            if (RendererInfo.IsInteractive)
            {
                StartVisit();
            }

            await LoadAsync(forceRefresh: false);
        }
    }

    private void StartVisit()
    {
        if (_personId is null)
        {
            RegisterForDispose(feed.Subscribe(OnChangeEvent));
            Closing.Register(() => _visit?.Dispose());
        }

        _personId = User.PersonId();
        _visit?.Dispose();
        _visit = _personId is null ? null : visitors.Enter(CharacterId, _personId, User.PersonName());
        _otherVisitors = visitors.GetOtherVisitors(CharacterId, _personId);
    }

    private void OnChangeEvent(ChangeEvent changeEvent)
    {
        // Checked first as well: every open page receives each visit, and most of them show another character.
        if (changeEvent is ChangeEvent.Visited { Visit.CharacterId: var visited } && visited == CharacterId)
        {
            Dispatch(
                () =>
                {
                    if (visited == CharacterId)
                    {
                        _otherVisitors = visitors.GetOtherVisitors(CharacterId, _personId);
                        StateHasChanged();
                    }

                    return Task.CompletedTask;
                });
        }
    }

    private async Task LoadAsync(bool forceRefresh)
    {
        var id = CharacterId;
        var reading = directory.ReadAsync(forceRefresh, Closing);
        if (!RendererInfo.IsInteractive && !reading.IsCompleted)
        {
            // The first response shows the skeleton at once; the circuit that follows finds the same answer waiting.
            return;
        }

        try
        {
            var cast = await reading;
            if (!IsStillOpen(id))
            {
                return;
            }

            (_cast, _character, _place) = (cast, cast.Find(id), lastCastView.FindPosition(id, cast));
            StateHasChanged();
            // Only for a character that exists, so that a made-up address causes no call to Convai.
            if (_character is not null && RendererInfo.IsInteractive)
            {
                var models = await accountModels.ReadForCharacterAsync(id, forceRefresh, Closing);
                _accountModels = IsStillOpen(id) ? models : _accountModels;
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The person left the page while it loaded.
        }
    }

    private bool IsStillOpen(string id) => string.Equals(id, CharacterId, StringComparison.Ordinal);

    private async Task RefreshAccountListAsync() =>
        _accountModels = await accountModels.ReadForCharacterAsync(CharacterId, forceRefresh: true, Closing);
}
