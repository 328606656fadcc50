"""What is told to whom, by which rule, over which channel."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.groups import Group
from store.licenses import License
from store.mapping import Entity, Json, choice, newest_first
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
    __table_args__ = (sa.CheckConstraint("num_nonnulls(group_id, user_id) <= 1", name="one_scope"),)

    event: Mapped[NotificationEvent] = mapped_column(choice(NotificationEvent))
    channels: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    offsets: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer), server_default=sa.text("'{}'"))
    threshold: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(server_default=sa.true())

    group: Mapped[Group | None] = relationship()
    user: Mapped[User | None] = relationship()


class Notification(Entity):
    """One message for one person."""

    __tablename__ = "notifications"
    __table_args__ = (newest_first("notifications", "recipient_id"), newest_first("notifications"))

    recipient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    event: Mapped[NotificationEvent] = mapped_column(choice(NotificationEvent))
    license_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("licenses.id"))
    payload: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    state: Mapped[NotificationState] = mapped_column(choice(NotificationState), server_default=NotificationState.UNREAD)
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
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState), server_default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    notification: Mapped[Notification] = relationship()
