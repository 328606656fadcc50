"""The content of a group: counted before the group is deleted, moved to its parent, or deleted with it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store import outgoing_mail
from store.activations import COUNTING, Activation
from store.containers import Container, ContainerState, ContainerType
from store.db.base import Base
from store.errors import Refusal
from store.groups import Group
from store.invitations import Invitation, InvitationState
from store.licenses import License
from store.memberships import MemberRole, Membership, MembershipState
from store.notifications import NotificationRule
from store.orders import LicenseOrder
from store.projects import Project
from store.services.group_tree import move
from store.tickets import Ticket
from store.time_contingents import TimeContingent
from store.users import User, UserStatus


class GroupNotEmpty(Refusal):
    """A group with content cannot be deleted (spec A11); `content` names the kinds of content."""

    code = "GROUP_NOT_EMPTY"


async def content_of(session: AsyncSession, group_id: UUID) -> dict[str, int]:
    """The number of items by kind of content; kinds without items are left out."""
    counts = {
        "subgroups": _count(Group, Group.parent_id == group_id),
        "members": _count(Membership, Membership.group_id == group_id, Membership.state != MembershipState.REMOVED),
        "technical users": _count(User, User.home_group_id == group_id, User.status != UserStatus.ERASED),
        "licenses": _count(License, sa.or_(License.owner_group_id == group_id, License.assigned_group_id == group_id)),
        "projects": _count(Project, Project.group_id == group_id),
        "tickets": _count(Ticket, Ticket.owner_group_id == group_id),
        "contingents": _count(TimeContingent, TimeContingent.group_id == group_id, TimeContingent.days > 0),
        "containers": _count(
            Container,
            Container.owner_group_id == group_id,
            Container.type != ContainerType.GROUP_CLOUD,
            Container.state != ContainerState.DELETED,
        ),
        "activations": _count(Activation, *counting_in_group_cloud(group_id)),
    }
    row = (await session.execute(sa.select(*(each.label(name) for name, each in counts.items())))).one()
    return {name: number for name, number in row._mapping.items() if number}  # noqa: SLF001 - a public attribute of rows


def counting_in_group_cloud(group_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions for activations that hold a seat in the group's cloud container."""
    clouds = sa.select(Container.id).where(
        Container.owner_group_id == group_id, Container.type == ContainerType.GROUP_CLOUD
    )
    return (Activation.container_id.in_(clouds), Activation.state.in_(COUNTING))


async def require_empty(session: AsyncSession, group: Group) -> None:
    """Raise GroupNotEmpty unless the group has no content."""
    content = await content_of(session, group.id)
    if content:
        listed = ", ".join(f"{number} {name}" for name, number in content.items())
        raise GroupNotEmpty(f"the group still has {listed}; move or delete them first", content=list(content))


async def move_to_parent(session: AsyncSession, group: Group, to: UUID) -> None:
    """Move the content of a group to its parent.

    Administrators of the group become plain members: administering a part does not include the whole.
    """
    subgroups = await session.scalars(sa.select(Group).where(Group.parent_id == group.id).order_by(Group.id))
    for each in subgroups.all():
        await move(session, each, to)
    await _move_members(session, group.id, to)
    await _move_contingents(session, group.id, to)
    for cls, column in (
        (License, "owner_group_id"),
        (License, "assigned_group_id"),
        (Project, "group_id"),
        (Ticket, "owner_group_id"),
        (User, "home_group_id"),
        (LicenseOrder, "group_id"),
    ):
        await _reassign(session, cls, column, group.id, to)
    await _reassign(session, Container, "owner_group_id", group.id, to, Container.type != ContainerType.GROUP_CLOUD)
    await session.refresh(group)


async def delete_dependents(session: AsyncSession, group: Group) -> None:
    """Delete or revoke what ends with the group: its cloud container, open invitations and notification rules."""
    cloud = (Container.owner_group_id == group.id, Container.type == ContainerType.GROUP_CLOUD)
    await _change(session, Container, *cloud, state=ContainerState.DELETED)
    is_open = (Invitation.group_id == group.id, Invitation.state == InvitationState.PENDING)
    await _change(session, Invitation, *is_open, state=InvitationState.REVOKED)
    await outgoing_mail.delete_unsent(session, sa.select(Invitation.id).where(Invitation.group_id == group.id))
    await session.execute(
        sa.delete(NotificationRule).where(NotificationRule.group_id == group.id), execution_options=_NO_SYNC
    )


async def _move_members(session: AsyncSession, group_id: UUID, to: UUID) -> None:
    active = (Membership.group_id == group_id, Membership.state == MembershipState.ACTIVE)
    moved = sa.select(
        sa.func.gen_random_uuid(),
        Membership.user_id,
        sa.literal(to, sa.Uuid),
        sa.literal(MemberRole.MEMBER.value),
        sa.literal(MembershipState.ACTIVE.value),
    ).where(*active)
    statement = insert(Membership).from_select(["id", "user_id", "group_id", "role", "state"], moved)
    # A current member of the parent keeps their role; a former one becomes a plain member again.
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "group_id"],
            set_={"state": MembershipState.ACTIVE, "role": MemberRole.MEMBER, "bundle": None},
            where=Membership.state != MembershipState.ACTIVE,
        )
    )
    await _change(
        session,
        Membership,
        Membership.group_id == group_id,
        Membership.state != MembershipState.REMOVED,
        state=MembershipState.REMOVED,
    )


async def _move_contingents(session: AsyncSession, group_id: UUID, to: UUID) -> None:
    """Add the days to those of the parent."""
    moved = sa.select(
        sa.func.gen_random_uuid(), sa.literal(to, sa.Uuid), TimeContingent.product_id, TimeContingent.days
    ).where(TimeContingent.group_id == group_id)
    statement = insert(TimeContingent).from_select(["id", "group_id", "product_id", "days"], moved)
    total = TimeContingent.days + statement.excluded.days
    await session.execute(
        statement.on_conflict_do_update(index_elements=["group_id", "product_id"], set_={"days": total})
    )
    await _change(session, TimeContingent, TimeContingent.group_id == group_id, days=0)


async def _reassign(
    session: AsyncSession, cls: type[Any], column: str, group_id: UUID, to: UUID, *where: sa.ColumnElement[bool]
) -> None:
    await _change(session, cls, getattr(cls, column) == group_id, *where, **{column: to})


async def _change(session: AsyncSession, cls: type[Any], *where: sa.ColumnElement[bool], **values: Any) -> None:
    """Update many rows at once; the version lets concurrent changes of a row be detected."""
    statement = sa.update(cls).where(*where).values(**values, version=cls.version + 1)
    await session.execute(statement, execution_options=_NO_SYNC)


def _count(cls: type[Base], *where: sa.ColumnElement[bool]) -> Any:
    return sa.select(sa.func.count()).select_from(cls).where(*where).scalar_subquery()


_NO_SYNC = {"synchronize_session": False}
