"""The tree of groups: creating, renaming, moving and deleting groups."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.offboarding import return_after_move
from store.db.base import new_id
from store.errors import Conflict
from store.groups import Group, GroupKind, clean_name
from store.portal import Capability, Portal, portal_id
from store.queries import groups, offboarding
from store.services import grant_revocation, group_content, group_tree
from store.services.cloud_containers import new_cloud_container

_VENDOR_KINDS = (GroupKind.ISV, GroupKind.RESELLER)


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A group that is new, has changed or was deleted."""

    group: Group


@use_case("groupCreate")
async def create_group(
    gate: Gate, *, name: str, kind: GroupKind, parent_id: UUID | None = None, is_internal: bool | None = None
) -> GroupChanged:
    """Create a group below another one, or at the top level, with its cloud container."""
    await gate.run(group_tree.lock_tree_shared)
    await _require_parent(gate, parent_id)
    if kind in _VENDOR_KINDS or is_internal:
        await _require_tag(gate, parent_id, kind)
    group = Group(id=new_id(), name=clean_name(name), parent_id=parent_id, kind=kind, is_internal=False)
    group.classify(is_internal=is_internal)
    gate.record("group.created", group)
    await gate.run(group_tree.insert, group, edition=gate.actor.portal.edition)
    gate.add(new_cloud_container(group))
    await gate.authorize_new(group, to="rename")
    return GroupChanged(group=group)


@use_case("groupRename")
async def rename_group(gate: Gate, *, group_id: UUID, name: str) -> GroupChanged:
    """Rename a group; its own administrators may do this as well."""
    group = await gate.one(Group, group_id, to="rename")
    group.rename(name)
    gate.record("group.renamed", group)
    return GroupChanged(group=group)


@use_case("groupModify")
async def modify_group(
    gate: Gate, *, group_id: UUID, kind: GroupKind | None = None, is_internal: bool | None = None
) -> GroupChanged:
    """Change the kind of a group; only the vendor decides which groups are resellers and vendor departments."""
    group = await gate.one(Group, group_id, to="modify")
    if is_internal is not None or (kind not in (None, group.kind) and {kind, group.kind} & set(_VENDOR_KINDS)):
        await _require_tag(gate, group_id, kind)
    group.classify(kind=kind, is_internal=is_internal)
    gate.record("group.modified", group)
    return GroupChanged(group=group)


@use_case("groupMove")
async def move_group(gate: Gate, *, group_id: UUID, parent_id: UUID | None = None) -> GroupChanged:
    """Move a group with its subtree below another group; what the groups above had assigned into it returns to them.

    Raises Conflict where another request changed the group while this one waited for the tree.
    """
    seen = (await gate.one(Group, group_id, to="move", lock=False)).version
    await gate.run(group_tree.lock_tree)
    group = await gate.one(Group, group_id, to="move")
    if group.version != seen:
        raise Conflict("another request changed this group at the same moment; read it again and repeat the request")
    await _require_parent(gate, parent_id)
    group.require_not_deleted()
    former = group.parent_id
    entry = gate.record("group.moved", group)
    entry.before, entry.after = ({"parent_id": None if each is None else str(each)} for each in (former, parent_id))
    await gate.run(group_tree.move, group, parent_id, edition=gate.actor.portal.edition)
    await return_after_move(gate, group, former_parent_id=former)
    await gate.authorize_new(group, to="move")
    return GroupChanged(group=group)


@use_case("groupDelete")
async def delete_group(gate: Gate, *, group_id: UUID, move_content_to_parent: bool = False) -> GroupChanged:
    """Delete an empty group, or one whose content moves to its parent (spec A11)."""
    await gate.run(group_tree.lock_tree)
    group = await gate.one(Group, group_id, to="delete")
    group.require_not_deleted()
    parent = None
    if group.parent_id is not None:
        parent = await gate.one(Group, group.parent_id, to="read", lock=False)
    # An activation that is being made in the cloud of the group is waited for, and a later one meets a deleted container.
    await gate.run(offboarding.lock_group_cloud, group.id)
    if move_content_to_parent and parent is not None:
        for activation in await gate.run(groups.lock_activations_in_cloud, group.id):
            activation.withdraw(at=gate.now)
        await gate.flush()
        await gate.run(group_content.move_to_parent, group, parent.id)
    await gate.run(group_content.require_empty, group)
    await gate.run(group_content.delete_dependents, group)
    await gate.run(grant_revocation.revoke_of_scope, group.id, at=gate.now)
    entry = gate.record("group.deleted", group, about=parent)
    entry.before, entry.after = {"name": group.name}, {"deleted_at": gate.now.isoformat()}
    await gate.run(group_tree.remove, group, at=gate.now)
    return GroupChanged(group=group)


async def _require_parent(gate: Gate, parent_id: UUID | None) -> None:
    """Below a group its administrators create and move groups, at the top level the vendor does."""
    if parent_id is None:
        await gate.one(Portal, await gate.run(portal_id), to="create_top_level_group", lock=False)
        return
    (await gate.one(Group, parent_id, to="create_subgroup", lock=False)).require_not_deleted()


async def _require_tag(gate: Gate, group_id: UUID | None, kind: GroupKind | None) -> None:
    """The vendor decides which groups are resellers and vendor departments."""
    if group_id is not None:
        await gate.one(Group, group_id, to="tag", lock=False)
    if kind is GroupKind.RESELLER:
        gate.require(Capability.RESELLER_MANAGEMENT)
