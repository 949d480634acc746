using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Convai.Dashboard.Features.Batches;

/// <summary>The names of the marks in the database. They never change: a mark that is renamed in code keeps the name that earlier versions stored.</summary>
public sealed class BatchItemMarkNames() : ValueConverter<BatchItemMark, string>(mark => GetName(mark), name => Parse(name))
{
    private const string Excluded = "LeftOut";

    public static string GetName(BatchItemMark mark) => mark == BatchItemMark.Excluded ? Excluded : mark.ToString();

    public static BatchItemMark Parse(string name) => name == Excluded ? BatchItemMark.Excluded : Enum.Parse<BatchItemMark>(name);
}
