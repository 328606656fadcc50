"""What waits to be sent to somebody's mailbox: written with the act that it tells of, and emptied once it is sent."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.mapping import Entity, choice


class LetterKind(enum.StrEnum):
    """What a letter is for."""

    CONFIRMATION = "CONFIRMATION"
    ALREADY_REGISTERED = "ALREADY_REGISTERED"
    INVITATION = "INVITATION"


class Letter(Entity):
    """A letter to an address that nobody may have an account for.

    Its secret is for the mailbox alone: no answer of the portal tells it, and it is gone with the sending.
    """

    __tablename__ = "letters"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_casefolded"),
        sa.CheckConstraint("sent_at IS NULL OR secret IS NULL", name="sent_is_emptied"),
        sa.Index("ix_letters_email_created_at", "email", "created_at"),
        sa.Index("ix_letters_created_at", "created_at"),
        sa.Index("ix_letters_waiting", "created_at", postgresql_where=sa.text("sent_at IS NULL")),
    )

    email: Mapped[str]
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    locale: Mapped[str] = mapped_column(server_default="en")
    about: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    def sent(self, *, at: datetime) -> None:
        """It is on its way; what it held is not kept."""
        self.sent_at, self.secret = at, None
