using System.Security.Claims;
using Convai.Dashboard.Data;
using Microsoft.AspNetCore.Components.Authorization;

namespace Convai.Dashboard.Testing;

/// <summary>Who has the page of a component test open; the role may change while it is open.</summary>
internal sealed class SignedInAs(ClaimsPrincipal principal) : AuthenticationStateProvider
{
    private ClaimsPrincipal _principal = principal;

    public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(_principal));

    public void SwitchRole(Role role)
    {
        _principal = TestPeople.As(role);
        NotifyAuthenticationStateChanged(GetAuthenticationStateAsync());
    }
}
