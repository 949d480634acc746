using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Convai.Dashboard.Features.Rehearsals;

public enum RehearsalState
{
    /// <summary>Runs until every column has ended, across restarts of the server too.</summary>
    Running,

    /// <summary>Ended before every line was spoken (<see cref="Rehearsal.StoppedFor"/>).</summary>
    Stopped,

    /// <summary>Every column has ended, successfully or not.</summary>
    Done,
}

/// <summary>Why a rehearsal ended early.</summary>
public enum RehearsalStop
{
    /// <summary>A person asked for it.</summary>
    Asked,

    /// <summary>The person who started it may no longer rehearse.</summary>
    Role,

    /// <summary>Convai refuses every call because of the key.</summary>
    Refused,

    /// <summary>The quota of the account's plan is used up.</summary>
    Quota,

    /// <summary>Convai's rate limit is reached.</summary>
    RateLimited,

    /// <summary>The server now uses another account.</summary>
    OtherAccount,
}

/// <summary>One script, spoken to temporary copies of one character, each with settings of its own.</summary>
public sealed class Rehearsal
{
    public const int MaxCandidates = 3;
    public const int MaxLines = 10;
    public const int MaxLineLength = 500;
    public const int MaxRepeats = 5;
    public const int MaxRubricLength = 1_000;

    public long Id { get; init; }

    /// <summary>When it was started, and its source's settings were read; in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public required string CharacterId { get; init; }

    public required string CharacterName { get; init; }

    /// <summary>The person in whose name it runs.</summary>
    public required string PersonId { get; init; }

    public required string PersonName { get; init; }

    /// <summary>The account that it was started in (<see cref="AccountFingerprint"/>); it continues only there.</summary>
    public required string Account { get; init; }

    /// <summary>The script that its lines came from, unchanged; null for others.</summary>
    public long? ScriptId { get; init; }

    /// <summary>The script's name at the start.</summary>
    public string? ScriptName { get; init; }

    /// <summary>How often each column speaks its lines, each time in a session of its own; 1 to <see cref="MaxRepeats"/>.</summary>
    public required int Repeats { get; init; }

    /// <summary>Whether the copies may use the character's knowledge.</summary>
    public required bool IncludesKnowledge { get; init; }

    /// <summary>Whether nothing may tell the columns apart until <see cref="RevealedAt"/>.</summary>
    public required bool HidesNames { get; init; }

    /// <summary>The character of which a copy judges the columns; null without a judge.</summary>
    public string? JudgeId { get; init; }

    public string? JudgeName { get; init; }

    /// <summary>What the judge looks for, at most <see cref="MaxRubricLength"/> characters; set with <see cref="JudgeId"/>.</summary>
    public string? Rubric { get; init; }

    /// <summary>In UTC.</summary>
    public DateTimeOffset? RevealedAt { get; set; }

    public string? RevealedBy { get; set; }

    public RehearsalState State { get; set; }

    /// <summary>Set while <see cref="RehearsalState.Stopped"/>.</summary>
    public RehearsalStop? StoppedFor { get; set; }

    /// <summary>In UTC.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the answers were deleted, in UTC.</summary>
    public DateTimeOffset? AnswersDeletedAt { get; set; }

    public List<RehearsalLine> Lines { get; init; } = [];

    public List<RehearsalColumn> Columns { get; init; } = [];

    public List<RehearsalAnswer> Answers { get; init; } = [];

    public List<AnswerMark> Marks { get; init; } = [];

    public List<AnswerNote> Notes { get; init; } = [];

    /// <summary>Whether names, models and everything that would give them away must not be shown now.</summary>
    public bool IsHidden => HidesNames && RevealedAt is null;
}

/// <summary>A line that a player would say.</summary>
public sealed class RehearsalLine
{
    public long RehearsalId { get; init; }

    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required string Text { get; init; }
}

/// <summary>How far a column has come.</summary>
public enum ColumnState
{
    Waiting,
    Copying,
    Configuring,

    /// <summary>The copy has the column's settings, and neither tools nor memory.</summary>
    Verified,
    Speaking,

    /// <summary>Every line was spoken; Convai is asked what it used.</summary>
    Checking,
    Ended,

    /// <summary>It ended early (<see cref="RehearsalColumn.Failure"/>).</summary>
    Failed,
}

/// <summary>The settings that one copy speaks with.</summary>
public sealed class RehearsalColumn
{
    /// <summary>The column with the character's present settings.</summary>
    public const int Now = 0;

    /// <summary>Stands for the judge where its copy is recorded; no column has it.</summary>
    public const int Judge = -1;

    public const int MaxFailureLength = 600;

    public long RehearsalId { get; init; }

    /// <summary><see cref="Now"/>, or the number of the candidate from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The place on the screen from 0; random if names are hidden.</summary>
    public required int Position { get; init; }

    public string? ModelCode { get; init; }

    /// <summary>Null if it is not set in Convai.</summary>
    public decimal? Temperature { get; init; }

    /// <summary>A value as in <see cref="ReasoningEffort"/>; null leaves it as it is.</summary>
    public string? Reasoning { get; init; }

    public ColumnState State { get; set; }

    /// <summary>Why the column failed, as a sentence.</summary>
    public string? Failure { get; set; }

    /// <summary>The model that Convai says it used; a model code or a provider's name.</summary>
    public string? UsedModel { get; set; }

