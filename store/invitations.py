"""Invitations to groups, for the holders of email addresses."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, newest_first, text_enum
from store.errors import WrongState
from store.groups import Group
from store.memberships import MemberRole
from store.users import User


class InvitationState(enum.StrEnum):
    """PENDING until it is answered, revoked, or expires."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class InvitationNotOpen(WrongState):
    """The invitation was answered or revoked, or has expired; `state` says which."""

    code = "INVITATION_NOT_OPEN"


class Invitation(Entity):
    """An invitation to join a group, for the holder of an email address."""

    __tablename__ = "invitations"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        sa.Index(
            "uq_invitations_pending", "email", "group_id", unique=True, postgresql_where=sa.text("state = 'PENDING'")
        ),
        newest_first("invitations", "group_id"),
        newest_first("invitations", "email"),
    )

    email: Mapped[str]
    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id", ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(text_enum(MemberRole), server_default=MemberRole.MEMBER)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    invited_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    state: Mapped[InvitationState] = mapped_column(text_enum(InvitationState), server_default=InvitationState.PENDING)

    group: Mapped[Group] = relationship()
    invited_by: Mapped[User] = relationship()

    def accept(self, *, at: datetime) -> None:
        self.require_open(at=at)
        self.state = InvitationState.ACCEPTED

    def decline(self, *, at: datetime) -> None:
        self.require_open(at=at)
        self.state = InvitationState.DECLINED

    def revoke(self, *, at: datetime) -> None:
        self.require_open(at=at)
        self.state = InvitationState.REVOKED

    def require_open(self, *, at: datetime) -> None:
        """Raise InvitationNotOpen unless it is PENDING and not past `expires_at`, even if no job has expired it yet."""
        state = self.state
        if state is InvitationState.PENDING and self.expires_at <= at:
            state = InvitationState.EXPIRED
        if state is not InvitationState.PENDING:
            raise InvitationNotOpen(f"the invitation is {state.lower()}", state=state)
