using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Cast;

/// <summary>Opens and deletes the views of one person and of the team, and saves the one that is open.</summary>
public sealed partial class ViewsMenu(CastViews views)
{
    private IReadOnlyList<CastView> _views = [];
    private string _name = "";
    private bool _isShared;
    private string? _message;
    private ViewQuestion? _question;
    private bool _mustFocusQuestion;
    private bool _mustFocusPanel;
    private ElementReference _cancelButton;
    private ElementReference _panel;

    /// <summary>The filter that is shown now.</summary>
    [Parameter, EditorRequired]
    public required CastFilter Filter { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<CastColumn> Hidden { get; set; }

    /// <summary>Raised when a view that keeps its columns is opened.</summary>
    [Parameter]
    public EventCallback<IReadOnlySet<CastColumn>> HiddenChanged { get; set; }

    /// <summary>The view that is shown now; null if it is none.</summary>
    private CastView? Active => _views.FirstOrDefault(IsShown);

    private bool IsShown(CastView view) => view.Filter == Filter && view.Hidden?.SetEquals(Hidden) != false;

    protected override Task OnInitializedAsync() => TryAsync(() => Task.FromResult<string?>(null));

    private Task SaveAsync() => TryAsync(async () =>
    {
        if ((await views.SaveAsync(User, _name, Filter, Hidden, _isShared, Closing)).Error is { } refusal)
        {
            return refusal;
        }

        (var name, _name, _isShared) = (_name.Trim(), "", false);
        return CastText.ViewSaved(name);
    });

    // Its link opens the search, the filters and the order.
    private Task OpenAsync(CastView view) => view.Hidden is { } hidden ? HiddenChanged.InvokeAsync(hidden) : Task.CompletedTask;

    // Asked in the menu, because a dialog would lie below it.
    private Task AskAsync(CastView view, bool isDelete)
    {
        (_question, _mustFocusQuestion, _message) = (new ViewQuestion(view, isDelete), true, null);
        return Task.CompletedTask;
    }

    private void CancelQuestion() => (_question, _mustFocusPanel) = (null, true);

    private async Task AnswerAsync()
    {
        if (_question is { } question)
        {
            CancelQuestion();
            await (question.IsDelete ? DeleteAsync(question.View) : UpdateAsync(question.View));
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_mustFocusQuestion)
        {
            _mustFocusQuestion = false;
            await _cancelButton.FocusAsync();
        }

        if (_mustFocusPanel)
        {
            _mustFocusPanel = false;
            await _panel.FocusAsync(preventScroll: true);
        }
    }

    private Task DeleteAsync(CastView view) => TryAsync(async () =>
    {
        await views.DeleteAsync(User, view.Id, Closing);
        return CastText.ViewDeleted(view.Name);
    });

    // The team would find another view under the same name.
    private Task UpdateOrAskAsync(CastView view) => view.SharedBy is null ? UpdateAsync(view) : AskAsync(view, isDelete: false);

    private Task UpdateAsync(CastView view) => TryAsync(async () =>
        (await views.UpdateAsync(User, view.Id, Filter, Hidden, Closing)).Error ?? CastText.ViewUpdated(view.Name));

    private Task ShareAsync(CastView view) => TryAsync(async () =>
    {
        await views.ShareAsync(User, view.Id, isShared: view.SharedBy is null, Closing);
        return view.SharedBy is null ? CastText.ViewShared(view.Name) : CastText.ViewNotShared(view.Name);
    });

    /// <summary>Performs an action, and reads the views again.</summary>
    private async Task TryAsync(Func<Task<string?>> act)
    {
        await ExecuteAsync(
            async () =>
            {
                _message = await act();
                _views = await views.ReadAsync(User, Closing);
            },
            "");
        _message = ActionError ?? _message;
    }

    private sealed record ViewQuestion(CastView View, bool IsDelete)
    {
        public string Question => IsDelete ? CastText.AskDeleteView(View) : CastText.AskUpdateView(View.Name);

        public string ActionLabel => IsDelete ? "Delete" : "Update";
    }
}
