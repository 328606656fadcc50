"""Notifications, the rules that select their channels, and their deliveries."""

import enum
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from store.db.base import Entity, Json, newest_first, text_enum
from store.errors import BadInput
from store.groups import Group, GroupClosure
from store.licenses import License
from store.users import User


class NotificationEvent(enum.StrEnum):
    """The events that users are notified of (spec F65-F69)."""

    INVITATION = "INVITATION"
    LICENSE_ASSIGNED = "LICENSE_ASSIGNED"
    LICENSE_UNASSIGNED = "LICENSE_UNASSIGNED"
    LICENSE_EXPIRING = "LICENSE_EXPIRING"
    LICENSE_EXPIRED = "LICENSE_EXPIRED"
    LICENSE_ACTIVATED = "LICENSE_ACTIVATED"
    LICENSE_DEACTIVATED = "LICENSE_DEACTIVATED"
    EXCESSIVE_RECOVERY = "EXCESSIVE_RECOVERY"
    CONTAINER_RESET = "CONTAINER_RESET"


class Channel(enum.StrEnum):
    """The channel of a notification."""

    PORTAL = "PORTAL"
    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"


DEFAULT_CHANNELS: Mapping[NotificationEvent, tuple[Channel, ...]] = MappingProxyType(
    dict.fromkeys(NotificationEvent, (Channel.PORTAL,))
    | {NotificationEvent.INVITATION: (Channel.PORTAL, Channel.EMAIL)}
)
"""The channels where no rule applies. Invitations are emailed, since the recipient may have no account."""
SUPPORTED_CHANNELS = (Channel.PORTAL, Channel.EMAIL)
"""The channels that a rule can select."""
_MAX_OFFSET = 366
_MAX_OFFSET_COUNT = 10


class NotificationState(enum.StrEnum):
    """The state of a notification in the portal."""

    UNREAD = "UNREAD"
    READ = "READ"
    ARCHIVED = "ARCHIVED"


class DeliveryState(enum.StrEnum):
    """The state of a delivery; RETRYING after a failed attempt."""

    QUEUED = "QUEUED"
    RETRYING = "RETRYING"
    SENT = "SENT"
    FAILED = "FAILED"


class NotificationRule(Entity):
    """Whether and how users are notified of an event: for the whole portal, for a group and its subgroups, or for a user."""

    __tablename__ = "notification_rules"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(group_id, user_id) <= 1", name="one_scope"),
        sa.UniqueConstraint("event", "group_id", "user_id", postgresql_nulls_not_distinct=True),
    )

    event: Mapped[NotificationEvent] = mapped_column(text_enum(NotificationEvent))
    channels: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    offsets: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer), server_default=sa.text("'{}'"))
    enabled: Mapped[bool] = mapped_column(server_default=sa.true())

    group: Mapped[Group | None] = relationship()
    user: Mapped[User | None] = relationship()

    def update(
        self,
        *,
        enabled: bool | None = None,
        channels: Collection[Channel] | None = None,
        offsets: Collection[int] | None = None,
    ) -> None:
        """Change the rule; None leaves a value unchanged. `offsets` are days before a license expires."""
        if enabled is not None:
            self.enabled = enabled
        if channels is not None:
            if not channels or set(channels) - set(SUPPORTED_CHANNELS):
                raise BadInput("channels must be PORTAL, EMAIL or both; to turn off an event, disable the rule")
            self.channels = [channel.value for channel in SUPPORTED_CHANNELS if channel in channels]
        if offsets is not None:
            self._set_offsets(offsets)

    def _set_offsets(self, offsets: Collection[int]) -> None:
        if self.event is not NotificationEvent.LICENSE_EXPIRING or self.user_id is not None:
            raise BadInput("only a rule about LICENSE_EXPIRING has offsets, and only for a group or the whole portal")
        if len(offsets) > _MAX_OFFSET_COUNT or any(not 0 < each <= _MAX_OFFSET for each in offsets):
            limit = _MAX_OFFSET_COUNT if len(offsets) > _MAX_OFFSET_COUNT else _MAX_OFFSET
            raise BadInput(f"offsets must be at most {_MAX_OFFSET_COUNT} numbers from 1 to {_MAX_OFFSET}", limit=limit)
        self.offsets = sorted(set(offsets), reverse=True)


class Notification(Entity):
    """A notification of a user."""

    __tablename__ = "notifications"
    __table_args__ = (newest_first("notifications", "recipient_id"), newest_first("notifications"))

    recipient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    event: Mapped[NotificationEvent] = mapped_column(text_enum(NotificationEvent))
    license_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("licenses.id"))
    payload: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    state: Mapped[NotificationState] = mapped_column(
        text_enum(NotificationState), server_default=NotificationState.UNREAD
    )
    dedupe_key: Mapped[str] = mapped_column(unique=True)

    recipient: Mapped[User] = relationship()
    license: Mapped[License | None] = relationship()

    def mark_read(self) -> None:
        """Mark an unread notification as read; an archived one stays archived."""
        if self.state is NotificationState.UNREAD:
            self.state = NotificationState.READ


class Delivery(Entity):
    """The delivery of a notification by a channel."""

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "channel"),
        sa.Index("ix_deliveries_due", "next_attempt_at", postgresql_where=sa.text("state IN ('QUEUED', 'RETRYING')")),
    )

    notification_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notifications.id", ondelete="CASCADE"))
    channel: Mapped[Channel] = mapped_column(text_enum(Channel))
    state: Mapped[DeliveryState] = mapped_column(text_enum(DeliveryState), server_default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    notification: Mapped[Notification] = relationship()


def effective_channels(event: Any, *, user_id: Any, is_isv_admin: Any, group_id: Any) -> sa.ColumnElement[list[str]]:
    """A SQL expression of the channels for an event about a group and a user (null: an unknown address); empty if disabled.

    The user's own rule comes first, then that of the nearest group, then that of the portal. Rules of groups do not apply
    to ISV administrators, so that a group cannot silence those who watch it.
    """
    rule, above = aliased(NotificationRule), aliased(GroupClosure)
    no_channels = sa.cast(sa.literal([], ARRAY(sa.Text)), ARRAY(sa.Text))
    is_portal_wide = sa.and_(rule.user_id.is_(None), rule.group_id.is_(None))
    chosen = (
        sa.select(sa.case((rule.enabled, rule.channels), else_=no_channels))
        .outerjoin(above, sa.and_(above.ancestor_id == rule.group_id, above.descendant_id == group_id))
        .where(
            rule.event == event,
            sa.or_(rule.user_id == user_id, is_portal_wide, sa.and_(above.depth.is_not(None), sa.not_(is_isv_admin))),
        )
        .order_by(rule.user_id.is_(None), rule.group_id.is_(None), above.depth)
        .limit(1)
        .correlate_except(rule, above)
        .scalar_subquery()
    )
    default = sa.case(
        {key.value: sa.cast(list(map(str, value)), ARRAY(sa.Text)) for key, value in DEFAULT_CHANNELS.items()},
        value=sa.cast(event, sa.Text),
    )
    return sa.func.coalesce(chosen, default)
