using Convai.Dashboard.Testing;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Convai.Dashboard.Data;

[Trait("Speed", "Slow")]
public sealed class MonotonicClockTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private readonly SettableClock _computer;
    private readonly MonotonicClock _clock;

    public MonotonicClockTests()
    {
        _computer = new SettableClock(_time);
        _clock = new MonotonicClock(_computer);
    }

    /// <param name="steps">Seconds that pass, and seconds by which the computer's clock is then set.</param>
    [Property]
    public void Clock_SystemClockSetAnywhere_NeverGoesBackOrLagsBehind((ushort Pass, short Set)[] steps)
    {
        var last = _clock.GetUtcNow();
        foreach (var (pass, set) in steps)
        {
            _time.Advance(TimeSpan.FromSeconds(pass));
            _computer.Offset += TimeSpan.FromSeconds(set);
            var now = _clock.GetUtcNow();
            Assert.True(now >= last && now >= _computer.GetUtcNow());
            last = now;
        }
    }

    [Fact]
    public void Clock_SystemClockNotSet_MatchesIt()
    {
        _clock.GetUtcNow();
        _time.Advance(TimeSpan.FromTicks(7));
        Assert.Equal(_computer.GetUtcNow(), _clock.GetUtcNow());
    }

    [Fact]
    public void Clock_SystemClockSetBackAnHour_RunsSlowerUntilCaughtUp()
    {
        var before = _clock.GetUtcNow();
        _computer.Offset = TimeSpan.FromHours(-1);
        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(before.AddMinutes(40), _clock.GetUtcNow());
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(_computer.GetUtcNow(), _clock.GetUtcNow());
    }

    [Fact]
    public void ContinueFrom_FutureTime_JumpsAhead()
    {
        var now = _clock.GetUtcNow();
        Assert.Equal(TimeSpan.FromHours(-2), _clock.ContinueFrom(now.AddHours(-2)));
        Assert.Equal(now, _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), _clock.ContinueFrom(now.AddHours(1)));
        Assert.Equal(now.AddHours(1), _clock.GetUtcNow());
    }
}
