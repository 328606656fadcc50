"""Adding, moving and removing groups: parents, levels and the closure change in one transaction."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.errors import EditionRequired, Refusal
from store.groups import MAX_LEVEL, Group, GroupClosure
from store.portal import MAX_GROUP_LEVELS, Capability, Edition

# Moves exclude each other and all creations; creations exclude only moves.
_TREE_LOCK = 0x6C_70_74_72


class TooDeep(Refusal):
    """The group would be below the tenth level."""

    code = "GROUP_LEVELS_EXHAUSTED"


class WouldCreateCycle(Refusal):
    """The group would be moved below itself."""

    code = "GROUP_CYCLE"


async def lock_tree_shared(session: AsyncSession) -> None:
    """Prevent moves until the transaction ends. Acquire it before any row lock, to avoid deadlocks."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_TREE_LOCK)))


async def lock_tree(session: AsyncSession) -> None:
    """Prevent all other changes of the tree until the transaction ends. Acquire it before any row lock."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TREE_LOCK)))


async def insert(session: AsyncSession, group: Group, *, edition: Edition = Edition.ENTERPRISE) -> Group:
    """Add a new group below its `parent_id`, or at the top level if that is None.

    Raises TooDeep below the tenth level, and EditionRequired below the last level of the edition.
    """
    await lock_tree_shared(session)
    parent_level = 0
    if group.parent_id is not None:
        parent_level = await session.scalar(sa.select(Group.level).where(Group.id == group.parent_id)) or 0
    group.level = parent_level + 1
    _require_level(group.level, edition)
    session.add(group)
    await session.flush()
    above = sa.select(GroupClosure.ancestor_id, sa.literal(group.id, sa.Uuid), GroupClosure.depth + 1).where(
        GroupClosure.descendant_id == group.parent_id
    )
    await session.execute(sa.insert(GroupClosure).values(ancestor_id=group.id, descendant_id=group.id, depth=0))
    if group.parent_id is not None:
        await session.execute(sa.insert(GroupClosure).from_select(["ancestor_id", "descendant_id", "depth"], above))
    return group


async def move(session: AsyncSession, group: Group, to: UUID | None, *, edition: Edition = Edition.ENTERPRISE) -> None:
    """Move a group with its descendants below another parent, or to the top level (None).

    Raises TooDeep, EditionRequired or WouldCreateCycle before anything changes. A tree that is deeper than the edition
    allows, because the edition was larger before, may be moved but not become deeper (spec A15).
    """
    await lock_tree(session)
    await session.refresh(group)
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group.id)
    if to is not None and await session.scalar(sa.select(sa.literal(to, sa.Uuid).in_(below))):
        raise WouldCreateCycle("a group cannot be moved below itself; choose a group outside it")
    target_level = 0 if to is None else await session.scalar(sa.select(Group.level).where(Group.id == to)) or 0
    height = (
        await session.scalar(sa.select(sa.func.max(GroupClosure.depth)).where(GroupClosure.ancestor_id == group.id))
        or 0
    )
    deepest = target_level + 1 + height
    if deepest > group.level + height:
        _require_level(deepest, edition)

    inside = GroupClosure.descendant_id.in_(below)
    outside = GroupClosure.ancestor_id.not_in(below)
    await session.execute(
        sa.delete(GroupClosure).where(inside, outside), execution_options={"synchronize_session": False}
    )
    if to is not None:
        upper, lower = sa.orm.aliased(GroupClosure), sa.orm.aliased(GroupClosure)
        await session.execute(
            sa.insert(GroupClosure).from_select(
                ["ancestor_id", "descendant_id", "depth"],
                sa.select(upper.ancestor_id, lower.descendant_id, upper.depth + lower.depth + 1)
                .select_from(upper)
                .join(lower, sa.true())
                .where(upper.descendant_id == to, lower.ancestor_id == group.id),
            )
        )
    shift = target_level + 1 - group.level
    # The foreign key on (parent, level) is deferred, so a whole subtree changes its levels in one statement.
    await session.execute(
        sa.update(Group)
        .where(Group.id.in_(below))
        .values(
            level=Group.level + shift,
            parent_id=sa.case((Group.id == group.id, to), else_=Group.parent_id),
            version=Group.version + 1,
        ),
        execution_options={"synchronize_session": False},
    )
    await session.refresh(group)


async def remove(session: AsyncSession, group: Group, *, at: datetime) -> None:
    """Remove an empty group from the tree; its row remains, because the audit log refers to it.

    Outside the tree, only ISV administrators can see it.
    """
    await lock_tree(session)
    group.parent_id, group.level, group.deleted_at = None, 1, at
    await session.flush()
    await session.execute(
        sa.delete(GroupClosure).where(GroupClosure.descendant_id == group.id),
        execution_options={"synchronize_session": False},
    )


def _require_level(level: int, edition: Edition) -> None:
    if level > MAX_LEVEL:
        raise TooDeep(f"groups can be nested only up to level {MAX_LEVEL}", limit=MAX_LEVEL)
    if level > MAX_GROUP_LEVELS[edition]:
        minimum = next(each for each in Edition if MAX_GROUP_LEVELS[each] >= level)
        raise EditionRequired(Capability.GROUP_LEVELS, minimum)
