using Convai.Dashboard.Browser;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Testing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Convai.Dashboard.Testing;

/// <summary>
/// The classes that take longest begin first, so that none of them runs alone at the end. Those that mostly wait are beside those that
/// mostly calculate.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly List<string> First =
    [
        .. new[]
        {
            typeof(AccessibilityTests), typeof(PostgresOutageTests), typeof(MultiServerTests), typeof(KilledBatchTests), typeof(KilledServerTests),
            typeof(EditAndSaveTests), typeof(StoppedServerTests), typeof(HostileIdTests), typeof(ParallelSavesTests),
        }.Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(PlaceOf)];

    // A collection of one class bears its name; all others stay in their order.
    private static int PlaceOf<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = First.FindIndex(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? First.Count : place;
    }
}
