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
/// The classes that take longest begin early, so that none of them runs alone at the end, yet not all at once: they mostly wait, and the machine
/// would wait with them. Those with a browser, which calculate, are spread evenly among all.
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

    // The part of the run by which the last of them has begun.
    private const double Early = 0.6;

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.GroupBy(collection => (IsBrowser(collection), IsLong: PlaceOf(collection) < First.Count))
                .SelectMany(group => group.OrderBy(PlaceOf).Select((collection, index) => (Collection: collection, Place: (index + 0.5) / group.Count() * (group.Key.IsLong ? Early : 1))))
                .OrderBy(placed => placed.Place).Select(placed => placed.Collection),
        ];

    private static bool IsBrowser<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection => collection.TestCollectionDisplayName.Contains(".Browser.", StringComparison.Ordinal);

    // A collection of one class bears its name; all others stay in their order.
    private static int PlaceOf<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = First.FindIndex(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? First.Count : place;
    }
}
