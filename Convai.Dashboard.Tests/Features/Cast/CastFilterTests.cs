using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Cast;

public sealed class CastFilterTests
{
    private static readonly IReadOnlyList<Character> Cast =
    [
        new("id-1", "Mira the Innkeeper", new CharacterCoreSettings("gpt-4o", 0.7m), true, null),
        new("id-2", "مرشد القرية", new CharacterCoreSettings("gemma-3n-e4b", 0.5m), true, null),
        new("id-3", "brother Anselm", new CharacterCoreSettings("llama-3-70B", 0.85m), false, null),
        new("id-4", "", new CharacterCoreSettings(null, null), null, null),
    ];

    [Theory]
    [InlineData(null, "id-4 id-3 id-1 id-2")]
    [InlineData("  ", "id-4 id-3 id-1 id-2")]
    [InlineData("mira", "id-1")]
    [InlineData("MIRA inn", "id-1")]
    [InlineData("id-3", "id-3")]
    [InlineData("gemma", "id-2")]
    [InlineData("llama 70b", "id-3")]
    [InlineData("google", "id-2")]
    [InlineData("القرية", "id-2")]
    [InlineData("nobody", "")]
    [InlineData("<script>", "")]
    public void Rows_Search_FindsByNameIdAndModel(string? search, string ids) =>
        Assert.Equal(ids, string.Join(' ', CastFilter.Rows(Cast, ModelLists.WithoutAccountList(), search).Select(row => row.Character.Id)));
}
