"""Confirmations of email addresses, by a token that was sent to the mailbox."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Entity
from store.errors import Refusal

LIFETIME = timedelta(days=2)


class ConfirmationInvalid(Refusal):
    """The token is unknown, used or expired, or the address is confirmed already: the message is the same for all."""

    code = "CONFIRMATION_NOT_VALID"

    def __init__(self) -> None:
        super().__init__("the confirmation token is not valid; request a new one")


class Confirmation(Entity):
    """An unconfirmed address: of an account, or of a registration.

    A registration has no account until the holder of the mailbox confirms it, so that a name and password that someone
    else has chosen for the address are worth nothing.
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        sa.CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        sa.CheckConstraint("user_id IS NOT NULL OR password_hash IS NOT NULL", name="new_account_has_password"),
        sa.Index("ix_confirmations_email", "email"),
        sa.Index("ix_confirmations_user_id", "user_id", postgresql_where=sa.text("user_id IS NOT NULL")),
        sa.Index("ix_confirmations_expires_at", "expires_at", postgresql_where=sa.text("confirmed_at IS NULL")),
    )

    email: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str] = mapped_column(server_default="en")
    password_hash: Mapped[str | None]
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    def confirm(self, *, at: datetime) -> None:
        """Use the token; raises ConfirmationInvalid if it was used before or has expired."""
        if self.confirmed_at is not None or self.expires_at <= at:
            raise ConfirmationInvalid
        self.confirmed_at = at
