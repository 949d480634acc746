using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What becomes of a draft when Convai's values change under it.</summary>
public sealed class EditingStateTests
{
    private static readonly CharacterCoreSettings Opened = new("gpt-4o", 0.70m);

    [Fact]
    public void ApplyExternalChange_NothingNew_ChangesNothing()
    {
        var state = EditingState.From(Opened).WithTemperature(0.5m) with { ExternalChangeNote = "Said before." };
        Assert.Same(state, state.ApplyExternalChange(new CharacterCoreSettings("gpt-4o", 0.70m), "Jonas changed it."));
    }

    /// <summary>Such as the news of the page's own save, which comes from the database after the save has ended.</summary>
    [Fact]
    public void ApplyExternalChange_NoNoteAfterSave_KeepsPreviousNote()
    {
        var confirmed = new ChangeOutcome.Confirmed(1, Opened, new Character("a", "", Opened, null, null), new SettingsPatch(null, 0.7m), WasWritten: true);
        var state = EditingState.From(Opened) with { Outcome = confirmed, ExternalChangeNote = "Said before." };
        Assert.Same(state, state.ApplyExternalChange(Opened, null));
        Assert.Equal("Said since.", state.ApplyExternalChange(Opened, "Said since.").ExternalChangeNote);
    }

    [Theory]
    [InlineData("gpt-4o", "0.5", null, true)]
    [InlineData("gpt-4.1", "0.5", null, true)]
    [InlineData("gpt-4o", "0.6", null, false)]
    [InlineData("gpt-4o", null, null, false)]
    public void Confirmation_SavedFieldChanges_IsCleared(string? model, string? temperature, string? reasoning, bool stays)
    {
        var saved = Opened with { Temperature = 0.5m };
        var confirmed = new ChangeOutcome.Confirmed(1, Opened, new Character("a", "", saved, null, null), new SettingsPatch(null, 0.5m), WasWritten: true);
        var now = new CharacterCoreSettings(model, temperature is null ? null : decimal.Parse(temperature, System.Globalization.CultureInfo.InvariantCulture)) { Reasoning = reasoning };
        Assert.Equal(stays, EditingState.From(Opened).ApplyOutcome(confirmed).ApplyExternalChange(now, "Jonas changed it.").Outcome is not null);
    }

    [Theory]
    [InlineData("low", true)]
    [InlineData("high", false)]
    public void Confirmation_LevelChangedBySomeoneElse_IsCleared(string sent, bool stays)
    {
        var confirmed = new ChangeOutcome.Confirmed(1, Opened, new Character("a", "", Opened with { Reasoning = "low" }, null, null), new SettingsPatch(null, null, "low"), WasWritten: true);
        Assert.Equal(stays, EditingState.From(Opened).ApplyOutcome(confirmed).ApplyExternalChange(Opened with { Reasoning = sent }, "Jonas changed it.").Outcome is not null);
    }

    [Fact]
    public void Confirmation_SideEffectTemperatureChanges_IsCleared()
    {
        var after = new CharacterCoreSettings("gpt-4.1", 0.9m);
        var confirmed = new ChangeOutcome.Confirmed(1, Opened, new Character("a", "", after, null, null), new SettingsPatch("gpt-4.1", null), WasWritten: true);
        Assert.Null(EditingState.From(Opened).ApplyOutcome(confirmed).ApplyExternalChange(after with { Temperature = 0.2m }, "Jonas changed it.").Outcome);
    }

    [Fact]
    public void ApplyExternalChange_NoDraft_ShowsNewValuesAndAuthor()
    {
        var now = new CharacterCoreSettings("gpt-4.1", 0.9m);
        var state = EditingState.From(Opened).ApplyExternalChange(now, "Jonas changed it.");
        Assert.Equal(now, state.Saved);
        Assert.Equal(now, state.Shown);
        Assert.Equal("Jonas changed it.", state.ExternalChangeNote);
        Assert.True(state.Draft.Change.IsEmpty);
        Assert.False(state.HasConflictingEdits);
    }

    [Fact]
    public void ApplyExternalChange_NoNote_ClearsNote() =>
        Assert.Null((EditingState.From(Opened) with { ExternalChangeNote = "Said before." }).ApplyExternalChange(Opened with { Temperature = 0.9m }, null).ExternalChangeNote);

    [Fact]
    public void ApplyExternalChange_UneditedField_KeepsDraft()
    {
        var state = EditingState.From(Opened).WithTemperature(0.5m).ApplyExternalChange(Opened with { ModelCode = "gpt-4.1" }, "");
        Assert.Equal(new CharacterCoreSettings("gpt-4.1", 0.5m), state.Shown);
        Assert.Equal(new SettingsPatch(null, 0.5m), state.Draft.Change);
        Assert.Equal(new CharacterCoreSettings("gpt-4.1", 0.70m), state.Draft.Opened);
        Assert.False(state.HasConflictingEdits);
    }

    [Fact]
    public void ApplyExternalChange_EditedField_KeepsOpenedValues()
    {
        var state = EditingState.From(Opened).WithTemperature(0.5m).ApplyExternalChange(Opened with { Temperature = 0.9m }, "");
        Assert.Equal(0.9m, state.Saved.Temperature);
        Assert.Equal(0.5m, state.Shown.Temperature);
        Assert.Equal(Opened, state.Draft.Opened);
        Assert.True(state.HasConflictingEdits);
    }

