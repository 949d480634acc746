using Convai.Dashboard.ConvaiApi;
using Convai.Dashboard.Data;
using Convai.Dashboard.Features.Cast;
using Convai.Dashboard.Features.Characters;
using Convai.Dashboard.Features.Presets;
using Convai.Dashboard.Features.Rehearsals;
using Convai.Dashboard.Features.Team;
using Convai.Dashboard.Security;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace Convai.Dashboard.Features.Palette.Sources;

/// <summary>What can be done from every page, by the person's role. The services behind each act check the role again.</summary>
internal sealed class ActionSource(IOptions<AuthenticationOptions> authOptions, ConvaiClient convai, CastDirectory directory) : IPaletteSource
{
    private static readonly PaletteEntry[] ForDesigners =
    [
        DialogEntry("New preset…", "A model, a temperature or a reasoning level under one name", "create add", async dialogs => await PresetDialog.ShowAsync(dialogs, null) ? "presets" : null),
        DialogEntry("New rehearsal…", "Hear a character with other settings", "create add rehearse", async dialogs =>
        {
            await NewRehearsalDialog.ShowAsync(dialogs);
            return null;
        }),
        new("Replace retiring models…", "Characters whose models are going away", "./?review=models", "change swap retire retired deprecated unavailable models"),
        DialogEntry("New script…", "Lines to rehearse with", "create add", async dialogs => await ScriptDialog.ShowAsync(dialogs, null, []) ? "rehearsals" : null),
    ];

    private static readonly PaletteEntry Invite = DialogEntry("Invite someone…", "Creates a link that you send yourself", "add person colleague", async dialogs =>
    {
        await InviteDialog.ShowAsync(dialogs);
        return null;
    });

    private static readonly PaletteEntry StartOver = new("Start over (sandbox)…", "Under About this server: the invented cast as it was at first", "about", "reset restart sandbox");

    private static readonly PaletteEntry[] LocalAccount =
    [
        new("Authenticator app", "A second step when you sign in", "account/authenticator", "two factor 2fa mfa second step code"),
        new("New recovery codes…", "To sign in without the authenticator app", "account/recovery-codes", "two factor 2fa mfa authenticator lost phone"),
    ];

    private static readonly PaletteEntry[] ForEveryone =
    [
        DialogEntry("Groups…", "The team's labels for characters", "group label tag", async dialogs =>
        {
            await new BatchDialogs(dialogs).ShowGroupsAsync();
            return null;
        }),
        DialogEntry("What the labels mean", "Flagship, Retired soon and the others", "label legend badge help", async dialogs =>
        {
            await LabelsDialog.ShowAsync(dialogs);
            return null;
        }),
        new("Export the cast as JSON", "The settings of all characters", new PaletteAction.Download("cast/export.json"), "download file"),
        new("Export the cast as CSV", "The settings of all characters", new PaletteAction.Download("cast/export.csv"), "download file spreadsheet"),
        new("Export the history as CSV", "Every recorded change", new PaletteAction.Download("history/export.csv"), "download file spreadsheet"),
        new("Switch the theme", "Light or dark", new PaletteAction.Click("[data-theme-switch]"), "light dark colours"),
        new("Keyboard shortcuts", "All keys", new PaletteAction.Click("[data-shortcuts]"), "help"),
        new("Sign out", "In this browser", new PaletteAction.Click("[data-sign-out] button"), "log off"),
    ];

    public string Heading => "Actions";

    public PaletteVisibility Visibility => PaletteVisibility.Always;

    public Task<IReadOnlyList<PaletteEntry>> ReadAsync(PaletteContext context, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PaletteEntry>>(
    [
        .. context.Role >= Role.Designer ? ForDesigners : [],
        .. context.Role >= Role.Admin && authOptions.Value.LocalAccounts ? [Invite] : Array.Empty<PaletteEntry>(),
        .. context.Role >= Role.Admin && convai.IsSandbox ? [StartOver] : Array.Empty<PaletteEntry>(),
        DialogEntry("Refresh the cast", "Load Convai's values again", "reload sync read", async _ =>
        {
            await directory.ReadAsync(forceRefresh: true, CancellationToken.None);
            return "./";
        }),
        .. authOptions.Value.LocalAccounts ? LocalAccount : [],
        .. ForEveryone,
    ]);

    private static PaletteEntry DialogEntry(string name, string detail, string text, Func<IDialogService, Task<string?>> open) => new(name, detail, new PaletteAction.OpenDialog(open), text);
}
