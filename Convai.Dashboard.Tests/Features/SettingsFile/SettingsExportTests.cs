using System.Net;
using System.Text;
using System.Text.Json;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.SettingsFile;

/// <summary>The files as a browser gets them.</summary>
[Trait("Speed", "Slow")]
public sealed class SettingsExportTests
{
    [Fact]
    public async Task Export_ReturnsWholeCastOrNamedCharacters()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        var csv = await vera.GetAsync("/cast/export.csv");
        Assert.Equal("text/csv; charset=utf-8", csv.Content.Headers.ContentType!.ToString());
        Assert.EndsWith(".csv\"", csv.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-store", csv.Headers.CacheControl!.ToString());
        var bytes = await csv.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.StartsWith("id,name,model,temperature,reasoning,groups\r\n", Encoding.UTF8.GetString(bytes[3..]), StringComparison.Ordinal);
        Assert.Equal(24, SettingsReader.Read(bytes).Count);

        var mira = dashboard.Host.Character("Mira the Innkeeper").Id;
        using var json = JsonDocument.Parse(await (await vera.GetAsync($"/cast/export.json?ids={mira},no-such-id")).Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("convai-dashboard/settings", json.RootElement.GetProperty("schema").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("version").GetInt32());
        var character = Assert.Single(json.RootElement.GetProperty("characters").EnumerateArray());
        Assert.Equal((mira, "gpt-4o", 0.7m), (character.GetProperty("id").GetString(), character.GetProperty("model").GetString(), character.GetProperty("temperature").GetDecimal()));
    }

    [Fact]
    public async Task Template_HasEveryCharacterWithoutSettings()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        var answer = await vera.GetAsync("/cast/template.csv");
        Assert.Equal("attachment; filename=\"convai-cast-template.csv\"", answer.Content.Headers.ContentDisposition!.ToString());
        var reading = SettingsReader.Read(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal((24, 24, 0), (reading.Count, reading.Rows.Count(row => row.Settings.IsEmpty && row.Name is not null), reading.Errors.Count));
    }

    [Fact]
    public async Task Export_TooManyIds_IsRejected()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        var answer = await vera.GetAsync($"/cast/export.csv?ids={string.Join(',', Enumerable.Range(0, 201))}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("You can list at most 200 characters.", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_CastUnavailable_ReturnsErrorInsteadOfStaleData()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        dashboard.Host.Fail("list", SandboxFaultKind.ServerError);
        using var vera = await AccountClient.SignedInAsync(dashboard.Address, "vera@studio.example");
        var answer = await vera.GetAsync("/cast/export.json");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.EndsWith("Nothing was exported.", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
