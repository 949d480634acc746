using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard;

/// <summary>Who may know whom.</summary>
[Trait("Database", "None")]
public sealed class ArchitectureTests(ArchitectureTests.House house) : IClassFixture<ArchitectureTests.House>
{
    /// <summary>All types and what each of them uses: two million objects, so nothing keeps them for longer than these tests run.</summary>
    public sealed class House
    {
        public IEnumerable<IType> Types { get; } = new ArchLoader().WithoutArchitectureCache().LoadAssembly(typeof(ConvaiClient).Assembly).Build().Types;
    }

    [Theory]
    [InlineData("Domain", "Features Components ConvaiApi Data Security Observability")]
    [InlineData("ConvaiApi", "Features Components Data Security Observability")]
    [InlineData("Data", "Features Components ConvaiApi Security Observability")]
    [InlineData("Security", "Features Components ConvaiApi Observability")]
    [InlineData("Components.Shared", "Features ConvaiApi Data Security Observability")]
    [InlineData("Observability", "Features Components")]
    public void Namespace_DoesNotDependOnForbiddenOnes(string room, string strangers)
    {
        var forbidden = strangers.Split(' ');
        Assert.NotEmpty(TypesOf(room));
        // EF generates the compiled models for all entities, wherever they are.
        AssertNone(
            from type in TypesOf(room)
            where !IsIn(type, "Data.CompiledModels")
            from target in Targets(type)
            where forbidden.Any(stranger => IsIn(target, stranger))
            select $"{type.FullName} knows {target.FullName}");
    }

    [Fact]
    public void ContractTypes_AreUsedOnlyByConvaiApi() =>
        AssertNone(from type in house.Types where IsIn(type, "") && !IsIn(type, "ConvaiApi") from target in Targets(type) where IsIn(target, "ConvaiApi.Contracts") select $"{type.FullName} knows {target.FullName}");

    [Fact]
    public void PictureAddressUri_IsReadOnlyByConvaiApiAndDomain() =>
        AssertNone(
            from type in house.Types
            where !IsIn(type, "ConvaiApi") && !IsIn(type, "Domain")
            from call in type.Dependencies.OfType<ArchUnitNET.Domain.Dependencies.MethodCallDependency>()
            where call.TargetMember.FullName.Contains("PictureAddress::get_Uri", StringComparison.Ordinal)
            select $"{type.FullName} calls {call.TargetMember.FullName}");

    // From the bottom to the top. Areas in the same line do not know each other.
    private static readonly string[][] Layers =
    [
        ["Domain", "Components.Shared"],
        ["ConvaiApi", "Data"],
        ["Security"],
        ["Features.Characters"],
        ["Features.Models", "Features.Team", "Features.Usage"],
        ["Features.Changes"],
        ["Features.Batches", "Features.Servers"],
        ["Features.History", "Features.Presets", "Features.SettingsFile"],
        ["Features.Rehearsals"],
        ["Features.Editing"],
        ["Features.Cast"],
        ["Features.About", "Features.Palette", "Features.Account"],
    ];

    /// <summary>Downwards only, so that no cycle of any length can exist. The same rule holds for services and components.</summary>
    [Fact]
    public void Features_DependOnlyOnLowerLayers()
    {
        var features = house.Types.Where(type => IsIn(type, "Features")).Select(type => Room(type.Namespace.FullName)).Where(room => room != "Features").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(Layers.SelectMany(layer => layer).Where(room => room.StartsWith("Features.", StringComparison.Ordinal)).Order(StringComparer.Ordinal), features);
        AssertNone(
            from layer in Enumerable.Range(0, Layers.Length)
            let below = Layers[..layer].SelectMany(rooms => rooms).ToHashSet(StringComparer.Ordinal)
            let known = Layers.SelectMany(rooms => rooms).ToHashSet(StringComparer.Ordinal)
            from room in Layers[layer]
            from type in TypesOf(room)
            where !IsIn(type, "Data.CompiledModels")
            from target in Targets(type)
            where target.Namespace is not null
            let stranger = Room(target.Namespace.FullName)
            where known.Contains(stranger) && stranger != room && !below.Contains(stranger)
            select $"{type.FullName} knows {target.FullName}");

        static string Room(string name)
        {
            var parts = name.Split('.');
            return string.Join('.', parts.Skip(2).Take(parts is [_, _, "Features" or "Components", ..] ? 2 : 1));
        }
    }

    /// <summary>The engine is used by pages and knows none.</summary>
    [Fact]
    public void ChangesNamespace_HasNoComponents() => AssertNone(from type in TypesOf("Features.Changes") where IsComponent(type) select type.FullName);

    [Fact]
    public void OnlyChangeCalls_WritesToConvai()
    {
        Assert.Equal(["Convai.Dashboard.Features.Changes.ChangeCalls"], CallersOf(member => member.Name.StartsWith("UpdateCharacterAsync", StringComparison.Ordinal)));
        Assert.Equal(
            ["Convai.Dashboard.Features.Changes.BatchItemWriter", "Convai.Dashboard.Features.Changes.ChangeWriter"],
            CallersOf(member => member.Name.StartsWith("WriteAsync", StringComparison.Ordinal) && member.DeclaringType.FullName == "Convai.Dashboard.Features.Changes.ChangeCalls"));
    }

