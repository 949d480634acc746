using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Characters;
using Microsoft.Extensions.DependencyInjection;

namespace Convai.Dashboard.Testing;

/// <summary>What designers do with groups before a test looks.</summary>
internal static class GroupSteps
{
    /// <summary>Puts a character into groups besides its own, and creates those that do not exist.</summary>
    /// <returns>The first of them.</returns>
    public static async Task<CharacterGroup> AddToGroupsAsync(this IServiceProvider services, string character, params string[] names)
    {
        var (groups, designer) = (services.GetRequiredService<CharacterGroups>(), TestPeople.As(Role.Designer));
        var id = (await services.GetRequiredService<CastDirectory>().ReadAsync(forceRefresh: false, Cancellation)).Characters!.Single(candidate => candidate.Name == character).Id;
        var own = (await groups.ReadAsync(designer, Cancellation)).GetGroups(id).Select(group => group.Name);
        Assert.NotNull((await groups.AssignAsync(designer, [new GroupAssignment(id, [.. own, .. names])], Cancellation)).Value);
        return (await groups.ReadAsync(designer, Cancellation)).All.Single(group => string.Equals(group.Name, names[0], StringComparison.OrdinalIgnoreCase));
    }
}
