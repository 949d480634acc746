using System.Security.Claims;
using System.Text.Json;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Convai.Dashboard.Features.Account;

/// <summary>Why the provider's answer does not show someone's role.</summary>
public enum RoleUnknownReason
{
    /// <summary>The person is in more groups than fit into a token, so the provider left all of them out (Entra's "groups overage").</summary>
    Overage,

    /// <summary>The claim exists, but is neither a text nor a list of texts.</summary>
    Unreadable,
}

/// <summary>What the organisation's provider says about someone's role.</summary>
internal abstract record RoleClaimResult
{
    // https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference: both mark groups that were left out.
    private const string ClaimNamesClaim = "_claim_names";
    private const string HasGroupsClaim = "hasgroups";

    /// <param name="Claim">The claim that gave the role.</param>
    /// <param name="Rule">The setting that maps the claim to the role.</param>
    public sealed record Granted(Role Role, string Claim, string Rule) : RoleClaimResult;

    /// <summary>The provider has answered, but no rule gives a role.</summary>
    public sealed record None : RoleClaimResult;

    /// <summary>The answer says nothing for or against any role.</summary>
    public sealed record Unknown(RoleUnknownReason Reason) : RoleClaimResult;

    /// <summary>The highest role that a rule gives; the default role if none does.</summary>
    public static RoleClaimResult From(OidcOptions oidc, ClaimsPrincipal principal)
    {
        if (IsOverage(principal, oidc.RoleClaim))
        {
            return new Unknown(RoleUnknownReason.Overage);
        }

        if (!TryRead(principal, oidc.RoleClaim, out var values))
        {
            return new Unknown(RoleUnknownReason.Unreadable);
        }

        var (index, rule) = oidc.Roles.Index().Where(entry => values.Contains(entry.Item.Value)).OrderByDescending(entry => entry.Item.Role).FirstOrDefault();
        return (rule?.Role, oidc.DefaultRole) switch
        {
            ({ } role, _) => new Granted(role, $"{oidc.RoleClaim} = {rule!.Value}", $"Authentication:Oidc:Roles:{index} ({rule.Value} gives {role})"),
            (_, { } role) => new Granted(role, $"no mapped value in “{oidc.RoleClaim}”", "Authentication:Oidc:DefaultRole"),
            _ => new None(),
        };
    }

    /// <summary>Copies from the userinfo answer the claims that <see cref="From"/> reads, objects included.</summary>
    public static ClaimAction FromUserInfo(string path) => new UserInfoAction(path);

    private static bool IsOverage(ClaimsPrincipal principal, string path) =>
        (path == "groups" && principal.HasClaim(claim => claim.Type == HasGroupsClaim && bool.TryParse(claim.Value, out var has) && has))
        || principal.FindAll(ClaimNamesClaim).Any(claim => Parse(claim.Value) is not { ValueKind: JsonValueKind.Object } names || names.EnumerateObject().Any(name => IsPathPrefix(name.Name, path)));

    /// <summary>False if the claim exists but cannot be read.</summary>
    private static bool TryRead(ClaimsPrincipal principal, string path, out HashSet<string> values)
    {
        values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in principal.Claims.Where(claim => IsPathPrefix(claim.Type, path)))
        {
            if (claim.Type == path && claim.ValueType is not (JsonClaimValueTypes.Json or JsonClaimValueTypes.JsonArray or JsonClaimValueTypes.JsonNull))
            {
                values.Add(claim.Value);
            }
            else if (claim.ValueType != JsonClaimValueTypes.JsonNull && !(Parse(claim.Value) is { } value && TryCollect(value, RemainingPath(claim.Type, path), values)))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="rest">The rest of the path; empty at its end.</param>
    private static bool TryCollect(JsonElement value, string rest, HashSet<string> values)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when rest.Length > 0:
                return value.EnumerateObject().Where(part => IsPathPrefix(part.Name, rest)).All(part => TryCollect(part.Value, RemainingPath(part.Name, rest), values));
            case JsonValueKind.Array when rest.Length == 0:
                return value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && TryCollect(item, rest, values));
            case JsonValueKind.String when rest.Length == 0:
                values.Add(value.GetString()!);
                return true;
            default:
                return value.ValueKind == JsonValueKind.Null;
        }
    }

    /// <summary>Names may contain dots themselves: an address as the name of a claim, a client in Keycloak's <c>resource_access</c>.</summary>
    private static bool IsPathPrefix(string name, string path) =>
        path.StartsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[name.Length] == '.');

    private static string RemainingPath(string name, string path) => path.Length == name.Length ? "" : path[(name.Length + 1)..];

    private static JsonElement? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class UserInfoAction(string path) : ClaimAction(path, ClaimValueTypes.String)
    {
        public override void Run(JsonElement userData, ClaimsIdentity identity, string issuer)
        {
            foreach (var claim in userData.EnumerateObject().Where(claim => IsPathPrefix(claim.Name, ClaimType) || claim.Name is ClaimNamesClaim or HasGroupsClaim))
            {
                var values = claim.Value.ValueKind == JsonValueKind.Array ? claim.Value.EnumerateArray().ToList() : [claim.Value];
                identity.AddClaims(values.Select(value => new Claim(claim.Name, value.ToString(), GetValueType(value), issuer)));
            }
        }

        private static string GetValueType(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => JsonClaimValueTypes.Json,
            JsonValueKind.Array => JsonClaimValueTypes.JsonArray,
            JsonValueKind.Null => JsonClaimValueTypes.JsonNull,
            _ => ClaimValueTypes.String,
        };
    }
}