    /// <summary>A plain id never becomes a copy anywhere else, and everything that speaks, writes or deletes for rehearsals accepts copies alone.</summary>
    [Fact]
    public void OnlyCharacterCopies_CreatesCopies()
    {
        Assert.Equal(["Convai.Dashboard.Features.Characters.CharacterCopies"], CallersOf(member => member.Name.StartsWith(".ctor", StringComparison.Ordinal) && member.DeclaringType.FullName == typeof(CharacterCopy).FullName));
        Assert.Equal(["ColumnSetup", "CopyRemoval", "LineSuggestions", "RehearsalExecution", "RehearsalJudge"], CallersOf(member => member.DeclaringType.FullName == typeof(CopyClient).FullName && !member.Name.StartsWith("get_", StringComparison.Ordinal)).Select(type => type["Convai.Dashboard.Features.Rehearsals.".Length..]));
        Assert.All(
            typeof(CopyClient).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly),
            method => Assert.True(method.Name is nameof(CopyClient.CloneAsync) or nameof(CopyClient.ReadUsedSettingsAsync) || method.GetParameters()[0].ParameterType == typeof(CharacterCopy), method.Name));
    }

    private IEnumerable<string> CallersOf(Func<ArchUnitNET.Domain.IMember, bool> isMeant) => house.Types
        .Where(type => !IsIn(type, "ConvaiApi") && type.Dependencies.OfType<ArchUnitNET.Domain.Dependencies.MethodCallDependency>().Any(call => isMeant(call.TargetMember)))
        .Select(type => type.FullName.Split('/', '+')[0])
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static readonly string[] MaySubtractTimes =
    [
        // The monotonic clock itself.
        "Convai.Dashboard.Data.MonotonicClock",
        // Stored times, by the monotonic clock: ages shown, limits of what counts as old, the order of readings and writes.
        "Convai.Dashboard.Components.Shared.TimeText",
        "Convai.Dashboard.Features.Cast.CastOverview",
        "Convai.Dashboard.Features.Changes.ChangeJournal",
        "Convai.Dashboard.Features.Characters.CharacterCopies",
        "Convai.Dashboard.Features.Rehearsals.CopyRemoval",
        "Convai.Dashboard.Features.Rehearsals.RehearsalEvidence",
        "Convai.Dashboard.Features.Rehearsals.RehearsalWorker",
        "Convai.Dashboard.Features.Changes.JournalReconciler",
        "Convai.Dashboard.Features.Servers.PostgresChangeFeed",
        "Convai.Dashboard.Security.SignInSessions",
        // When the provider says that it asked the person, by its own clock.
        "Convai.Dashboard.Features.Account.OidcScheme",
        // Two times of Convai's own clock.
        "Convai.Dashboard.ConvaiApi.RetryAfterExtensions",
    ];

    /// <summary>
    /// A duration comes from timestamps, because the computer's clock may be set. What subtracts times of day all the same is listed here, with the reason.
    /// </summary>
    [Fact]
    public void WallClockTimes_AreSubtractedOnlyInAllowedTypes() =>
        Assert.Equal(
            MaySubtractTimes.Order(StringComparer.Ordinal),
            (from type in typeof(ConvaiClient).Assembly.GetTypes()
             from method in type.GetMethods(EveryMethod).Cast<MethodBase>().Concat(type.GetConstructors(EveryMethod))
             where Calls(method).Any(called => called is { Name: "op_Subtraction" or "Subtract" } && (called.DeclaringType == typeof(DateTimeOffset) || called.DeclaringType == typeof(DateTime)))
             select type.FullName!.Split('+')[0]).Distinct().Order(StringComparer.Ordinal));

    private const BindingFlags EveryMethod = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>What follows each byte that may be a call: anything else seldom names a method.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + 5 <= code.Length; at++)
        {
            if (code[at] == 0x28 && Resolve(BitConverter.ToInt32(code, at + 1)) is { } called)
            {
                yield return called;
            }
        }

        // Times are no generic types: their methods need no arguments to be resolved.
        MethodBase? Resolve(int token)
        {
            try
            {
                return (token >> 24) == 0x0A ? method.Module.ResolveMethod(token) : null;
            }
            catch (Exception exception) when (exception is ArgumentException or BadImageFormatException)
            {
                return null;
            }
        }
    }

    private static void AssertNone(IEnumerable<string> offences) => Assert.True(!offences.Any(), string.Join(Environment.NewLine, offences));

    private IEnumerable<IType> TypesOf(string room) => house.Types.Where(type => IsIn(type, room));

    // ArchUnitNET takes generic parameters of the same name in two generated classes for one and the same.
    private static IEnumerable<IType> Targets(IType type) => type.Dependencies.Select(dependency => dependency.Target).Where(target => target is not GenericParameter);

    private static bool IsIn(IType type, string room) =>
        $"{type.Namespace?.FullName}.".StartsWith(room.Length == 0 ? "Convai.Dashboard." : $"Convai.Dashboard.{room}.", StringComparison.Ordinal);

    private static bool IsComponent(IType type) => type is Class { InheritedClasses: var bases } && bases.Any(inherited => inherited.Name == "ComponentBase");
}
