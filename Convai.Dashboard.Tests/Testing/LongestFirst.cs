using Convai.Dashboard.Browser;
using Convai.Dashboard.Faults;
using Convai.Dashboard.Features.Batches;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Servers;
using Convai.Dashboard.Testing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Convai.Dashboard.Testing;

/// <summary>
/// The classes that take longest begin first, so that none of them runs alone at the end. Those with a browser, which calculate, are spread
/// evenly among the others, which mostly wait.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly List<string> First =
    [
        .. new[]
        {
            typeof(AccessibilityTests), typeof(KilledServerTests), typeof(RehearsalPagesTests), typeof(DialogTests),
            typeof(RehearsalTests), typeof(InterruptedRehearsalTests), typeof(MultiServerTests), typeof(PostgresOutageTests), typeof(ReasoningTests), typeof(BatchExecutionTests), typeof(KilledBatchTests),
            typeof(BatchFailureTests), typeof(ReadFaultTests),
        }.Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.GroupBy(collection => collection.TestCollectionDisplayName.Contains(".Browser.", StringComparison.Ordinal))
                .SelectMany(group => group.OrderBy(PlaceOf).Select((collection, index) => (Collection: collection, Place: (index + 0.5) / group.Count())))
                .OrderBy(placed => placed.Place).Select(placed => placed.Collection),
        ];

    // A collection of one class bears its name; all others stay in their order.
    private static int PlaceOf<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = First.FindIndex(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? First.Count : place;
    }
}
