using Microsoft.Extensions.Options;

namespace Convai.Dashboard.Features.Rehearsals;

public sealed class RehearsalOptions
{
    public const string Section = "Rehearsals";

    /// <summary>How long answers are kept after a rehearsal has ended; then they are deleted. At least one day.</summary>
    public TimeSpan KeepAnswersFor { get; set; } = TimeSpan.FromDays(90);
}

internal sealed class RehearsalOptionsValidator : IValidateOptions<RehearsalOptions>
{
    public ValidateOptionsResult Validate(string? name, RehearsalOptions options) => options.KeepAnswersFor >= TimeSpan.FromDays(1) && options.KeepAnswersFor <= TimeSpan.FromDays(3650)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Rehearsals:KeepAnswersFor must be between 1.00:00:00 (one day) and 3650.00:00:00.");
}
