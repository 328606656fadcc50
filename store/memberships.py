"""Memberships of users in groups, with their roles and bundles."""

import enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from store.db.base import Entity, newest_first, text_enum
from store.errors import WrongState
from store.groups import Group, GroupKind
from store.users import User


class MemberRole(enum.StrEnum):
    """The role of one membership."""

    ADMIN = "ADMIN"
    MEMBER = "MEMBER"


class MembershipState(enum.StrEnum):
    """The state of a membership; only an ACTIVE one grants rights."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"


class Bundle(enum.StrEnum):
    """The task of a vendor's employee, held by a membership in a group of kind ISV."""

    SALES = "SALES"
    SUPPORT = "SUPPORT"
    AUDITOR = "AUDITOR"


class AlreadyMember(WrongState):
    """The user is a member of the group already; `state` is the role."""

    code = "ALREADY_MEMBER"


class NotMember(WrongState):
    """The membership has ended."""

    code = "NOT_MEMBER"


class NotInVendorGroup(WrongState):
    """Bundles can be given only in groups of kind ISV; `state` is the kind of this group."""

    code = "NOT_OF_VENDOR"


class Membership(Entity):
    """The membership of a user in a group."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "group_id"),
        sa.Index("ix_memberships_user_id_role_group_id", "user_id", "role", "group_id"),
        sa.Index("ix_memberships_group_id_role_user_id", "group_id", "role", "user_id"),
        newest_first("memberships", "group_id"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id"))
    role: Mapped[MemberRole] = mapped_column(text_enum(MemberRole), server_default=MemberRole.MEMBER)
    state: Mapped[MembershipState] = mapped_column(text_enum(MembershipState), server_default=MembershipState.ACTIVE)
    bundle: Mapped[Bundle | None] = mapped_column(text_enum(Bundle))

    user: Mapped[User] = relationship(foreign_keys=user_id)
    group: Mapped[Group] = relationship()

    def activate(self, role: MemberRole) -> None:
        """Start the membership, or start it again; an earlier role or bundle is not restored."""
        if self.state is MembershipState.ACTIVE:
            raise AlreadyMember(f"the user already belongs to this group as {self.role.lower()}", state=self.role)
        self.state, self.role, self.bundle = MembershipState.ACTIVE, role, None

    def change_role(self, role: MemberRole) -> None:
        self.require_active()
        self.role = role

    def end(self) -> None:
        """End the membership; the row remains, because the audit log refers to it."""
        self.require_active()
        self.state = MembershipState.REMOVED

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Give a vendor's employee a bundle, or take it back (None)."""
        self.require_active()
        if bundle is not None and self.group.kind is not GroupKind.ISV:
            raise NotInVendorGroup(
                f"a bundle can be given only in a group of kind ISV, not {self.group.kind}", state=self.group.kind
            )
        self.bundle = bundle

    def require_active(self) -> None:
        if self.state is not MembershipState.ACTIVE:
            raise NotMember("the user is not a member of this group", state=self.state)


def _holds(bundle: Bundle) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(1)
        .where(
            Membership.user_id == User.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.bundle == bundle,
            Group.id == Membership.group_id,
            Group.kind == GroupKind.ISV,
        )
        .correlate(User)
    )


# Conditions on the actor alone: evaluated once per request, so that statements need not evaluate them again.
User.holds_support = column_property(_holds(Bundle.SUPPORT), deferred=True)


User.holds_auditor = column_property(_holds(Bundle.AUDITOR), deferred=True)
