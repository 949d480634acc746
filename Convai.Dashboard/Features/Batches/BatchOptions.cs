using System.ComponentModel.DataAnnotations;

namespace Convai.Dashboard.Features.Batches;

public sealed class BatchOptions
{
    public const string Section = "Batches";

    /// <summary>How many characters of one batch are written at the same time, if the rate limit allows it.</summary>
    [Range(1, 32, ErrorMessage = "Batches:Parallelism must be between 1 and 32.")]
    public int Parallelism { get; set; } = 4;
}
