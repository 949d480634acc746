namespace Convai.Dashboard.Features.Changes;

public sealed class ChangeStateNamesTests
{
    [Fact]
    public void Name_OfEachState_NeverChanges() => Assert.Equal(
        ["Asked", "Sent", "OutcomeUnknown", "Confirmed", "NotConfirmed", "SentNotConfirmed", "Rejected", "Conflict", "Unchanged", "AlreadySo", "Drifted", "Accepted", "Restored", "Replaced"],
        Enum.GetValues<ChangeState>().Select(ChangeStateNames.GetName));

    [Fact]
    public void Parse_NameOfEachState_RoundTrips() =>
        Assert.All(Enum.GetValues<ChangeState>(), state => Assert.Equal(state, ChangeStateNames.Parse(ChangeStateNames.GetName(state))));
}
