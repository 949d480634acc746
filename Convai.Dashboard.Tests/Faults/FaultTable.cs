using Convai.Dashboard.Features.Changes;
using Convai.Dashboard.Testing;

namespace Convai.Dashboard.Faults;

/// <summary>
/// The matrix, to be read like a document: what goes wrong at Convai, and what a designer is told of it in each place. Around
/// <see cref="Fault.Reading"/> is the text of the place: "The cast could not be loaded", "Nothing was changed" and so on.
/// </summary>
internal static class FaultTable
{
    private const string BadKey = "Convai rejected the API key. Ask the person who runs the dashboard to check it.";
    private const string Stranger = "Convai doesn't know this character. It may have been deleted.";
    private const string Unclear = "Convai's answer could not be understood. If this keeps happening, tell the person who runs the dashboard.";
    private const string BrokenOff = "The connection to Convai was lost before its answer was complete.";
    private const string OwnFault = "Convai is having problems right now";

    // A message after a save is its title, what happened, and what to do.
    private const string Nothing = "Nothing was changed";
    private const string MayArrive = "Convai still has the old values, but the change may still arrive. The history will show the result.";

    // In a row of a batch, and in the history, a failure is told as a kind, never in Convai's words.
    private const string ErrorRow = "Convai answered with an error.";
    private const string UnclearRow = "Convai's answer could not be understood.";
    private const string FaultRow = "Convai could not be reached, or had an internal error.";
    private const string LateRow = "Convai didn't answer in time.";

