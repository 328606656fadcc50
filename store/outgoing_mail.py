"""What waits to be sent to somebody's mailbox: written with the act that it tells of, and emptied once it is sent."""

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
"""How long a letter waits after each try that came to nothing; after the last of them there is one more try."""
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
CLAIM_DURATION = timedelta(minutes=10)
"""How long a letter is left to whoever has taken it; he is dead if it is then still here."""
_LONGEST_PROBLEM = 500


class MailKind(enum.StrEnum):
    """What a letter is for."""

    CONFIRMATION = "CONFIRMATION"
    ALREADY_REGISTERED = "ALREADY_REGISTERED"
    INVITATION = "INVITATION"
    NOTIFICATION = "NOTIFICATION"


class OutgoingMail(Entity):
    """A letter to an address that nobody may have an account for.

    Its secret is for the mailbox alone: no answer of the portal tells it, and it is gone with the sending.
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
    """Whose token it brings."""
    locale: Mapped[str] = mapped_column(server_default="en")
    about: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    """Not to be touched before; None is at once."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    """What the last try came to."""

    def claim(self, *, at: datetime) -> None:
        """Somebody is about to send it; the others leave it to him for a while."""
        self.attempts += 1
        self.next_attempt_at = at + CLAIM_DURATION

    def mark_sent(self, *, at: datetime) -> None:
        """It is on its way; what it held is not kept."""
        self.sent_at, self.secret, self.last_error = at, None, None

    def schedule_retry(self, problem: str, *, at: datetime) -> None:
        """This try came to nothing: there is another one after a pause, which grows, or it was the last."""
        if self.attempts >= MAX_ATTEMPTS:
            self.mark_failed(problem, at=at)
            return
        self.last_error, self.next_attempt_at = problem[:_LONGEST_PROBLEM], at + RETRY_DELAYS[self.attempts - 1]

    def release(self, *, at: datetime) -> None:
        """Nothing was said about this letter: it has lost no try, and comes after those that nobody has tried."""
        self.attempts -= 1
        self.next_attempt_at = at

    def mark_failed(self, problem: str, *, at: datetime) -> None:
        """Nobody tries again by himself; it is kept, and the reason with it."""
        self.last_error, self.failed_at = problem[:_LONGEST_PROBLEM], at

    def reset(self) -> None:
        """As if it had just been written."""
        self.attempts, self.next_attempt_at, self.failed_at, self.last_error = 0, None, None, None


def due(now: datetime) -> sa.Select[OutgoingMail]:
    """The letters whose turn it is, those that have waited longest first."""
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
    """The next letter whose turn it is, for the caller alone; None where nothing waits that nobody else has in hand.

    What is not worth sending any more is given up on the way: a token whose time is over opens nothing.
    """
    while letter := await session.scalar(due(now).limit(1).with_for_update(skip_locked=True)):
        if letter.expires_at is not None and letter.expires_at <= now:
            letter.mark_failed("its time was over before it could be sent", at=now)
            letter.secret = None
        elif letter.attempts >= MAX_ATTEMPTS:
            letter.mark_failed(letter.last_error or "whoever sent it was stopped, each time", at=now)
        else:
            letter.claim(at=now)
            return letter
        await session.flush()
    return None


async def lock_claimed(session: AsyncSession, taken: OutgoingMail) -> OutgoingMail | None:
    """The letter that the caller has taken, locked; None where his claim has run out and another has it, or it is gone."""
    mine = (OutgoingMail.id == taken.id, OutgoingMail.attempts == taken.attempts, OutgoingMail.sent_at.is_(None))
    return await session.scalar(sa.select(OutgoingMail).where(*mine).with_for_update())


async def delete_unsent(session: AsyncSession, invitations: Collection[UUID] | sa.Select[UUID]) -> None:
    """Forget the letters of invitations that are open no longer, as far as they are not sent: their tokens open nothing."""
    waiting = (OutgoingMail.invitation_id.in_(invitations), OutgoingMail.sent_at.is_(None))
    await session.execute(sa.delete(OutgoingMail).where(*waiting), execution_options={"synchronize_session": False})
