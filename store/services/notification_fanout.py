"""Notifications of an action to the users it concerns, written in the transaction of the action."""

from collections.abc import Collection, Iterator, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEntry, Outcome
from store.db.base import new_id
from store.licenses import License
from store.memberships import MemberRole, Membership, MembershipState
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
    }
)
_ACTION = sa.values(
    sa.column("entry_id", sa.Uuid),
    sa.column("license_id", sa.Uuid),
    sa.column("actor_id", sa.Uuid),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("event", sa.Text),
    sa.column("former_id", sa.Uuid),
    name="action",
)


async def notify(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    """Notify each user whom the actions concern (spec A16), in one statement.

    These are the user who may use the license, the one who no longer may, and the direct administrators of its owner
    group; for excessive restores also the ISV administrators. The actor and technical users get none (spec A22). Rules
    select the channels; a notification has the instant of its action, and emails go only to confirmed addresses.
    """
    actions = [action for entry in entries for action in _action_of(entry)]
    if not actions:
        return
    await session.flush()
    await session.execute(_notify(actions))


def _action_of(entry: AuditEntry) -> Iterator[tuple[Any, ...]]:
    event = _EVENTS.get(entry.action)
    if event is None or entry.license_id is None or entry.outcome is Outcome.REFUSED:
        return
    if "id" not in entry.__dict__:  # the audit log would set it, but later
        entry.id = new_id()
    former = (entry.before or {}).get("assigned_user_id")
    yield entry.id, entry.license_id, entry.actor_id, entry.at, event.value, UUID(former) if former else None


def _notify(actions: Sequence[tuple[Any, ...]]) -> Insert:
    values = _ACTION.data(actions)
    action = (
        sa.select(
            values.c.entry_id,
            values.c.at,
            values.c.event,
            # A VALUES column that is always NULL has no type.
            sa.cast(values.c.actor_id, sa.Uuid).label("actor_id"),
            sa.cast(values.c.former_id, sa.Uuid).label("former_id"),
            sa.func.coalesce(License.assigned_user_id, License.owner_user_id).label("holder_id"),
            License.id.label("license_id"),
            License.owner_group_id,
            Product.name.label("product"),
        )
        .join_from(values, License, License.id == values.c.license_id)
        .join(Product, Product.id == License.product_id)
        .cte("action")
    )
    administers = sa.and_(
        Membership.group_id == action.c.owner_group_id,
        Membership.role == MemberRole.ADMIN,
        Membership.state == MembershipState.ACTIVE,
    )
    concerned = sa.union(
        sa.select(action.c.entry_id, action.c.holder_id.label("user_id")),
        sa.select(action.c.entry_id, action.c.former_id),
        sa.select(action.c.entry_id, Membership.user_id).join_from(action, Membership, administers),
        # The vendor watches for abuse.
        sa.select(action.c.entry_id, User.id).join_from(
            action, User, sa.and_(action.c.event == NotificationEvent.EXCESSIVE_RECOVERY.value, User.is_isv_admin)
        ),
    ).subquery()
    # For the former holder, a new assignment is the end of theirs.
    has_lost = sa.and_(User.id == action.c.former_id, User.id.is_distinct_from(action.c.holder_id))
    event = sa.case((has_lost, NotificationEvent.LICENSE_UNASSIGNED.value), else_=action.c.event)
    recipients = (
        sa.select(
            User.id.label("user_id"),
            sa.case((User.email_verified_at.is_not(None), User.email)).label("email"),
            User.locale,
            event.label("event"),
            action.c.license_id,
            action.c.product,
            (sa.cast(action.c.entry_id, sa.Text) + ":" + sa.cast(User.id, sa.Text)).label("dedupe_key"),
            action.c.at,
            effective_channels(
                event, user_id=User.id, is_isv_admin=User.is_isv_admin, group_id=action.c.owner_group_id
            ).label("channels"),
        )
        .join_from(action, concerned, concerned.c.entry_id == action.c.entry_id)
        .join(User, User.id == concerned.c.user_id)
        .where(
            User.kind == UserKind.HUMAN, User.status == UserStatus.ACTIVE, User.id.is_distinct_from(action.c.actor_id)
        )
        .cte("recipients")
    )
    return _emails(recipients).add_cte(_notifications(recipients).cte("written"))


def _notifications(recipients: sa.CTE) -> Insert:
    columns = ("id", "recipient_id", "event", "license_id", "payload", "dedupe_key", "created_at", "updated_at")
    values = sa.select(
        sa.func.gen_random_uuid(),
        recipients.c.user_id,
        recipients.c.event,
        recipients.c.license_id,
        sa.func.jsonb_build_object("product", recipients.c.product, type_=JSONB),
        recipients.c.dedupe_key,
        recipients.c.at,
        recipients.c.at.label("updated_at"),
    ).where(recipients.c.channels.contains([Channel.PORTAL.value]))
    return insert(Notification).from_select(columns, values).on_conflict_do_nothing()


def _emails(recipients: sa.CTE) -> Insert:
    columns = ("id", "email", "kind", "event", "locale", "about", "created_at", "updated_at")
    values = sa.select(
        sa.func.gen_random_uuid(),
        recipients.c.email,
        sa.literal(MailKind.NOTIFICATION.value),
        recipients.c.event,
        recipients.c.locale,
        recipients.c.product,
        recipients.c.at,
        recipients.c.at.label("updated_at"),
    ).where(recipients.c.channels.contains([Channel.EMAIL.value]), recipients.c.email.is_not(None))
    return insert(OutgoingMail).from_select(columns, values)


async def invitation_channels(session: AsyncSession, group_id: UUID, holder: User | None) -> Collection[Channel]:
    """The channels for an invitation to a group, for the holder of an account or an unknown address (None)."""
    channels = effective_channels(
        sa.literal(NotificationEvent.INVITATION.value),
        user_id=sa.literal(None if holder is None else holder.id, sa.Uuid),
        is_isv_admin=sa.literal(holder is not None and holder.is_isv_admin),
        group_id=sa.literal(group_id, sa.Uuid),
    )
    return [Channel(channel) for channel in await session.scalar(sa.select(channels)) or ()]