    public static readonly IReadOnlyList<Fault> All =
    [
        // The key and the plan.
        new("The key is rejected", At(401, """{"API_ERROR": "Invalid API key provided."}"""))
        { Reading = BadKey, Save = $"{Nothing} {BadKey}", State = ChangeState.Rejected, Row = "Convai rejected the API key.", PausesBatch = true },
        new("The key is rejected, in JSON that breaks off", new(SandboxFaultKind.MalformedKeyError))
        { Reading = BadKey, Save = $"{Nothing} {BadKey}", State = ChangeState.Rejected, Row = "Convai rejected the API key.", PausesBatch = true },
        new("The key is rejected, inside HTTP 200", At(200, """{"API_ERROR": "Invalid API key provided."}"""))
        { Reading = BadKey, Save = $"{Nothing} {BadKey}", State = ChangeState.Rejected, Row = "Convai rejected the API key.", PausesBatch = true },
        new("The plan does not allow it", At(403, """{"status": "error", "message": "This needs the Professional plan or above.", "transactionID": "tx-1"}"""))
        {
            Reading = "Convai answered with an error: “This needs the Professional plan or above.”",
            Save = $"{Nothing} The Convai plan of this account doesn't allow changes through the API. That needs the Professional plan or above. Convai says: “This needs the Professional plan or above.” Convai's reference: tx-1.",
            State = ChangeState.Rejected, Row = "The Convai plan of this account didn't allow changes. Convai's reference: tx-1.", PausesBatch = true,
        },

        // The character and the value.
        new("The character is unknown", At(400, """{"ERROR": "Could not fetch character details from all_characters table."}"""))
        {
            Reading = Stranger, List = "Convai answered with an error: “Could not fetch character details from all_characters table.”",
            Save = $"{Nothing} {Stranger}", State = ChangeState.Rejected, Row = "Convai doesn't know this character.",
        },
        new("A database call fails there, as for an unknown character", At(400, """{"ERROR": "INTERNAL SERVER ERROR, one or more database calls failed!"}"""))
        {
            Reading = Stranger, List = $"{OwnFault} (HTTP 400).",
            Save = $"Not changed so far {OwnFault} (HTTP 400). {MayArrive}", State = ChangeState.OutcomeUnknown, Row = FaultRow,
        },
        new("The value is rejected", At(400, """{"ERROR": "Invalid reasoning_effort 'xhigh' for model 'gpt-4o'. Supported values: ."}"""))
        {
            Reading = "Convai answered with an error: “Invalid reasoning_effort 'xhigh' for model 'gpt-4o'. Supported values: .”",
            Save = $"{Nothing} Convai rejected the value: “Invalid reasoning_effort 'xhigh' for model 'gpt-4o'. Supported values: .”", State = ChangeState.Rejected, Row = "Convai rejected the value.",
        },
        new("The value is rejected, as a list of details", At(422, """{"detail": [{"loc": ["body", "temperature"], "msg": "field required"}]}"""))
        {
            Reading = "Convai answered with an error: “field required”",
            Save = $"{Nothing} Convai rejected the value: “field required”", State = ChangeState.Rejected, Row = "Convai rejected the value.",
        },
        new("The answer repeats the key", new(SandboxFaultKind.EchoKey))
        {
            Reading = "Convai answered with an error: “Bad request with '…'.”",
            Save = $"{Nothing} Convai rejected the value: “Bad request with '…'.”", State = ChangeState.Rejected, Row = "Convai rejected the value.",
        },
        new("The words are hostile", At(400, """{"ERROR": "<script>alert(1)</script>\u0000\u202e\n\n\u0007gone"}"""))
        {
            Reading = "Convai answered with an error: “<script>alert(1)</script>� gone”",
            Save = $"{Nothing} Convai rejected the value: “<script>alert(1)</script>� gone”", State = ChangeState.Rejected, Row = "Convai rejected the value.",
        },

        // Too much was asked.
        new("Rate limit", At(429, """{"ERROR": "Too many requests."}"""))
        { Reading = "Convai's rate limit is reached. Try again in 60 seconds.", Save = $"{Nothing} Convai's rate limit is reached. Try again in 60 seconds.", State = ChangeState.Rejected, IsTriedAgain = true },
        new("Rate limit until the end of days", new(SandboxFaultKind.NeverAgain))
        { Reading = "Convai's rate limit is reached. Try again in 10 minutes.", Save = $"{Nothing} Convai's rate limit is reached. Try again in 10 minutes.", State = ChangeState.Rejected, IsTriedAgain = true },

        // A fault of Convai or of a proxy before it.
        new("Server error with a reference", new(SandboxFaultKind.ServerError))
        { Reading = $"{OwnFault} (HTTP 500).", Save = $"Not changed so far {OwnFault} (HTTP 500). Convai's reference: ref-4711. {MayArrive}", State = ChangeState.OutcomeUnknown, Row = $"{FaultRow} Convai's reference: ref-4711." },
        new("A gateway's page, HTTP 503", new(SandboxFaultKind.GatewayHtml))
        { Reading = $"{OwnFault} (HTTP 503).", Save = $"Not changed so far {OwnFault} (HTTP 503). {MayArrive}", State = ChangeState.OutcomeUnknown, Row = FaultRow },
        new("Not found, without a word", At(404, "{}"))
        {
            Reading = "Convai answered with an error (HTTP 404) and didn't say which. If this keeps happening, tell the person who runs the dashboard.",
            Save = $"{Nothing} Convai answered with an error (HTTP 404) and didn't say which. If this keeps happening, tell the person who runs the dashboard.", State = ChangeState.Unchanged, Row = ErrorRow,
        },
        new("An error inside HTTP 200", new(SandboxFaultKind.ErrorInside200))
        { Reading = "Convai answered with an error: “The request could not be processed.”", Save = $"{Nothing} Convai answered with an error: “The request could not be processed.”", State = ChangeState.Unchanged, Row = ErrorRow },
        new("Another error inside HTTP 200", new(SandboxFaultKind.StatusErrorInside200))
        {
            Reading = "Convai answered with an error: “Try again later.”",
            Save = $"{Nothing} Convai answered with an error: “Try again later.” Convai's reference: tx-0815.", State = ChangeState.Unchanged, Row = $"{ErrorRow} Convai's reference: tx-0815.",
        },

        // Answers that say nothing.
        Silent("A page, HTTP 200", new(SandboxFaultKind.Html)),
        Silent("A redirect", At(302, "")),
        Silent("Nothing at all", At(200, "")),
        Silent("JSON that breaks off", new(SandboxFaultKind.MalformedJson)),
        Silent("The word null", At(200, "null")),
        Silent("A list in place of an object", At(200, "[7]")),
        Silent("Wrong types", At(200, """{"characters": 7, "STATUS": {"a": [1]}, "character_id": ["x"], "character_name": {}, "personalised_prompt_config": "no"}""")),
        Silent("Nested without end", At(200, new string('[', 10_000))),
        Silent("Packed, it says, and is not", new(SandboxFaultKind.Mangled)),
        new("Ten gigabytes", new(SandboxFaultKind.TenGigabytes))
        {
            Reading = "Convai's answer is larger than the dashboard accepts. If this keeps happening, tell the person who runs the dashboard.",
            Save = $"Not changed so far Convai's answer is larger than the dashboard accepts. If this keeps happening, tell the person who runs the dashboard. {MayArrive}", State = ChangeState.OutcomeUnknown, Row = UnclearRow,
        },

        // The connection.
        new("Dropped", new(SandboxFaultKind.Drop))
        { Reading = BrokenOff, Save = $"Not changed so far {BrokenOff} {MayArrive}", State = ChangeState.OutcomeUnknown, Row = FaultRow },
        new("Half an answer", new(SandboxFaultKind.HalfAnswer))
        { Reading = BrokenOff, Save = $"Not changed so far {BrokenOff} {MayArrive}", State = ChangeState.OutcomeUnknown, Row = FaultRow },
        new("No answer", new(SandboxFaultKind.Hang))
        { Reading = "Convai didn't answer within 10 seconds.", Save = $"Not changed so far Convai didn't answer within 20 seconds. {MayArrive}", State = ChangeState.OutcomeUnknown, Row = LateRow },
        new("An answer without end", new(SandboxFaultKind.Drip))
        { Reading = "Convai didn't answer within 10 seconds.", Save = $"Not changed so far Convai didn't answer within 20 seconds. {MayArrive}", State = ChangeState.OutcomeUnknown, Row = LateRow },

        // Only writes.
        new("Carried out, then dropped", new(SandboxFaultKind.DropAfterApplying)) { Save = "Confirmed by Convai", State = ChangeState.Confirmed, IsApplied = true },
        new("Carried out, then called an error", new(SandboxFaultKind.ErrorAfterApplying)) { Save = "Confirmed by Convai", State = ChangeState.Confirmed, IsApplied = true },
        new("Carried out, then no answer", new(SandboxFaultKind.HangAfterApplying)) { Save = "Confirmed by Convai", State = ChangeState.Confirmed, IsApplied = true },
        new("Carried out, then half of SUCCESS", new(SandboxFaultKind.MangledAfterApplying)) { Save = "Confirmed by Convai", State = ChangeState.Confirmed, IsApplied = true },
        new("SUCCESS, and nothing done", new(SandboxFaultKind.IgnoreWrite))
        { Save = "Saved, not confirmed yet Convai accepted the change but still reports 0.70 instead of 0.12. The dashboard keeps checking; you can keep working.", State = ChangeState.OutcomeUnknown, IsAccepted = true, Row = "Convai reports 0.70 instead of 0.12." },
        new("Neither SUCCESS nor an error", At(200, """{"STATUS": "QUEUED"}"""))
        { Save = $"Not changed so far {Unclear} {MayArrive}", State = ChangeState.OutcomeUnknown, Row = UnclearRow },
    ];

