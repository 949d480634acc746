using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Convai.Dashboard.Features.Changes;

/// <summary>
/// The names of the states in the database, in exports and in metrics. They never change: a state that is renamed in code keeps the
/// name that journals of earlier versions contain.
/// </summary>
public sealed class ChangeStateNames() : ValueConverter<ChangeState, string>(state => GetName(state), name => Parse(name))
{
    private const string NoOp = "AlreadySo";

    public static string GetName(ChangeState state) => state == ChangeState.NoOp ? NoOp : state.ToString();

    public static ChangeState Parse(string name) => name == NoOp ? ChangeState.NoOp : Enum.Parse<ChangeState>(name);
}
