"""Growing, moving and pruning the tree of groups: parents, levels and the closure change in one transaction."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.errors import Refusal
from store.groups import MAX_LEVEL, Group, GroupClosure

# Moves exclude each other and every creation; creations only exclude moves. The number is the portal's own choice.
_TREE_LOCK = 0x6C_70_74_72


class TooDeep(Refusal):
    """The tree would get an eleventh level."""

    code = "GROUP_LEVELS_EXHAUSTED"


class WouldLoop(Refusal):
    """A group cannot be moved below itself."""

    code = "GROUP_CYCLE"


class GroupNotEmpty(Refusal):
    """A group with content stays (spec A11)."""

    code = "GROUP_NOT_EMPTY"


async def plant(session: AsyncSession, group: Group) -> Group:
    """Add a new group below its `parent_id`, or at the top where there is none."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_TREE_LOCK)))
    parent_level = 0
    if group.parent_id is not None:
        parent_level = await session.scalar(sa.select(Group.level).where(Group.id == group.parent_id)) or 0
    group.level = parent_level + 1
    if group.level > MAX_LEVEL:
        raise TooDeep(f"a group may not be deeper than level {MAX_LEVEL}", limit=MAX_LEVEL)
    session.add(group)
    await session.flush()
    above = sa.select(GroupClosure.ancestor_id, sa.literal(group.id, sa.Uuid), GroupClosure.depth + 1).where(
        GroupClosure.descendant_id == group.parent_id
    )
    await session.execute(sa.insert(GroupClosure).values(ancestor_id=group.id, descendant_id=group.id, depth=0))
    if group.parent_id is not None:
        await session.execute(sa.insert(GroupClosure).from_select(["ancestor_id", "descendant_id", "depth"], above))
    return group


async def move(session: AsyncSession, group: Group, to: UUID | None) -> None:
    """Hang a group with all below it under another parent, or at the top; every admin's view follows at commit.

    Raises TooDeep or WouldLoop, and then nothing has changed.
    """
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TREE_LOCK)))
    await session.refresh(group)
    below = sa.select(GroupClosure.descendant_id).where(GroupClosure.ancestor_id == group.id)
    if to is not None and await session.scalar(sa.select(sa.literal(to, sa.Uuid).in_(below))):
        raise WouldLoop("a group cannot be moved below itself")
    target_level = 0 if to is None else await session.scalar(sa.select(Group.level).where(Group.id == to)) or 0
    height = (
        await session.scalar(sa.select(sa.func.max(GroupClosure.depth)).where(GroupClosure.ancestor_id == group.id))
        or 0
    )
    if target_level + 1 + height > MAX_LEVEL:
        raise TooDeep(f"the group's subtree would reach below level {MAX_LEVEL}", limit=MAX_LEVEL)

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


async def prune(session: AsyncSession, group: Group) -> None:
    """Delete a group that has nothing below it; what it still holds makes the database refuse."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TREE_LOCK)))
    children = await session.scalar(sa.select(sa.func.count()).where(Group.parent_id == group.id))
    if children:
        raise GroupNotEmpty(f"the group still has {children} subgroups", subgroups=children)
    await session.delete(group)
    try:
        await session.flush()
    except sa.exc.IntegrityError as problem:
        raise GroupNotEmpty("the group still holds members, licenses, containers or projects") from problem
