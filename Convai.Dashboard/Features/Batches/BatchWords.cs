using Convai.Dashboard.ConvaiApi;

namespace Convai.Dashboard.Features.Batches;

/// <summary>Batches in the designer's language; the same words on every page.</summary>
public static class BatchWords
{
    public static string Characters(int count) => count == 1 ? "1 character" : $"{count} characters";

    public static string Title(SettingsChange change) => string.Join(" · ", change.Fields.Select(field =>
        field.ModelCode is { } code ? $"Model → {code}" : $"Temperature → {Temperature.Format(field.Temperature!.Value)}"));
}
