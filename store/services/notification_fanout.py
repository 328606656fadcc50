"""Who is told of an act: messages for the people it concerns, written in the transaction of the act itself."""

from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEntry, Outcome
from store.db.base import new_id
from store.groups import MemberRole, Membership, MembershipState
from store.licenses import License
from store.notifications import Channel, Notification, NotificationEvent, effective_channels
from store.outgoing_mail import MailKind, OutgoingMail
from store.products import Product
from store.users import User, UserKind, UserStatus

_EVENTS = MappingProxyType(
    {
        "license.assigned": NotificationEvent.LICENSE_ASSIGNED,
        "license.unassigned": NotificationEvent.LICENSE_UNASSIGNED,
        "license.activated": NotificationEvent.LICENSE_ACTIVATED,
        "license.deactivated": NotificationEvent.LICENSE_DEACTIVATED,
        "license.expiring": NotificationEvent.LICENSE_EXPIRING,
        "license.expired": NotificationEvent.LICENSE_EXPIRED,
        "restore.excessive": NotificationEvent.EXCESSIVE_RECOVERY,
        "container.reset_shared": NotificationEvent.CONTAINER_RESET,
        "container.reset_requested_shared": NotificationEvent.CONTAINER_RESET,
    },
)
_ACT = sa.values(
    sa.column("entry_id", sa.Uuid),
    sa.column("license_id", sa.Uuid),
    sa.column("actor_id", sa.Uuid),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("event", sa.Text),
    sa.column("former_id", sa.Uuid),
    name="act",
)


async def notify(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    """Write one message for each person whom the acts concern (spec A16), in one statement.

    That is whoever may use the license, whoever no longer may, and the direct administrators of its owner group; of too
    many restores the vendor's administrators as well; never the actor himself, nor a technical user (spec A22). The rules
    say by which ways, and whether at all: a message bears the instant of its act, and is found by it; a letter goes to an
    address that is known to be its holder's.
    """
    acts = [act for entry in entries for act in _act_of(entry)]
    if not acts:
        return
    await session.flush()
    await session.execute(_telling(acts))


def _act_of(entry: AuditEntry) -> Iterator[tuple[Any, ...]]:
    event = _EVENTS.get(entry.action)
    if event is None or entry.license_id is None or entry.outcome is Outcome.REFUSED:
        return
    if "id" not in entry.__dict__:  # the trail would give it one, but later
        entry.id = new_id()
    former = (entry.before or {}).get("assigned_user_id")
    yield entry.id, entry.license_id, entry.actor_id, entry.at, event.value, UUID(former) if former else None


def _telling(acts: Sequence[tuple[Any, ...]]) -> Insert:
    values = _ACT.data(acts)
    act = (
        sa.select(
            values.c.entry_id,
            values.c.at,
            values.c.event,
            # In a list that holds nothing but NULL a column has no type of its own.
            sa.cast(values.c.actor_id, sa.Uuid).label("actor_id"),
            sa.cast(values.c.former_id, sa.Uuid).label("former_id"),
            sa.func.coalesce(License.assigned_user_id, License.owner_user_id).label("holder_id"),
            License.id.label("license_id"),
            License.owner_group_id,
            Product.name.label("product"),
        )
        .join_from(values, License, License.id == values.c.license_id)
        .join(Product, Product.id == License.product_id)
        .cte("act")
    )
    administers = sa.and_(
        Membership.group_id == act.c.owner_group_id,
        Membership.role == MemberRole.ADMIN,
        Membership.state == MembershipState.ACTIVE,
    )
    concerned = sa.union(
        sa.select(act.c.entry_id, act.c.holder_id.label("user_id")),
        sa.select(act.c.entry_id, act.c.former_id),
        sa.select(act.c.entry_id, Membership.user_id).join_from(act, Membership, administers),
        # Abuse is the vendor's business as well.
        sa.select(act.c.entry_id, User.id).join_from(
            act,
            User,
            sa.and_(act.c.event == NotificationEvent.EXCESSIVE_RECOVERY.value, User.is_isv_admin),
        ),
    ).subquery()
    # To the former holder a new assignment is the end of his own.
    lost = sa.and_(User.id == act.c.former_id, User.id.is_distinct_from(act.c.holder_id))
    event = sa.case((lost, NotificationEvent.LICENSE_UNASSIGNED.value), else_=act.c.event)
    told = (
        sa.select(
            User.id.label("user_id"),
            sa.case((User.email_verified_at.is_not(None), User.email)).label("email"),
            User.locale,
            event.label("event"),
            act.c.license_id,
            act.c.product,
            (sa.cast(act.c.entry_id, sa.Text) + ":" + sa.cast(User.id, sa.Text)).label("once"),
            act.c.at,
            effective_channels(
                event, user_id=User.id, is_isv_admin=User.is_isv_admin, group_id=act.c.owner_group_id
            ).label("ways"),
        )
        .join_from(act, concerned, concerned.c.entry_id == act.c.entry_id)
        .join(User, User.id == concerned.c.user_id)
        .where(
            User.kind == UserKind.HUMAN,
            User.status == UserStatus.ACTIVE,
            User.id.is_distinct_from(act.c.actor_id),
        )
        .cte("told")
    )
    return _letters(told).add_cte(_messages(told).cte("messages"))


def _messages(told: sa.CTE) -> Insert:
    columns = ("id", "recipient_id", "event", "license_id", "payload", "dedupe_key", "created_at", "updated_at")
    values = sa.select(
        sa.func.gen_random_uuid(),
        told.c.user_id,
        told.c.event,
        told.c.license_id,
        sa.func.jsonb_build_object("product", told.c.product, type_=JSONB),
        told.c.once,
        told.c.at,
        told.c.at.label("updated_at"),
    ).where(told.c.ways.contains([Channel.PORTAL.value]))
    return insert(Notification).from_select(columns, values).on_conflict_do_nothing()


def _letters(told: sa.CTE) -> Insert:
    columns = ("id", "email", "kind", "event", "locale", "about", "created_at", "updated_at")
    values = sa.select(
        sa.func.gen_random_uuid(),
        told.c.email,
        sa.literal(MailKind.NOTIFICATION.value),
        told.c.event,
        told.c.locale,
        told.c.product,
        told.c.at,
        told.c.at.label("updated_at"),
    ).where(told.c.ways.contains([Channel.EMAIL.value]), told.c.email.is_not(None))
    return insert(OutgoingMail).from_select(columns, values)


async def invitation_channels(session: AsyncSession, group_id: UUID, holder: User | None) -> Collection[Channel]:
    """By which ways an invitation to a group is told: to the holder of an account, or to somebody who has none."""
    found = effective_channels(
        sa.literal(NotificationEvent.INVITATION.value),
        user_id=sa.literal(None if holder is None else holder.id, sa.Uuid),
        is_isv_admin=sa.literal(holder is not None and holder.is_isv_admin),
        group_id=sa.literal(group_id, sa.Uuid),
    )
    return [Channel(each) for each in await session.scalar(sa.select(found)) or ()]
