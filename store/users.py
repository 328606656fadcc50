"""People and technical users, their passwords and their access tokens."""

import enum
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, Json, newest_first, text_enum
from store.errors import BadInput, Refusal, WrongState

if TYPE_CHECKING:
    from store.grants import CategoryGrant
    from store.groups import Group
    from store.memberships import Membership
    from store.projects import ProjectParticipant


_LONGEST_ADDRESS = 254
_LARGEST_PROFILE = 10_000
_ADDRESS = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


class UserKind(enum.StrEnum):
    """A person, who can log in, or a technical user such as a license server, which only has tokens."""

    HUMAN = "HUMAN"
    TECHNICAL = "TECHNICAL"


class UserStatus(enum.StrEnum):
    """PENDING until the email address is confirmed; ERASED keeps the row, because the audit log refers to it."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"
    ERASED = "ERASED"


class AccountNotUsable(WrongState):
    """The account is erased or not confirmed, or is a technical user; `state` says which."""

    code = "ACCOUNT_NOT_USABLE"


class StillIsvAdmin(Refusal):
    """An ISV administrator cannot be deleted before their right is ended."""

    code = "STILL_ISV_ADMIN"


class OwnIsvRight(Refusal):
    """ISV administrators cannot end their own right, so that one always remains."""

    code = "OWN_ISV_RIGHT"


class AccountHoldsLicenses(Refusal):
    """Deleting the account would lose licenses that the user owns; `quantity` is their number."""

    code = "ACCOUNT_HOLDS_LICENSES"


class AddressTaken(Refusal):
    """Another account has this email address."""

    code = "ADDRESS_TAKEN"


class WrongPassword(Refusal):
    """The current password is wrong."""

    code = "WRONG_PASSWORD"


def normalize_address(text: str) -> str:
    """An email address as it is stored, trimmed and case-folded; raises BadInput."""
    address = text.strip().casefold()
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise BadInput(f"malformed email address {address[:40]!r}")
    return address


class User(Entity):
    """An account. A person has an email address, a technical user a home group (spec A22)."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email_is_lowercase"),
        sa.CheckConstraint(
            "(kind = 'HUMAN' AND home_group_id IS NULL AND email IS NOT NULL) OR"
            " (kind = 'TECHNICAL' AND home_group_id IS NOT NULL AND NOT is_isv_admin AND password_hash IS NULL)",
            name="kind_matches_columns",
        ),
        newest_first("users"),
        sa.Index("ix_users_name", "name", "id"),
        sa.Index("ix_users_home_group_id", "home_group_id", postgresql_where=sa.text("home_group_id IS NOT NULL")),
        # Finding the ISV administrators must not read every customer.
        sa.Index("ix_users_is_isv_admin", "id", postgresql_where=sa.text("is_isv_admin")),
    )

    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[UserKind] = mapped_column(text_enum(UserKind), server_default=UserKind.HUMAN)
    is_isv_admin: Mapped[bool] = mapped_column(server_default=sa.false())
    status: Mapped[UserStatus] = mapped_column(text_enum(UserStatus), server_default=UserStatus.ACTIVE)
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

    def require_person(self) -> None:
        """Raise AccountNotUsable for a technical user or an erased account."""
        if self.kind is not UserKind.HUMAN:
            raise AccountNotUsable("this account is a technical user, not a person", state=self.kind)
        self.require_not_erased()

    def require_not_erased(self) -> None:
        if self.status is UserStatus.ERASED:
            raise AccountNotUsable("the account is erased", state=self.status)

    def update_profile(
        self, *, name: str | None = None, locale: str | None = None, profile: Json | None = None
    ) -> None:
        """Change what other users see; None leaves a value unchanged."""
        self.require_not_erased()
        self.name = self.name if name is None else name
        if locale is not None and not _LOCALE.fullmatch(locale):
            raise BadInput(f"a locale must be written like de or pt-BR, got {locale[:40]!r}")
        self.locale = locale or self.locale
        if profile is not None and len(json.dumps(profile)) > _LARGEST_PROFILE:
            raise BadInput(f"a profile must have at most {_LARGEST_PROFILE} characters of JSON", limit=_LARGEST_PROFILE)
        self.profile = self.profile if profile is None else profile

    def confirm_address(self, password_hash: str | None, *, at: datetime) -> None:
        """Activate the account, because the holder of the mailbox has confirmed the address."""
        self.require_person()
        self.password_hash = password_hash or self.password_hash
        self.status, self.email_verified_at = UserStatus.ACTIVE, at

    def set_isv_admin(self, holds: bool, *, by: UUID) -> None:  # noqa: FBT001 - the value that is set
        """Make a user an ISV administrator, or end that; they cannot end their own right."""
        self.require_person()
        if self.status is not UserStatus.ACTIVE:
            raise AccountNotUsable(f"the account is {self.status.lower()}; it must be active", state=self.status)
        if self.id == by and not holds:
            raise OwnIsvRight("you cannot end your own right; another ISV administrator must do it")
        self.is_isv_admin = holds

    def erase(self) -> None:
        """Remove all personal data; the row remains, because the audit log refers to it."""
        self.require_not_erased()
        if self.is_isv_admin:
            raise StillIsvAdmin("an ISV administrator cannot be deleted; end their right first")
        self.status = UserStatus.ERASED
        self.name, self.profile, self.locale = "Deleted account", {}, "en"
        if self.kind is UserKind.HUMAN:
            self.email = f"{self.id}@erased.invalid"
        self.password_hash = self.email_verified_at = None

    # Whether the user holds the bundle SUPPORT or AUDITOR; defined in memberships.py.
    holds_support: ClassVar[Any]
    holds_auditor: ClassVar[Any]


class AccessToken(Entity):
    """An access token; only its hash is stored, so that a copy of the database gives no access."""

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
        """Revoke the token; revoking it again changes nothing."""
        self.revoked_at = self.revoked_at or at
