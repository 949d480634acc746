using System.Security.Claims;
using Convai.Dashboard.Data;
using Convai.Dashboard.Domain;
using Convai.Dashboard.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Convai.Dashboard.Features.Characters;

/// <summary>The groups that a character of a file shall be in, by name; no others.</summary>
public sealed record GroupAssignment(string CharacterId, IReadOnlyList<string> Names);

/// <summary>What an act on groups has changed, so that it can be undone (<see cref="CharacterGroups.UndoAsync"/>).</summary>
/// <param name="Created">The groups that it created.</param>
/// <param name="Deleted">The groups that it deleted.</param>
/// <param name="Added">Who is in a group since then.</param>
/// <param name="Removed">Who was in a group until then.</param>
public sealed record GroupEdit(IReadOnlyList<CharacterGroup> Created, IReadOnlyList<CharacterGroup> Deleted, IReadOnlyList<GroupMember> Added, IReadOnlyList<GroupMember> Removed)
{
    /// <summary>How many characters are in another set of groups than before.</summary>
    public int Characters => Added.Concat(Removed).Select(member => member.CharacterId).Distinct(StringComparer.Ordinal).Count();
}

/// <summary>
/// The groups of the team: Viewers read them, Designers change them. Nothing of it is written to Convai. Each method throws <see cref="AccessDeniedException"/> if the
/// person lacks access, and the exceptions that <see cref="DatabaseError"/> describes.
/// </summary>
public sealed class CharacterGroups(IDbContextFactory<DashboardDbContext> contexts, Access access, CastDirectory cast)
{
    public const int MaxGroups = 100;

    private readonly Lock _lock = new();
    private GroupList? _list;
    private long _version;

    /// <summary>Raised after this server has changed a group, on the thread that did it.</summary>
    public event Action? Changed;

