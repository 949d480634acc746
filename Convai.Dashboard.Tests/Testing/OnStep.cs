using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Testing;

/// <summary>Does something in the middle of a change.</summary>
internal sealed class OnStep(ChangeStep step, Action act) : IProgress<ChangeStep>
{
    public void Report(ChangeStep value)
    {
        if (value == step)
        {
            act();
        }
    }
}
