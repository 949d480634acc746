using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bunit;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Editing;
using Convai.Dashboard.Features.SettingsFile;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>Values that Convai may have and that are no plain number or code, on every screen.</summary>
[Trait("Speed", "Slow")]
public sealed partial class HostileValueTests : DashboardTestContext
{
    private const string Mira = "Mira the Innkeeper";
    private const decimal Marked = 0.111m;


    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("1e999")]
    [InlineData("1e300")]
    [InlineData("\"0,7\"")]
    [InlineData("[0.5]")]
    [InlineData("true")]
    public async Task Temperature_NotANumber_IsUnreadableAndOthersAreRead(string value)
    {
        await StartAsync(body => body.Replace($"\"TEMPERATURE\":{Marked}", $"\"TEMPERATURE\":{value}", StringComparison.Ordinal));
        await Host.Services.ObserveAsync();
        Host.Sandbox.Account.Characters.Single(character => character.Name == Mira).Temperature = Marked;
        await Host.Services.ObserveAsync();
        // What cannot be read is no outside change.
        Assert.Empty(await Host.Services.ChangesAsync());

        var cast = Render<CastPage>();
        await cast.WaitForAssertionAsync(() => Assert.Equal(Host.Sandbox.Account.Characters.Count, cast.FindAll("tbody .cast-row").Count));
        Assert.Contains("Not understood", cast.FindAll("tbody .cast-row").Single(row => row.TextContent.Contains(Mira, StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        Assert.Contains(cast.FindAll(".chips button"), chip => FaultyDashboard.NormalizeText(chip.TextContent) == "1 not understood");

        var mira = (await Host.Get<CastDirectory>().ReadAsync(false, Cancellation)).Characters!.Single(character => character.Name == Mira);
        Assert.Equal((null, true, "gpt-4o"), (mira.Settings.Temperature, mira.Settings.IsTemperatureUnreadable, mira.Settings.ModelCode));
        var page = Render<CharacterPage>(parameters => parameters.Add(page => page.Id, mira.Id));
        await page.WaitForAssertionAsync(() => Assert.Contains("Convai has a value that the dashboard doesn't understand.", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("Not set", page.Find(".temperature").TextContent, StringComparison.Ordinal);
        Assert.Contains($"{mira.Id},{Mira},gpt-4o,,,\r\n", Encoding.UTF8.GetString(SettingsWriter.ToCsv([mira], GroupList.Empty)), StringComparison.Ordinal);

        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m)));
        Assert.False(ChangeWriter.CanUndo(confirmed));
        Assert.Equal("not understood", Assert.Single(ChangeText.Fields(confirmed.Before, confirmed.Change)).Before);
        Assert.Equal(ChangeState.Confirmed, Assert.Single(await Host.Services.ChangesAsync()).State);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("[\"gpt-4o\"]")]
    [InlineData("{}")]
    [InlineData("NaN")]
    public async Task Model_NotACode_IsUnreadableAndOthersAreRead(string value)
    {
        await StartAsync(body => body.Replace("\"MODEL\":\"odd\"", $"\"MODEL\":{value}", StringComparison.Ordinal));
        Host.Sandbox.Account.Characters.Single(character => character.Name == Mira).ModelCode = "odd";
        var cast = Render<CastPage>();
        await cast.WaitForAssertionAsync(() => Assert.Equal(Host.Sandbox.Account.Characters.Count, cast.FindAll("tbody .cast-row").Count));
        Assert.Contains("Not understood", cast.FindAll("tbody .cast-row").Single(row => row.TextContent.Contains(Mira, StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        var confirmed = Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch("gpt-4.1", null)));
        Assert.Equal("not understood", Assert.Single(ChangeText.Fields(confirmed.Before, confirmed.Change)).Before);
    }

    [Fact]
    public async Task Save_ValueBecameUnreadable_IsConflict()
    {
        await StartAsync(body => body.Replace($"\"TEMPERATURE\":{Marked}", "\"TEMPERATURE\":\"0,7\"", StringComparison.Ordinal));
        var mira = Host.Sandbox.Account.Characters.Single(character => character.Name == Mira);
        mira.Temperature = null;
        await Host.Get<CastDirectory>().ReadAsync(true, Cancellation);
        mira.Temperature = Marked;
        Assert.True(Assert.IsType<ChangeOutcome.Conflict>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.42m))).IsTemperatureContested);
    }

    [Fact]
    public async Task SinglePrecisionService_ReadsBackTheSavedValue()
    {
        await StartAsync(ToSinglePrecision);
        await Host.Services.ObserveAsync();
        Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.33m)));
        await Host.Services.ObserveAsync();
        var reading = Host.Get<CastDirectory>().Last;
        var mira = reading.Characters!.Single(character => character.Name == Mira);
        Assert.Equal(0.33m, mira.Settings.Temperature);
        Assert.Contains($"{mira.Id},{Mira},gpt-4o,0.33,,\r\n", Encoding.UTF8.GetString(SettingsWriter.ToCsv(reading.Characters!, GroupList.Empty)), StringComparison.Ordinal);
        Assert.Equal((0.33m, 0.33m), (Assert.Single(await Host.Services.ChangesAsync()).TemperatureAfter, Assert.Single(await Host.Services.ChangesAsync()).TemperatureReported));

        // What is no number of two decimals keeps the digits that Convai has, and is the same in single precision.
        Assert.IsType<ChangeOutcome.Confirmed>(await Host.Services.SaveAsync(Role.Designer, new SettingsPatch(null, 0.123456789m)));
        await Host.Services.ObserveAsync();
        Assert.Equal(0.12345679104328156m, Host.Get<CastDirectory>().Last.Find(mira.Id)!.Settings.Temperature);
        Assert.Equal(2, (await Host.Services.ChangesAsync()).Count);
    }

    private static string ToSinglePrecision(string body) => TemperatureOf().Replace(
        body, match => $"\"TEMPERATURE\":{((double)float.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture)}");

    private async Task StartAsync(Func<string, string> rewrite)
    {
        await StartSandboxAsync(("Drift:ReadEvery", "00:00:00"));
        Host.Faults.Rewrite = rewrite;
    }

    [GeneratedRegex("\"TEMPERATURE\":([0-9.eE+-]+)")]
    private static partial Regex TemperatureOf();
}
