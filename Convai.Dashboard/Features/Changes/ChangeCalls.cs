using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The calls to Convai for a recorded change, each measured as a step. Nothing else writes to Convai;
/// <see cref="ChangeWriter"/> and <see cref="BatchItemWriter"/> are its only callers. A call that has begun is finished even if the person leaves.
/// </summary>
public sealed class ChangeCalls(ConvaiClient convai, DashboardTelemetry telemetry)
{
    /// <param name="step">The purpose of the reading, such as "compare".</param>
    /// <param name="reservation">Null if the call waits for its own permit.</param>
    internal Task<ConvaiResult<Character>> ReadAsync(ChangeRecord change, string step, ConvaiReservation? reservation) =>
        TrackAsync(change, step, () => convai.GetCharacterAsync(change.CharacterId, reservation, CancellationToken.None), read => read.Failure);

    /// <summary>Makes one call, never repeated. Null if Convai answered SUCCESS.</summary>
    internal Task<ConvaiFailure?> WriteAsync(ChangeRecord change, SettingsPatch missing, ConvaiReservation reservation) =>
        TrackAsync(change, "write", () => convai.UpdateCharacterAsync(change.CharacterId, missing, reservation, CancellationToken.None), written => written);

    /// <summary>
    /// Whether Convai may have written a part of what it rejected: a reasoning effort is refused with 400, and whether the model of the same call
    /// is written first is not documented. Read Convai before judging.
    /// </summary>
    internal static bool MayBePartlyWritten(SettingsPatch sent, ConvaiFailure failure) =>
        failure.Kind == ConvaiFailureKind.ValueRejected && sent.Reasoning is not null && sent.Count > 1;

    private async Task<T> TrackAsync<T>(ChangeRecord change, string step, Func<Task<T>> call, Func<T, ConvaiFailure?> getFailure)
    {
        using var operation = telemetry.StartStep(step);
        operation.Tag(DashboardTelemetry.ChangeId, change.Id);
        operation.Tag(DashboardTelemetry.CharacterId, change.CharacterId);
        var answer = await call();
        operation.End(getFailure(answer));
        return answer;
    }
}