    public static TheoryData<string> OfReads => [.. All.Where(fault => fault.Reading is not null).Select(fault => fault.Name)];

    public static TheoryData<string> OfWrites => [.. All.Select(fault => fault.Name)];

    public static Fault Find(string name) => All.Single(fault => fault.Name == name);

    private static Fault Silent(string name, SandboxFault answer) =>
        new(name, answer) { Reading = Unclear, Save = $"Not changed so far {Unclear} {MayArrive}", State = ChangeState.OutcomeUnknown, Row = UnclearRow };

    private static SandboxFault At(int status, string body) => new(SandboxFaultKind.Answer, Status: status, Body: body);
}

/// <summary>A line of the matrix.</summary>
internal sealed record Fault(string Name, SandboxFault Answer)
{
    /// <summary>What is said of a call that reads: the cast, a character, the account's list, before a save and after it. Null: it does not befall reads.</summary>
    public string? Reading { get; init; }

    /// <summary>The same of <c>character/list</c>, where it is something else.</summary>
    public string? List { get => field ?? Reading; init; }

    /// <summary>The message after a save.</summary>
    public required string Save { get; init; }

    /// <summary>The state of the save in the journal afterwards.</summary>
    public required ChangeState State { get; init; }

    /// <summary>Why the row of a batch has failed; null where it comes to be confirmed.</summary>
    public string? Row { get; init; }

    /// <summary>It waits for all the other rows as well.</summary>
    public bool PausesBatch { get; init; }

    /// <summary>A batch waits and tries again by itself.</summary>
    public bool IsTriedAgain { get; init; }

    /// <summary>Convai says that it worked: the save waits a second, and reads once more.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>Convai has the new values all the same.</summary>
    public bool IsApplied { get; init; }
}
