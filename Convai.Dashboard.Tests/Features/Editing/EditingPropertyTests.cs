using System.Globalization;
using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Features.Models;
using Convai.Dashboard.Testing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Convai.Dashboard.Features.Editing;

/// <summary>What holds for every draft, whatever is edited and heard, and for whatever is typed.</summary>
[Properties(Arbitrary = [typeof(HostileValues), typeof(EditingPropertyTests)], MaxTest = 200, QuietOnSuccess = true)]
[Trait("Database", "None")]
public sealed class EditingPropertyTests
{
    private static readonly CultureInfo[] Cultures = [.. new[] { "", "de-DE", "tr-TR", "ar-SA", "fa-IR", "hi-IN" }.Select(CultureInfo.GetCultureInfo)];

    /// <summary>What can befall a draft: an edit of the person, or news from Convai.</summary>
    public static Arbitrary<Act> Acts() => Gen.OneOf(
        HostileValues.Changes().Generator.Select(change => new Act(change, null)),
        HostileValues.Settings().Generator.Select(now => new Act(null, now))).ToArbitrary();

    [Property]
    public void TypedText_ReturnsNumberOrError(string text, decimal? saved)
    {
        var value = TemperatureParser.Parse(text, saved, out var error);
        Assert.Equal(value is null, error is not null);
        Assert.True(value is null || value == saved || (TemperatureRules.IsInRange(value.Value) && value % TemperatureRules.Step == 0));
    }

    [Property]
    public void ConvaisValue_AnyCulture_CanBeRetyped(decimal saved)
    {
        var expected = TemperatureRules.Format(Math.Abs(saved % 2));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var other in Cultures)
            {
                CultureInfo.CurrentCulture = other;
                Assert.Equal(expected, TemperatureRules.Format(Math.Abs(saved % 2)));
                Assert.Equal(Math.Abs(saved % 2), TemperatureParser.Parse(expected, Math.Abs(saved % 2), out _));
                Assert.Equal(Math.Abs(saved % 2), TemperatureParser.Parse(expected.Replace('.', ','), Math.Abs(saved % 2), out _));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Property]
    public void SettingsPatch_Applied_IsMet(SettingsPatch change, CharacterCoreSettings settings)
    {
        Assert.True(change.IsSatisfiedBy(settings.With(change)));
        Assert.Equal(change.IsSatisfiedBy(settings), change.MissingFrom(settings).IsEmpty);
        Assert.Equal(change.Count, change.Fields.Count());
        Assert.True(SettingsPatch.From(settings).IsSatisfiedBy(settings));
    }

    [Property]
    public void Draft_FromPatch_ContainsRemainingChanges(SettingsPatch change, CharacterCoreSettings now)
    {
        var draft = SettingsDraft.From(change, now);
        Assert.Equal(change.MissingFrom(now), draft.Change);
        Assert.True(change.IsSatisfiedBy(draft.Current));
        Assert.Equal(draft, SettingsDraft.From(draft.Change, now));
    }

    [Property]
    public void Draft_IsIndependentOfEditOrder(CharacterCoreSettings opened, decimal temperature)
    {
        var draft = new SettingsDraft(opened);
        Assert.Equal(draft.WithModel("x").WithTemperature(temperature), draft.WithTemperature(temperature).WithModel("x"));
        Assert.True(draft.WithModel("x").WithTemperature(temperature).WithModel(opened.ModelCode ?? "x").WithTemperature(opened.Temperature).Change.IntersectFields(SettingsPatch.From(opened)).IsEmpty);
    }

    [Property]
    public void Editing_NeverLosesAnEdit(CharacterCoreSettings opened, Act[] acts)
    {
        var state = EditingState.From(opened);
        foreach (var act in acts)
        {
            var before = state.Draft.Change;
            state = act.ApplyTo(state);
            Assert.Equal(state.Saved.With(state.Draft.Change), state.Shown);
            // Of what was edited each field is still there, or Convai has it by now.
            Assert.True(act.Heard is null || before.IsSatisfiedBy(state.Shown), $"{act}: {before} is lost, {state.Shown} is shown.");
            Assert.True(act.Edited is null || act.Edited.IsSatisfiedBy(state.Shown), $"{act}: {state.Shown} is shown.");
            Assert.True(state.Draft.Change.IsEmpty || !state.Draft.Change.IsSatisfiedBy(state.Saved));
        }
    }

    [Property]
    public void Discard_AfterExternalChange_ShowsConvaisValues(CharacterCoreSettings opened, Act[] acts, CharacterCoreSettings now)
    {
        var state = acts.Aggregate(EditingState.From(opened), (state, act) => act.ApplyTo(state)).ApplyExternalChange(now, null).Discard();
        Assert.Equal((now, now, true, false), (state.Saved, state.Shown, state.Draft.Change.IsEmpty, state.HasConflictingEdits));
    }

    [Property]
    public void Undo_ShowsPreviousValues(CharacterCoreSettings before, SettingsPatch change)
    {
        var written = change.MissingFrom(before);
        var confirmed = new ChangeOutcome.Confirmed(1, before, new Character("a", "", before.With(written), null, null), written, WasWritten: true);
        var state = EditingState.From(before).ApplyOutcome(confirmed).Undo(confirmed);
        Assert.True(ChangeWriter.Inverse(confirmed).IsSatisfiedBy(state.Shown));
        Assert.True(!ChangeWriter.CanUndo(confirmed) || SettingsPatch.From(before).IsSatisfiedBy(state.Shown));
    }

    [Property]
    public void StoredDraft_RoundTrips(CharacterCoreSettings opened, SettingsPatch change)
    {
        var draft = SettingsDraft.From(change, opened);
        var stored = StoredDraft.Deserialize(StoredDraft.Serialize(draft, null));
        Assert.True(stored is null ? draft.Change.IsEmpty || draft.Temperature is < 0 or > 1 : stored.ToDraft() == draft);
    }

    [Property]
    public void StoredDraft_AnyText_ReturnsDraftOrNull(string text) => Assert.Null(Record.Exception(() => StoredDraft.Deserialize(text)));

    [Property]
    public void ModelSearch_ExtraWord_NeverAddsResults(string query, string word, CharacterCoreSettings settings)
    {
        var models = ModelLists.WithAccountList(new AccountModel("odd code\u202e", "Odd\u0301 name", false), new AccountModel("x", null, true));
        List<string> Find(string words) => [.. ModelSearch.Group(models, settings.ModelCode, new HashSet<string> { "x", "gpt-4o" }, words).SelectMany(group => group.Models).Select(model => model.Code)];
        var (found, narrower) = (Find(query), Find($"{query} {word}"));
        Assert.Equal(found.Distinct(StringComparer.Ordinal), found);
        Assert.Subset(found.ToHashSet(), narrower.ToHashSet());
        Assert.True(settings.ModelCode is null || narrower[0] == settings.ModelCode);
        Assert.Equal(word, string.Concat(ModelSearch.Highlight(word, query).Select(piece => piece.Text)));
    }

    public sealed record Act(SettingsPatch? Edited, CharacterCoreSettings? Heard)
    {
        public EditingState ApplyTo(EditingState state)
        {
            state = Heard is { } now ? state.ApplyExternalChange(now, null) : state;
            state = Edited?.ModelCode is { } code ? state.WithModel(code) : state;
            return Edited?.Temperature is { } temperature ? state.WithTemperature(temperature) : state;
        }
    }
}