    /// <summary>Reads all groups: from the database once, then from memory until one changes.</summary>
    public async Task<GroupList> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Viewer, cancellationToken);
        long version;
        lock (_lock)
        {
            if (_list is { } known)
            {
                return known;
            }

            version = _version;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var groups = await db.Set<CharacterGroup>().AsNoTracking().ToListAsync(cancellationToken);
        var list = new GroupList(groups, await db.Set<GroupMember>().AsNoTracking().ToListAsync(cancellationToken));
        lock (_lock)
        {
            // A group that changed during the reading may be missing from it.
            _list = version == _version ? list : _list;
        }

        return list;
    }

    /// <summary>Another server may have changed a group: the next reading asks the database.</summary>
    public void InvalidateCache()
    {
        lock (_lock)
        {
            (_list, _version) = (null, _version + 1);
        }
    }

    /// <param name="name">1 to <see cref="CharacterGroup.MaxNameLength"/> characters, unique ignoring case.</param>
    public async Task<Result<CharacterGroup>> CreateAsync(ClaimsPrincipal user, string name, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        var clean = GroupNames.Clean(name);
        if (GroupNames.Validate(clean) is { } refusal)
        {
            return refusal;
        }

        await using var change = await BeginAsync(cancellationToken);
        if (change.Find(clean) is { } same)
        {
            return GroupText.NameTaken(same.Name);
        }

        if (await change.CreateAsync([(clean, 0)], cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        await CommitAsync(change, cancellationToken);
        return change.Created[0];
    }

    /// <param name="group">The group as the person saw it; if its name has changed since, nothing is done.</param>
    /// <param name="name">1 to <see cref="CharacterGroup.MaxNameLength"/> characters, unique ignoring case.</param>
    public async Task<Result> RenameAsync(ClaimsPrincipal user, CharacterGroup group, string name, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        var clean = GroupNames.Clean(name);
        if (GroupNames.Validate(clean) is { } refusal)
        {
            return refusal;
        }

        await using var change = await BeginAsync(cancellationToken);
        if (change.ValidateUnchanged(group) is { } changed)
        {
            return changed;
        }

        if (change.Find(clean) is { } same && same.Id != group.Id)
        {
            return GroupText.NameTaken(same.Name);
        }

        var normalized = CharacterGroup.Normalize(clean);
        await change.Db.Set<CharacterGroup>().Where(stored => stored.Id == group.Id)
            .ExecuteUpdateAsync(stored => stored.SetProperty(g => g.Name, clean).SetProperty(g => g.NormalizedName, normalized), cancellationToken);
        await CommitAsync(change, cancellationToken);
        return Result.Success;
    }

    /// <param name="group">The group as the person saw it; if its name has changed since, nothing is done.</param>
    public async Task<Result<GroupEdit>> DeleteAsync(ClaimsPrincipal user, CharacterGroup group, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var change = await BeginAsync(cancellationToken);
        if (change.ValidateUnchanged(group) is { } changed)
        {
            return changed;
        }

        var members = await change.Db.Set<GroupMember>().AsNoTracking().Where(member => member.GroupId == group.Id).ToListAsync(cancellationToken);
        await change.Db.Set<CharacterGroup>().Where(stored => stored.Id == group.Id).ExecuteDeleteAsync(cancellationToken);
        await CommitAsync(change, cancellationToken);
        return new GroupEdit([], [group], [], members);
    }

    /// <summary>Adds characters to a group, or removes them from it. Those that are in it already, or are not, stay as they are.</summary>
    /// <param name="characterIds">Only characters of the cast can be added.</param>
    public async Task<Result<GroupEdit>> SetMembersAsync(ClaimsPrincipal user, long groupId, IReadOnlyCollection<string> characterIds, bool isMember, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (isMember && !characterIds.All(IsInCast))
        {
            return GroupText.NotInCast;
        }

        await using var change = await BeginAsync(cancellationToken);
        if (!change.Groups.Exists(group => group.Id == groupId))
        {
            return GroupText.Gone;
        }

        var members = characterIds.Distinct(StringComparer.Ordinal).Select(id => new GroupMember(groupId, id)).ToList();
        await change.SetAsync(isMember ? members : [], isMember ? [] : members, cancellationToken);
        return await CommitAsync(change, cancellationToken);
    }

    /// <summary>Gives characters of the cast exactly the named groups, and creates those that do not exist.</summary>
    public async Task<Result<GroupEdit>> AssignAsync(ClaimsPrincipal user, IReadOnlyList<GroupAssignment> assignments, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        if (!assignments.All(assignment => IsInCast(assignment.CharacterId)))
        {
            return GroupText.NotInCast;
        }

        assignments = [.. assignments.Select(assignment => assignment with { Names = [.. assignment.Names.Select(GroupNames.Clean)] })];
        var names = assignments.SelectMany(assignment => assignment.Names).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Select(GroupNames.Validate).OfType<string>().FirstOrDefault() is { } refusal)
        {
            return refusal;
        }

        await using var change = await BeginAsync(cancellationToken);
        if (await change.CreateAsync([.. names.Where(name => change.Find(name) is null).Select(name => (name, 0L))], cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        var ids = assignments.Select(assignment => assignment.CharacterId).ToHashSet(StringComparer.Ordinal);
        var asked = assignments.SelectMany(assignment => assignment.Names.Select(name => new GroupMember(change.Find(name)!.Id, assignment.CharacterId))).ToHashSet();
        var now = await change.Db.Set<GroupMember>().AsNoTracking().ToListAsync(cancellationToken);
        await change.SetAsync(asked, [.. now.Where(member => ids.Contains(member.CharacterId) && !asked.Contains(member))], cancellationToken);
        return await CommitAsync(change, cancellationToken);
    }

    /// <summary>
    /// Undoes what an act has changed and no one has changed since: deleted groups return with their characters, characters leave the groups that they were added to, and
    /// created groups go unless someone has filled them.
    /// </summary>
    public async Task<Result> UndoAsync(ClaimsPrincipal user, GroupEdit edit, CancellationToken cancellationToken)
    {
        await access.RequireAsync(user, Role.Designer, cancellationToken);
        await using var change = await BeginAsync(cancellationToken);
        var deleted = edit.Deleted.Where(group => !change.Groups.Exists(stored => stored.Id == group.Id)).ToList();
        if (deleted.Select(group => change.Find(group.Name)).OfType<CharacterGroup>().FirstOrDefault() is { } same)
        {
            return GroupText.NameTaken(same.Name);
        }

        // With the same id, so that views and links that name it work again.
        if (await change.CreateAsync([.. deleted.Select(group => (group.Name, group.Id))], cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        var existing = change.Groups.Select(group => group.Id).ToHashSet();
        await change.SetAsync([.. edit.Removed.Where(member => existing.Contains(member.GroupId))], edit.Added, cancellationToken);
        foreach (var created in edit.Created)
        {
            await change.Db.Set<CharacterGroup>()
                .Where(group => group.Id == created.Id && !change.Db.Set<GroupMember>().Any(member => member.GroupId == group.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        await CommitAsync(change, cancellationToken);
        return Result.Success;
    }

    private bool IsInCast(string characterId) => cast.Last.Find(characterId) is not null;

    private async Task<GroupTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var db = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            var transaction = await db.Database.BeginSerialTransactionAsync(cancellationToken);
            return new GroupTransaction(db, transaction, await db.Set<CharacterGroup>().AsNoTracking().ToListAsync(cancellationToken));
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private async Task<GroupEdit> CommitAsync(GroupTransaction change, CancellationToken cancellationToken)
    {
        await change.Transaction.CommitAsync(cancellationToken);
        InvalidateCache();
        Changed?.Invoke();
        return new GroupEdit(change.Created, [], change.Added, change.Removed);
    }

    /// <summary>One act, in a transaction that the acts of others wait for.</summary>
    /// <param name="groups">The groups as they are in this transaction.</param>
    private sealed class GroupTransaction(DashboardDbContext db, IDbContextTransaction transaction, List<CharacterGroup> groups) : IAsyncDisposable
    {
        public DashboardDbContext Db => db;

        public IDbContextTransaction Transaction => transaction;

        public List<CharacterGroup> Groups => groups;

        public List<CharacterGroup> Created { get; } = [];

        public List<GroupMember> Added { get; } = [];

        public List<GroupMember> Removed { get; } = [];

        public CharacterGroup? Find(string name) => groups.Find(group => group.NormalizedName == CharacterGroup.Normalize(name));

        /// <summary>Why an act on the group that a person saw is refused; null if it is still the same.</summary>
        public string? ValidateUnchanged(CharacterGroup seen) => groups.Find(group => group.Id == seen.Id) switch
        {
            null => GroupText.Gone,
            { } now when !string.Equals(now.Name, seen.Name, StringComparison.Ordinal) => GroupText.Renamed(now.Name),
            _ => null,
        };

        /// <summary>Creates groups whose names are valid and free, or says that there would be too many.</summary>
        /// <param name="news">Each with the id that it had before it was deleted, or 0 for a new one.</param>
        public async Task<string?> CreateAsync(IReadOnlyList<(string Name, long Id)> news, CancellationToken cancellationToken)
        {
            if (groups.Count + news.Count > MaxGroups)
            {
                return GroupText.TooMany;
            }

            Created.AddRange(news.Select(group => new CharacterGroup { Id = group.Id, Name = group.Name, NormalizedName = CharacterGroup.Normalize(group.Name) }));
            groups.AddRange(Created);
            db.AddRange(Created);
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }

        /// <summary>Adds and removes those that are not added or removed yet.</summary>
        public async Task SetAsync(IReadOnlyCollection<GroupMember> added, IReadOnlyCollection<GroupMember> removed, CancellationToken cancellationToken)
        {
            var ids = added.Concat(removed).Select(member => member.GroupId).ToHashSet();
            var now = (await db.Set<GroupMember>().AsNoTracking().Where(member => ids.Contains(member.GroupId)).ToListAsync(cancellationToken)).ToHashSet();
            Added.AddRange(added.Where(member => !now.Contains(member)));
            Removed.AddRange(removed.Where(now.Contains));
            db.AddRange(Added);
            db.RemoveRange(Removed);
            await db.SaveChangesAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await db.DisposeAsync();
        }
    }
}
