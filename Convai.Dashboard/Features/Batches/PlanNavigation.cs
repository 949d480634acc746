using Convai.Dashboard.Domain;
using Microsoft.AspNetCore.Components;

namespace Convai.Dashboard.Features.Batches;

public static class PlanNavigation
{
    /// <summary>Opens the plan that was made, or passes on why there is none.</summary>
    public static Result OpenPlan(this NavigationManager navigation, Result<CreatedPlan> created)
    {
        if (created.Value is { } plan)
        {
            navigation.NavigateTo(BatchPlanner.GetAddress(plan.BatchId));
        }

        return created.WithoutValue;
    }
}
