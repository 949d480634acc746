using System.Runtime.InteropServices;

/// <summary>
/// Loaded by the runtime into each program that is measured (<c>DOTNET_STARTUP_HOOKS</c>), which so need not know of it: at a signal it
/// collects its garbage and writes down what is left. The runtime finds it by this name, outside any namespace.
/// </summary>
internal static class StartupHook
{
    public const string ReportVariable = "MEMORY_REPORT";

    // SIGUSR1 on Linux; the enumeration names only what every system has.
    private const PosixSignal Asked = (PosixSignal)10;

    private static PosixSignalRegistration? _listening;

    public static void Initialize()
    {
        var report = Environment.GetEnvironmentVariable(ReportVariable)!;
        _listening = PosixSignalRegistration.Create(Asked, context =>
        {
            context.Cancel = true;
            for (var round = 0; round < 3; round++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            File.WriteAllText($"{report}.new", $"{GC.GetTotalMemory(forceFullCollection: false)} {Environment.WorkingSet}");
            File.Move($"{report}.new", report);
        });
    }
}