    [Fact]
    public void WithModel_OpenedValueAfterRemoteChange_StaysAnEdit()
    {
        var state = EditingState.From(Opened).WithModel("gpt-4.1").WithTemperature(0.5m).ApplyExternalChange(new CharacterCoreSettings("claude-4-sonnet", 0.9m), "");
        state = state.WithModel("gpt-4o").WithTemperature(0.70m);
        Assert.Equal(Opened, state.Shown);
        Assert.Equal(new SettingsPatch("gpt-4o", 0.70m), state.Draft.Change);
        Assert.True(state.HasConflictingEdits);
    }

    [Fact]
    public void WithModel_CurrentRemoteValue_IsNotAnEdit()
    {
        var now = new CharacterCoreSettings("claude-4-sonnet", 0.9m);
        var state = EditingState.From(Opened).WithModel("gpt-4.1").WithTemperature(0.5m).ApplyExternalChange(now, "").WithModel("claude-4-sonnet").WithTemperature(0.9m);
        Assert.Equal((now, true, false), (state.Shown, state.Draft.Change.IsEmpty, state.HasConflictingEdits));
    }

    [Fact]
    public void ApplyExternalChange_OneOfTwoEditedFields_KeepsBoth()
    {
        var state = EditingState.From(Opened).WithModel("gpt-4.1").WithTemperature(0.5m).ApplyExternalChange(Opened with { Temperature = 0.9m }, "");
        Assert.Equal(new SettingsPatch("gpt-4.1", 0.5m), state.Draft.Change);
        Assert.Equal(Opened, state.Draft.Opened);
        Assert.True(state.HasConflictingEdits);
    }

    [Fact]
    public void ApplyExternalChange_SameValueAsDraft_ClearsTheEdit()
    {
        var state = EditingState.From(Opened).WithModel("gpt-4.1").WithTemperature(0.5m).ApplyExternalChange(Opened with { Temperature = 0.5m }, "");
        Assert.Equal(new SettingsPatch("gpt-4.1", null), state.Draft.Change);
        Assert.Equal(new CharacterCoreSettings("gpt-4o", 0.5m), state.Draft.Opened);
        Assert.False(state.HasConflictingEdits);
    }

    [Fact]
    public void ApplyExternalChange_ValueReverted_IsNoLongerConflicting()
    {
        var touched = EditingState.From(Opened).WithTemperature(0.5m).ApplyExternalChange(Opened with { Temperature = 0.9m }, "");
        Assert.False(touched.ApplyExternalChange(Opened, "").HasConflictingEdits);
    }

    [Fact]
    public void ApplyExternalChange_SinglePrecisionNoise_IsNotConflicting() =>
        Assert.False(EditingState.From(Opened).WithTemperature(0.5m).ApplyExternalChange(Opened with { Temperature = 0.69999999m }, "").HasConflictingEdits);

    [Fact]
    public void ApplyExternalChange_FieldHadNoValue_IsConflicting() =>
        Assert.True(EditingState.From(Opened with { Temperature = null }).WithTemperature(0.5m).ApplyExternalChange(Opened, "").HasConflictingEdits);

    [Fact]
    public void ApplyExternalChange_DuringConflict_ShowsConvaisCurrentValue()
    {
        var state = EditingState.From(Opened).WithTemperature(0.5m);
        state = state.ApplyOutcome(new ChangeOutcome.Conflict(Opened, At(0.9m), state.Draft.Change));
        var conflict = Assert.IsType<ChangeOutcome.Conflict>(state.ApplyExternalChange(Opened with { Temperature = 0.2m }, "").Outcome);
        Assert.Equal(0.2m, conflict.Now.Settings.Temperature);
        Assert.Equal(new SettingsPatch(null, 0.5m), conflict.Change);
    }

    [Fact]
    public void ApplyExternalChange_AfterFailure_KeepsShowingIt()
    {
        var failed = EditingState.From(Opened).WithTemperature(0.5m).ApplyOutcome(new ChangeOutcome.Rejected("No."));
        Assert.Same(failed.Outcome, failed.ApplyExternalChange(Opened with { ModelCode = "gpt-4.1" }, "").Outcome);
    }

    [Fact]
    public void HasConflictingEdits_WithoutDraft_IsFalse() =>
        Assert.False(new EditingState(Opened with { Temperature = 0.9m }, new SettingsDraft(Opened)).HasConflictingEdits);

    private static Character At(decimal temperature) => new("id", "Mira", Opened with { Temperature = temperature }, null, null);

    [Theory]
    [InlineData("", "claude-4-sonnet", "0.33")]
    [InlineData("Model", null, "0.33")]
    [InlineData("Temperature", "claude-4-sonnet", null)]
    [InlineData("Model Temperature", null, null)]
    public void Restore_FieldEditedSince_KeepsEditEvenAtSavedValue(string edited, string? model, string? temperature)
    {
        var stored = new SettingsDraft(Opened, "claude-4-sonnet", 0.33m);
        var fields = edited.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => Enum.Parse<SettingsField>(field)).ToHashSet();
        var state = EditingState.From(Opened).Restore(stored, At(0.7m), fields);
        Assert.Equal((model, temperature), (state.Draft.ModelCode, state.Draft.Temperature?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null(state.Outcome);
    }

    [Fact]
    public void Restore_FieldChangedSince_IsConflictAndKeepsEdit()
    {
        var stored = new SettingsDraft(Opened with { Temperature = 0.6m }, null, 0.33m);
        var state = EditingState.From(Opened).WithModel("claude-4-sonnet").Restore(stored, At(0.7m), new HashSet<SettingsField> { SettingsField.Model });
        Assert.Equal(("claude-4-sonnet", 0.33m), (state.Draft.ModelCode, state.Draft.Temperature));
        Assert.IsType<ChangeOutcome.Conflict>(state.Outcome);
    }
}
