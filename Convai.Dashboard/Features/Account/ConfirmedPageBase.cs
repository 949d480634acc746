using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Convai.Dashboard.Features.Account;

/// <summary>
/// A page that changes how its owner signs in. People who have not confirmed their identity lately are asked first, and come back here.
/// </summary>
public abstract class ConfirmedPageBase : ComponentBase
{
    private bool _isConfirmed;

    [Inject]
    internal UserManager<Person> Users { get; set; } = null!;

    [Inject]
    internal Confirmation Confirmation { get; set; } = null!;

    [Inject]
    internal SignInChanges Changes { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    protected HttpContext Context { get; set; } = null!;

    /// <summary>Null until the database has answered, or if there is nothing to ask and the person is sent back.</summary>
    private protected Person? Person { get; private set; }

    protected string BackLink => $"{Context.Request.PathBase}{AccountFeature.AccountPath}";

    protected override async Task OnInitializedAsync()
    {
        var person = (await Users.GetUserAsync(Context.User))!;
        if (!await CanShowAsync(person))
        {
            Navigation.NavigateTo(BackLink);
            return;
        }

        if (!await Confirmation.IsRecentAsync(Context))
        {
            Navigation.NavigateTo($"{Context.Request.PathBase}{ConfirmPage.PathFor(Context.Request.Path)}");
            return;
        }

        (Person, _isConfirmed) = (person, true);
    }

    /// <summary>Whether the account has what the page is about.</summary>
    private protected abstract Task<bool> CanShowAsync(Person person);

    /// <summary>Acts only if the page may be shown: a form can be posted without it.</summary>
    private protected Task IfConfirmedAsync(Func<Person, Task> act) => _isConfirmed ? act(Person!) : Task.CompletedTask;
}
