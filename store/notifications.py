"""What is told to whom, by which rule, over which channel."""

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
    """What people are told about (spec F65-F69), and that something was handed to them."""

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
    """How it is told."""

    PORTAL = "PORTAL"
    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"


DEFAULT_CHANNELS: Mapping[NotificationEvent, tuple[Channel, ...]] = MappingProxyType(
    dict.fromkeys(NotificationEvent, (Channel.PORTAL,))
    | {NotificationEvent.INVITATION: (Channel.PORTAL, Channel.EMAIL)},
)
"""By which ways people are told where no rule says anything; nobody looks for an invitation where he has no account."""
SUPPORTED_CHANNELS = (Channel.PORTAL, Channel.EMAIL)
"""By which ways people can be told."""
_LONGEST_OFFSET = 366
_MOST_OFFSETS = 10


class NotificationState(enum.StrEnum):
    """The portal's own copy."""

    UNREAD = "UNREAD"
    READ = "READ"
    ARCHIVED = "ARCHIVED"


class DeliveryState(enum.StrEnum):
    """One attempt after the other until SENT or FAILED."""

    QUEUED = "QUEUED"
    RETRYING = "RETRYING"
    SENT = "SENT"
    FAILED = "FAILED"


class NotificationRule(Entity):
    """Whether and how an event is told: for the whole portal, for a group and below, or for one person."""

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
        """Switch it on or off, or say by which ways and how many days before; None leaves a thing as it is."""
        if enabled is not None:
            self.enabled = enabled
        if channels is not None:
            if not channels or set(channels) - set(SUPPORTED_CHANNELS):
                raise BadInput("people are told by PORTAL, by EMAIL, or by both; who wants neither switches it off")
            self.channels = [each.value for each in SUPPORTED_CHANNELS if each in channels]
        if offsets is not None:
            self._set_offsets(offsets)

    def _set_offsets(self, offsets: Collection[int]) -> None:
        if self.event is not NotificationEvent.LICENSE_EXPIRING or self.user_id is not None:
            raise BadInput("only of an end that comes one is told days before, and groups or the vendor say how many")
        if len(offsets) > _MOST_OFFSETS or any(not 0 < each <= _LONGEST_OFFSET for each in offsets):
            limit = _MOST_OFFSETS if len(offsets) > _MOST_OFFSETS else _LONGEST_OFFSET
            raise BadInput(f"at most {_MOST_OFFSETS} numbers of days, each from 1 to {_LONGEST_OFFSET}", limit=limit)
        self.offsets = sorted(set(offsets), reverse=True)


class Notification(Entity):
    """One message for one person."""

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
        """Seen; what was put away stays put away."""
        if self.state is NotificationState.UNREAD:
            self.state = NotificationState.READ


class Delivery(Entity):
    """The attempts to bring one notification over one channel."""

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
    """The channels by which a person is told of an event about a group, as SQL over these; none where it is switched off.

    His own rule counts before that of the nearest group, and that before the portal's. Groups do not say what the vendor's
    administrators are told. Of nobody that the portal knows, `user_id` is null.
    """
    rule, above = aliased(NotificationRule), aliased(GroupClosure)
    nowhere = sa.cast(sa.literal([], ARRAY(sa.Text)), ARRAY(sa.Text))
    everybody = sa.and_(rule.user_id.is_(None), rule.group_id.is_(None))
    chosen = (
        sa.select(sa.case((rule.enabled, rule.channels), else_=nowhere))
        .outerjoin(above, sa.and_(above.ancestor_id == rule.group_id, above.descendant_id == group_id))
        .where(
            rule.event == event,
            sa.or_(rule.user_id == user_id, everybody, sa.and_(above.depth.is_not(None), sa.not_(is_isv_admin))),
        )
        .order_by(rule.user_id.is_(None), rule.group_id.is_(None), above.depth)
        .limit(1)
        .correlate_except(rule, above)
        .scalar_subquery()
    )
    usual = sa.case(
        {each.value: sa.cast(list(map(str, found)), ARRAY(sa.Text)) for each, found in DEFAULT_CHANNELS.items()},
        value=sa.cast(event, sa.Text),
    )
    return sa.func.coalesce(chosen, usual)
