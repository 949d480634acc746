using Convai.Dashboard.Data;

namespace Convai.Dashboard.Features.Changes;

/// <summary>What the journal needs to know about the batches that its changes belong to.</summary>
public interface IBatchStates
{
    /// <summary>The ids of the batches that a person has stopped.</summary>
    IQueryable<long> Stopped(DashboardDbContext db);
}
