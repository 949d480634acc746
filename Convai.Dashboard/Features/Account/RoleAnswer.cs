using System.Security.Claims;
using System.Text.Json;
using Convai.Dashboard.Data;
using Convai.Dashboard.Security;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Convai.Dashboard.Features.Account;

/// <summary>Why the provider's answer does not show someone's role.</summary>
public enum RoleDoubt
{
    /// <summary>The person is in more groups than fit into a token, so the provider left all of them out (Entra's "groups overage").</summary>
    Overage,

    /// <summary>The claim exists, but is neither a text nor a list of texts.</summary>
    Unreadable,
}

/// <summary>What the organisation's provider says about someone's role.</summary>
internal abstract record RoleAnswer
{
    // https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference: both mark groups that were left out.
    private const string LeftOut = "_claim_names";
    private const string HasGroups = "hasgroups";

    /// <param name="Claim">The claim that gave the role.</param>
    /// <param name="Rule">The setting that maps the claim to the role.</param>
    public sealed record Given(Role Role, string Claim, string Rule) : RoleAnswer;

    /// <summary>The provider has answered, but no rule gives a role.</summary>
    public sealed record None : RoleAnswer;

    /// <summary>The answer says nothing for or against any role.</summary>
    public sealed record Unknown(RoleDoubt Doubt) : RoleAnswer;

    /// <summary>The highest role that a rule gives; the default role if none does.</summary>
    public static RoleAnswer From(OidcOptions oidc, ClaimsPrincipal provided)
    {
        if (IsExcluded(provided, oidc.RoleClaim))
        {
            return new Unknown(RoleDoubt.Overage);
        }

        if (!TryRead(provided, oidc.RoleClaim, out var values))
        {
            return new Unknown(RoleDoubt.Unreadable);
        }

        var (index, rule) = oidc.Roles.Index().Where(entry => values.Contains(entry.Item.Value)).OrderByDescending(entry => entry.Item.Role).FirstOrDefault();
        return (rule?.Role, oidc.DefaultRole) switch
        {
            ({ } role, _) => new Given(role, $"{oidc.RoleClaim} = {rule!.Value}", $"Authentication:Oidc:Roles:{index} ({rule.Value} gives {role})"),
            (_, { } role) => new Given(role, $"no mapped value in “{oidc.RoleClaim}”", "Authentication:Oidc:DefaultRole"),
            _ => new None(),
        };
    }

    /// <summary>Copies from the userinfo answer the claims that <see cref="From"/> reads, objects included.</summary>
    public static ClaimAction FromUserInfo(string path) => new UserInfoAction(path);

    private static bool IsExcluded(ClaimsPrincipal provided, string path) =>
        (path == "groups" && provided.HasClaim(claim => claim.Type == HasGroups && bool.TryParse(claim.Value, out var has) && has))
        || provided.FindAll(LeftOut).Any(claim => Parse(claim.Value) is not { ValueKind: JsonValueKind.Object } names || names.EnumerateObject().Any(name => IsOnTheWay(name.Name, path)));

    /// <summary>False if the claim exists but cannot be read.</summary>
    private static bool TryRead(ClaimsPrincipal provided, string path, out HashSet<string> values)
    {
        values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in provided.Claims.Where(claim => IsOnTheWay(claim.Type, path)))
        {
            if (claim.Type == path && claim.ValueType is not (JsonClaimValueTypes.Json or JsonClaimValueTypes.JsonArray or JsonClaimValueTypes.JsonNull))
            {
                values.Add(claim.Value);
            }
            else if (claim.ValueType != JsonClaimValueTypes.JsonNull && !(Parse(claim.Value) is { } value && TryCollect(value, Rest(claim.Type, path), values)))
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
                return value.EnumerateObject().Where(part => IsOnTheWay(part.Name, rest)).All(part => TryCollect(part.Value, Rest(part.Name, rest), values));
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
    private static bool IsOnTheWay(string name, string path) =>
        path.StartsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[name.Length] == '.');

    private static string Rest(string name, string path) => path.Length == name.Length ? "" : path[(name.Length + 1)..];

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
            foreach (var claim in userData.EnumerateObject().Where(claim => IsOnTheWay(claim.Name, ClaimType) || claim.Name is LeftOut or HasGroups))
            {
                var values = claim.Value.ValueKind == JsonValueKind.Array ? claim.Value.EnumerateArray().ToList() : [claim.Value];
                identity.AddClaims(values.Select(value => new Claim(claim.Name, value.ToString(), TypeOf(value), issuer)));
            }
        }

        private static string TypeOf(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => JsonClaimValueTypes.Json,
            JsonValueKind.Array => JsonClaimValueTypes.JsonArray,
            JsonValueKind.Null => JsonClaimValueTypes.JsonNull,
            _ => ClaimValueTypes.String,
        };
    }
}
