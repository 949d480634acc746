namespace Convai.Dashboard.Features.Batches;

public sealed class TemperatureRuleTests
{
    [Theory]
    [InlineData(TemperatureOperation.SetTo, "0.7", "0.42", "0.7")]
    [InlineData(TemperatureOperation.SetTo, "0.7", null, "0.7")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.42", "0.52")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.333", "0.433")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "0.95", "1")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "1", null)]
    [InlineData(TemperatureOperation.ChangeBy, "-0.3", "0.42", "0.12")]
    [InlineData(TemperatureOperation.ChangeBy, "-0.3", "0.1", "0")]
    [InlineData(TemperatureOperation.ChangeBy, "-0.3", "0", null)]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", null, null)]
    [InlineData(TemperatureOperation.AtMost, "0.7", "0.71", "0.7")]
    [InlineData(TemperatureOperation.AtMost, "0.7", "0.7", null)]
    [InlineData(TemperatureOperation.AtMost, "0.7", "0.2", null)]
    [InlineData(TemperatureOperation.AtMost, "0.7", null, null)]
    [InlineData(TemperatureOperation.AtLeast, "0.3", "0.29", "0.3")]
    [InlineData(TemperatureOperation.AtLeast, "0.3", "0.3", null)]
    [InlineData(TemperatureOperation.AtLeast, "0.3", null, null)]
    public void For_UsesDecimals_AndLeavesNotSetUnchanged(TemperatureOperation operation, string value, string? now, string? after) =>
        Assert.Equal(Number(after), new TemperatureRule(operation, Number(value)!.Value).For(Number(now)));

    [Theory]
    [InlineData(TemperatureOperation.SetTo, "1.01", "Enter a value between 0 and 1, not 1.01.")]
    [InlineData(TemperatureOperation.AtMost, "-0.01", "Enter a value between 0 and 1, not -0.01.")]
    [InlineData(TemperatureOperation.AtLeast, "2", "Enter a value between 0 and 1, not 2.00.")]
    [InlineData(TemperatureOperation.ChangeBy, "0", "Enter a step between 0.01 and 1.")]
    [InlineData(TemperatureOperation.ChangeBy, "-1.01", "Enter a step between 0.01 and 1.")]
    [InlineData((TemperatureOperation)9, "0.5", "There is nothing to change.")]
    [InlineData(TemperatureOperation.ChangeBy, "-1", null)]
    [InlineData(TemperatureOperation.AtMost, "0", null)]
    public void Validate_OutOfRange_ReturnsReason(TemperatureOperation operation, string value, string? refusal) =>
        Assert.Equal(refusal, new TemperatureRule(operation, Number(value)!.Value).Validate());

    [Theory]
    [InlineData(TemperatureOperation.AtMost, "0.7", "3 of 6 drop to 0.70. The other 2 are already at or below 0.70. 1 has no temperature and stays unset.")]
    [InlineData(TemperatureOperation.AtLeast, "0.3", "1 of 6 rises to 0.30. The other 4 are already at or above 0.30. 1 has no temperature and stays unset.")]
    [InlineData(TemperatureOperation.AtMost, "1", "No temperature changes. 5 are already at or below 1.00. 1 has no temperature and stays unset.")]
    [InlineData(TemperatureOperation.ChangeBy, "0.1", "4 of 6 go up by 0.10. 1 of them stops at 1.00. 1 is already at 1.00. 1 has no temperature and stays unset.")]
    [InlineData(TemperatureOperation.ChangeBy, "-0.2", "5 of 6 go down by 0.20. 1 of them stops at 0.00. 1 has no temperature and stays unset.")]
    [InlineData(TemperatureOperation.SetTo, "0.5", "5 of 6 change to 0.50. 1 is already at 0.50.")]
    public void Result_EachOperation_SummarizesOutcome(TemperatureOperation operation, string value, string result) =>
        Assert.Equal(result, BatchText.Result(new TemperatureRule(operation, Number(value)!.Value), [0.1m, 0.5m, 0.8m, 0.95m, 1m, null]));

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
