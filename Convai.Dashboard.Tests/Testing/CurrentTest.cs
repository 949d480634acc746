global using static Convai.Dashboard.Testing.CurrentTest;

namespace Convai.Dashboard.Testing;

internal static class CurrentTest
{
    /// <summary>Cancelled when the test that runs is given up.</summary>
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
