"""People and technical users, their passwords and their access tokens."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.mapping import Entity, Json, choice, newest_first

if TYPE_CHECKING:
    from store.groups import Group, Membership
    from store.products import CategoryGrant
    from store.projects import ProjectParticipant


class UserKind(enum.StrEnum):
    """Who may log in: a person, or a license server that only carries a token."""

    HUMAN = "HUMAN"
    TECHNICAL = "TECHNICAL"


class UserStatus(enum.StrEnum):
    """PENDING until the e-mail address is confirmed; ERASED keeps the row that the audit trail names."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"
    ERASED = "ERASED"


class User(Entity):
    """An account. A person has an e-mail address, a technical user a home group (spec A22)."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email_casefolded"),
        sa.CheckConstraint(
            "(kind = 'HUMAN' AND home_group_id IS NULL AND email IS NOT NULL) OR"
            " (kind = 'TECHNICAL' AND home_group_id IS NOT NULL AND NOT is_isv_admin AND password_hash IS NULL)",
            name="kind_fits",
        ),
        newest_first("users"),
        sa.Index("ix_users_name", "name", "id"),
        sa.Index("ix_users_home_group_id", "home_group_id", postgresql_where=sa.text("home_group_id IS NOT NULL")),
        # Finding the administrators of the vendor must not read every customer.
        sa.Index("ix_users_is_isv_admin", "id", postgresql_where=sa.text("is_isv_admin")),
    )

    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[UserKind] = mapped_column(choice(UserKind), server_default=UserKind.HUMAN)
    is_isv_admin: Mapped[bool] = mapped_column(server_default=sa.false())
    status: Mapped[UserStatus] = mapped_column(choice(UserStatus), server_default=UserStatus.ACTIVE)
    locale: Mapped[str] = mapped_column(server_default="en")
    profile: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    home_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]

    home_group: Mapped["Group | None"] = relationship(foreign_keys=home_group_id)
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", foreign_keys="Membership.user_id", viewonly=True
    )
    participations: Mapped[list["ProjectParticipant"]] = relationship(back_populates="user", viewonly=True)
    category_grants: Mapped[list["CategoryGrant"]] = relationship(
        back_populates="holder", foreign_keys="CategoryGrant.holder_id", viewonly=True
    )

    # Whether an employee of the vendor holds the bundle SUPPORT or AUDITOR; groups.py, which knows memberships, says how.
    holds_support: ClassVar[Any]
    holds_auditor: ClassVar[Any]


class AccessToken(Entity):
    """A login token: only its hash is kept, so a copy of the database opens nothing."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        sa.CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
        newest_first("access_tokens", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    def revoke(self, *, at: datetime) -> None:
        """From now on the token is refused; revoking it twice changes nothing."""
        self.revoked_at = self.revoked_at or at
