using System.Reflection;
using Bunit;
using Convai.Dashboard.ConvaiApi.Sandbox;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Features.Models;

public sealed class FieldChangesTests : DashboardTestContext
{
    private const string MiraId = "57a0c93e-7472-11ef-ac22-42010a7be011";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Name_ModelOnlyInAccountList_AppearsOnceListIsRead(bool isReadForTheCast)
    {
        await StartSandboxAsync();
        var models = Host.Get<AccountModels>();
        var listed = ListedOnly();
        var changes = Render(listed);
        Assert.Equal(listed.Code, changes.Find("ins").TextContent);
        await (isReadForTheCast ? models.ReadForCastAsync(MiraId, Cancellation) : models.ReadForCharacterAsync(MiraId, forceRefresh: false, Cancellation));
        await changes.WaitForAssertionAsync(() => Assert.Equal($"{listed.Name} {listed.Code}", changes.Find("ins").TextContent));
    }

    [Fact]
    public async Task Disposed_NoLongerListens()
    {
        await StartSandboxAsync();
        Render(ListedOnly());
        Assert.Equal(1, Listeners());
        await DisposeComponentsAsync();
        Assert.Equal(0, Listeners());
    }

    private SandboxModel ListedOnly() => Host.Sandbox.Account.Models.First(model => model.IsListed && !model.IsUncensored && !Host.Get<AccountModels>().Catalogue.Knows(model.Code));

    private IRenderedComponent<FieldChanges> Render(SandboxModel model) =>
        Render<FieldChanges>(parameters => parameters.Add(changes => changes.Fields, [new FieldChange("Model", "gpt-4o", model.Code, IsCode: true)]));

    private int Listeners() =>
        ((Delegate?)typeof(AccountModels).GetField(nameof(AccountModels.Updated), BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(Host.Get<AccountModels>()))?.GetInvocationList().Length ?? 0;
}
