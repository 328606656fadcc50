"""The tree of groups: it grows, groups get other names and places, and what is empty goes."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.offboarding import take_back_outside
from store.activations import Activation
from store.db.base import new_id
from store.errors import Conflict, NotFound
from store.groups import Group, GroupKind, clean_name
from store.portal import Capability, Portal
from store.products import CategoryGrant
from store.services import group_content, group_tree
from store.services.cloud_containers import new_cloud_container
from store.services.grant_revocation import revoke_grants

_TAGS = (GroupKind.ISV, GroupKind.RESELLER)


@use_case("groupCreate")
async def create_group(
    gate: Gate,
    *,
    name: str,
    kind: GroupKind,
    parent_id: UUID | None = None,
    is_internal: bool | None = None,
) -> None:
    """A group below another one, or at the top of a tree of its own; its cloud container is there at once."""
    await group_tree.lock_tree_shared(gate.session)
    await _require_parent(gate, parent_id)
    if kind in _TAGS or is_internal:
        await _require_tag(gate, parent_id, kind)
    group = Group(id=new_id(), name=clean_name(name), parent_id=parent_id, kind=kind, is_internal=False)
    group.classify(is_internal=is_internal)
    gate.record("group.created", group)
    await group_tree.insert(gate.session, group, edition=gate.actor.portal.edition)
    gate.add(new_cloud_container(group))
    await gate.authorize_new(group, to="rename")


@use_case("groupRename")
async def rename_group(gate: Gate, *, group_id: UUID, name: str) -> None:
    """An administrator may give his own group another name, too."""
    group = await gate.one(Group, group_id, to="rename")
    group.rename(name)
    gate.record("group.renamed", group)


@use_case("groupModify")
async def modify_group(
    gate: Gate,
    *,
    group_id: UUID,
    kind: GroupKind | None = None,
    is_internal: bool | None = None,
) -> None:
    """Say what a group stands for; resellers and departments of the vendor are named by the vendor."""
    group = await gate.one(Group, group_id, to="modify")
    if is_internal is not None or (kind not in (None, group.kind) and {kind, group.kind} & set(_TAGS)):
        await _require_tag(gate, group_id, kind)
    group.classify(kind=kind, is_internal=is_internal)
    gate.record("group.modified", group)


@use_case("groupMove")
async def move_group(gate: Gate, *, group_id: UUID, parent_id: UUID | None = None) -> None:
    """Hang a group, with all below it, under another one. What the groups above had lent to it goes back to them.

    Of two who move one group at the same moment the second is told so: he has not seen where it is now.
    """
    seen = (await gate.one(Group, group_id, to="move", lock=False)).version
    await group_tree.lock_tree(gate.session)
    group = await gate.one(Group, group_id, to="move")
    if group.version != seen:
        raise Conflict("somebody else has changed this group at the same moment; look at it and repeat the request")
    await _require_parent(gate, parent_id)
    group.require_not_deleted()
    former = group.parent_id
    entry = gate.record("group.moved", group)
    entry.before, entry.after = ({"parent_id": None if each is None else str(each)} for each in (former, parent_id))
    await group_tree.move(gate.session, group, parent_id, edition=gate.actor.portal.edition)
    await take_back_outside(gate, below=group)
    await gate.authorize_new(group, to="move")


@use_case("groupDelete")
async def delete_group(gate: Gate, *, group_id: UUID, move_content_to_parent: bool = False) -> None:
    """Take an empty group out of the tree, or one whose content goes up to its parent (spec A11)."""
    await group_tree.lock_tree(gate.session)
    group = await gate.one(Group, group_id, to="delete")
    group.require_not_deleted()
    parent = None
    if group.parent_id is not None:
        parent = await gate.one(Group, group.parent_id, to="read", lock=False)
    if move_content_to_parent and parent is not None:
        await _empty(gate, group, parent)
    await group_content.require_empty(gate.session, group)
    await group_content.delete_dependents(gate.session, group)
    await revoke_grants(gate.session, CategoryGrant.scope_group_id == group.id, at=gate.now)
    entry = gate.record("group.deleted", group, about=parent)
    entry.before, entry.after = {"name": group.name}, {"deleted_at": gate.now.isoformat()}
    await group_tree.remove(gate.session, group, at=gate.now)


async def _empty(gate: Gate, group: Group, parent: Group) -> None:
    active = sa.select(Activation).where(*group_content.counting_in_group_cloud(group.id))
    for each in await gate.session.scalars(
        active.options(joinedload(Activation.container)).with_for_update(of=Activation),
    ):
        each.withdraw(at=gate.now)
    await gate.session.flush()
    await group_content.move_to_parent(gate.session, group, parent.id)
    await gate.session.refresh(group)


async def _require_parent(gate: Gate, parent_id: UUID | None) -> None:
    """Whoever may hang something here: below a group its administrators, at the top the vendor."""
    if parent_id is None:
        await _require_portal(gate, to="create_top_level_group")
        return
    (await gate.one(Group, parent_id, to="create_subgroup", lock=False)).require_not_deleted()


async def _require_tag(gate: Gate, group_id: UUID | None, kind: GroupKind | None) -> None:
    if group_id is not None:
        await gate.one(Group, group_id, to="tag", lock=False)
    if kind is GroupKind.RESELLER:
        gate.require(Capability.RESELLER_MANAGEMENT)


async def _require_portal(gate: Gate, *, to: str) -> None:
    portal_id = await gate.session.scalar(sa.select(Portal.id))
    if portal_id is None:
        raise NotFound("the portal is not set up")
    await gate.one(Portal, portal_id, to=to, lock=False)
