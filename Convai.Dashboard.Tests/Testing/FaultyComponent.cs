using Convai.Dashboard.Features;
using Convai.Dashboard.Features.Changes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Convai.Dashboard.Testing;

/// <summary>Throws when it is told to: while it renders, in an event handler, or when news of a change reaches it from another circuit.</summary>
internal sealed class FaultyComponent : FeatureComponent
{
    public const string InRender = "Throw while rendering";
    public const string InHandler = "Throw in a handler";
    public const string InBackground = "Throw at the next news";

    private bool _isBroken;

    [Inject]
    public required IChangeFeed Feed { get; init; }

    /// <summary>What the replaced component is given.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Given { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (_isBroken)
        {
            throw new InvalidOperationException(InRender);
        }

        Button(InRender, () => _isBroken = true);
        Button(InHandler, () => throw new InvalidOperationException(InHandler));
        Button(InBackground, () => RegisterForDispose(Feed.Subscribe(_ => Dispatch(() => throw new InvalidOperationException(InBackground)))));

        void Button(string words, Action act)
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "onclick", EventCallback.Factory.Create(this, act));
            builder.AddContent(2, words);
            builder.CloseElement();
        }
    }
}