    /// <summary>The temperature that Convai says it used.</summary>
    public decimal? UsedTemperature { get; set; }

    /// <summary>What the judge gave it, 1 to 5; null until it has.</summary>
    public int? Score { get; set; }

    /// <summary>The judge's words, or why there is no verdict; the former are deleted with the answers.</summary>
    public string? Verdict { get; set; }

    public SettingsPatch Settings => new(ModelCode, Temperature, Reasoning);
}

public enum AnswerState
{
    Waiting,

    /// <summary>The line was sent; if the server dies now, an interaction may have been spent.</summary>
    Sent,
    Answered,

    /// <summary>Convai gave no answer.</summary>
    Failed,

    /// <summary>It is not known whether Convai answered. The line is never sent again.</summary>
    MaybeSpent,
}

/// <summary>What one copy said to one line, in one repeat.</summary>
public sealed class RehearsalAnswer
{
    public const int MaxFailureLength = 600;

    public long RehearsalId { get; init; }

    public required int Column { get; init; }

    /// <summary>From 0; all lines of a repeat are one conversation.</summary>
    public required int Repeat { get; init; }

    /// <summary>From 0.</summary>
    public required int Line { get; init; }

    public AnswerState State { get; set; }

    /// <summary>The character's words; null until it has answered, and once answers have been deleted.</summary>
    public string? Text { get; set; }

    /// <summary>Why there is no answer, as a sentence.</summary>
    public string? Failure { get; set; }

    /// <summary>From the request to the whole answer.</summary>
    public int? Milliseconds { get; set; }

    /// <summary>Convai's session, which the next line of the conversation continues.</summary>
    public string? SessionId { get; set; }
}

internal sealed class RehearsalConfiguration : IEntityTypeConfiguration<Rehearsal>
{
    public void Configure(EntityTypeBuilder<Rehearsal> builder)
    {
        builder.ToTable("Rehearsals");
        builder.Property(rehearsal => rehearsal.CharacterId).HasMaxLength(200);
        builder.Property(rehearsal => rehearsal.PersonId).HasMaxLength(64);
        builder.Property(rehearsal => rehearsal.PersonName).HasMaxLength(100);
        builder.Property(rehearsal => rehearsal.RevealedBy).HasMaxLength(100);
        builder.Property(rehearsal => rehearsal.Account).HasMaxLength(AccountFingerprint.Length);
        builder.Property(rehearsal => rehearsal.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(rehearsal => rehearsal.StoppedFor).HasConversion<string>().HasMaxLength(20);
        builder.Property(rehearsal => rehearsal.JudgeId).HasMaxLength(200);
        builder.Property(rehearsal => rehearsal.Rubric).HasMaxLength(Rehearsal.MaxRubricLength);
        builder.Property(rehearsal => rehearsal.ScriptName).HasMaxLength(Script.MaxNameLength);
        builder.HasIndex(rehearsal => rehearsal.State);
        builder.HasIndex(rehearsal => rehearsal.CharacterId);
        builder.HasMany(rehearsal => rehearsal.Lines).WithOne().HasForeignKey(line => line.RehearsalId);
        builder.HasMany(rehearsal => rehearsal.Columns).WithOne().HasForeignKey(column => column.RehearsalId);
        builder.HasMany(rehearsal => rehearsal.Answers).WithOne().HasForeignKey(answer => answer.RehearsalId);
        builder.HasMany(rehearsal => rehearsal.Marks).WithOne().HasForeignKey(mark => mark.RehearsalId);
        builder.HasMany(rehearsal => rehearsal.Notes).WithOne().HasForeignKey(note => note.RehearsalId);
    }
}

internal sealed class RehearsalLineConfiguration : IEntityTypeConfiguration<RehearsalLine>
{
    public void Configure(EntityTypeBuilder<RehearsalLine> builder)
    {
        builder.ToTable("RehearsalLines");
        builder.HasKey(line => new { line.RehearsalId, line.Number });
        builder.Property(line => line.Text).HasMaxLength(Rehearsal.MaxLineLength);
    }
}

internal sealed class RehearsalColumnConfiguration : IEntityTypeConfiguration<RehearsalColumn>
{
    public void Configure(EntityTypeBuilder<RehearsalColumn> builder)
    {
        builder.ToTable("RehearsalColumns");
        builder.HasKey(column => new { column.RehearsalId, column.Number });
        builder.Property(column => column.Reasoning).HasMaxLength(ReasoningEffort.MaxLength);
        builder.Property(column => column.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(column => column.Failure).HasMaxLength(RehearsalColumn.MaxFailureLength);
        builder.Property(column => column.UsedModel).HasMaxLength(200);
        builder.Property(column => column.Verdict).HasMaxLength(CopyClient.MaxVerdictLength);
    }
}

internal sealed class RehearsalAnswerConfiguration : IEntityTypeConfiguration<RehearsalAnswer>
{
    public void Configure(EntityTypeBuilder<RehearsalAnswer> builder)
    {
        builder.ToTable("RehearsalAnswers");
        builder.HasKey(answer => new { answer.RehearsalId, answer.Column, answer.Repeat, answer.Line });
        builder.Property(answer => answer.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(answer => answer.Failure).HasMaxLength(RehearsalAnswer.MaxFailureLength);
        builder.Property(answer => answer.SessionId).HasMaxLength(200);
    }
}
