"""Outgoing emails: queued in the transaction of the action that causes them, and claimed by one worker each."""

import enum
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Entity, text_enum
from store.notifications import NotificationEvent

RETRY_DELAYS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720, 1440))
"""The delays after each failed attempt; after the last delay there is one more attempt."""
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
CLAIM_DURATION = timedelta(minutes=10)
"""How long a worker has to send a claimed email; then it is assumed dead, and another one claims the email."""
_MAX_ERROR_LENGTH = 500


class MailKind(enum.StrEnum):
    """The purpose of an email."""

    CONFIRMATION = "CONFIRMATION"
    ALREADY_REGISTERED = "ALREADY_REGISTERED"
    INVITATION = "INVITATION"
    NOTIFICATION = "NOTIFICATION"


class OutgoingMail(Entity):
    """An email to an address, which need not have an account.

    The secret is only for the mailbox: the API never returns it, and it is deleted when the email is sent.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        sa.CheckConstraint("sent_at IS NULL OR secret IS NULL", name="sent_has_no_secret"),
        sa.CheckConstraint("num_nonnulls(sent_at, failed_at) <= 1", name="sent_or_failed"),
        sa.CheckConstraint("(kind = 'NOTIFICATION') = (event IS NOT NULL)", name="notification_has_event"),
        sa.Index("ix_outgoing_mail_email_created_at", "email", "created_at"),
        sa.Index("ix_outgoing_mail_created_at", "created_at"),
        sa.Index(
            "ix_outgoing_mail_invitation_id", "invitation_id", postgresql_where=sa.text("invitation_id IS NOT NULL")
        ),
        sa.Index(
            "ix_outgoing_mail_unsent",
            sa.text("next_attempt_at NULLS FIRST"),
            "created_at",
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        ),
    )

    email: Mapped[str]
    kind: Mapped[MailKind] = mapped_column(text_enum(MailKind))
    event: Mapped[NotificationEvent | None] = mapped_column(text_enum(NotificationEvent))
    invitation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("invitations.id", ondelete="CASCADE"))
    """The invitation whose token it contains."""
    locale: Mapped[str] = mapped_column(server_default="en")
    about: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    """The earliest time of the next attempt; None: immediately."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    def claim(self, *, at: datetime) -> None:
        """Count an attempt, and reserve the email for CLAIM_DURATION."""
        self.attempts += 1
        self.next_attempt_at = at + CLAIM_DURATION

    def mark_sent(self, *, at: datetime) -> None:
        """Record that the mail server has accepted it, and delete the secret."""
        self.sent_at, self.secret, self.last_error = at, None, None

    def schedule_retry(self, error: str, *, at: datetime) -> None:
        """Record a failed attempt; the next one is after a growing delay, unless it was the last."""
        if self.attempts >= MAX_ATTEMPTS:
            self.mark_failed(error, at=at)
            return
        self.last_error, self.next_attempt_at = error[:_MAX_ERROR_LENGTH], at + RETRY_DELAYS[self.attempts - 1]

    def release(self, *, at: datetime) -> None:
        """Undo the claim, because the server said nothing about this email; it comes after those not tried yet."""
        self.attempts -= 1
        self.next_attempt_at = at

    def mark_failed(self, error: str, *, at: datetime) -> None:
        """Stop trying; the email is kept with the reason."""
        self.last_error, self.failed_at = error[:_MAX_ERROR_LENGTH], at

    def reset(self) -> None:
        """Start over with all attempts."""
        self.attempts, self.next_attempt_at, self.failed_at, self.last_error = 0, None, None, None


def due_now(now: datetime) -> sa.Select[OutgoingMail]:
    """The emails to be sent now, those that have waited longest first."""
    return (
        sa.select(OutgoingMail)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.failed_at.is_(None),
            sa.or_(OutgoingMail.next_attempt_at.is_(None), OutgoingMail.next_attempt_at <= now),
        )
        .order_by(OutgoingMail.next_attempt_at.nulls_first(), OutgoingMail.created_at, OutgoingMail.id)
    )


async def claim_next(session: AsyncSession, now: datetime) -> OutgoingMail | None:
    """Claim the next email to be sent; None if there is none that is not claimed.

    Emails that are not worth sending are marked as failed on the way, such as those with an expired token.
    """
    while mail := await session.scalar(due_now(now).limit(1).with_for_update(skip_locked=True)):
        if mail.expires_at is not None and mail.expires_at <= now:
            mail.mark_failed("expired before it could be sent", at=now)
            mail.secret = None
        elif mail.attempts >= MAX_ATTEMPTS:
            mail.mark_failed(mail.last_error or "the worker stopped during each attempt", at=now)
        else:
            mail.claim(at=now)
            return mail
        await session.flush()
    return None


async def lock_claimed(session: AsyncSession, claimed: OutgoingMail) -> OutgoingMail | None:
    """Lock an email that the caller has claimed; None if the claim has expired and another worker has it, or it is gone."""
    is_claimed = (
        OutgoingMail.id == claimed.id,
        OutgoingMail.attempts == claimed.attempts,
        OutgoingMail.sent_at.is_(None),
    )
    return await session.scalar(sa.select(OutgoingMail).where(*is_claimed).with_for_update())


async def delete_unsent(session: AsyncSession, invitations: Collection[UUID] | sa.Select[UUID]) -> None:
    """Delete the unsent emails of invitations that are no longer open, because their tokens are invalid."""
    unsent = (OutgoingMail.invitation_id.in_(invitations), OutgoingMail.sent_at.is_(None))
    await session.execute(sa.delete(OutgoingMail).where(*unsent), execution_options={"synchronize_session": False})
