"""Groups and their tree, memberships and invitations."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from store.db.base import Base, Entity, newest_first, text_enum
from store.errors import BadInput, WrongState
from store.users import User

if TYPE_CHECKING:
    from store.branding import Branding
    from store.projects import Project

MAX_LEVEL = 10


class GroupKind(enum.StrEnum):
    """What a group represents; a reseller is a kind of group, not a role (spec A6)."""

    ISV = "ISV"
    RESELLER = "RESELLER"
    CUSTOMER = "CUSTOMER"
    TEAM = "TEAM"


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


class InvitationState(enum.StrEnum):
    """PENDING until it is answered, revoked, or expires."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class GroupDeleted(WrongState):
    """The group was deleted; only its row remains."""

    code = "GROUP_DELETED"


class AlreadyMember(WrongState):
    """The user is a member of the group already; `state` is the role."""

    code = "ALREADY_MEMBER"


class NotMember(WrongState):
    """The membership has ended."""

    code = "NOT_MEMBER"


class NotInVendorGroup(WrongState):
    """Bundles can be given only in groups of kind ISV; `state` is the kind of this group."""

    code = "NOT_OF_VENDOR"


class InvitationNotOpen(WrongState):
    """The invitation was answered or revoked, or has expired; `state` says which."""

    code = "INVITATION_NOT_OPEN"


class GroupClosure(Base):
    """Every pair of a group and one of its descendants; a group is its own descendant at depth 0."""

    __tablename__ = "group_closure"
    __table_args__ = (
        sa.CheckConstraint("(depth = 0) = (ancestor_id = descendant_id)", name="self_has_depth_zero"),
        sa.CheckConstraint(f"depth BETWEEN 0 AND {MAX_LEVEL - 1}", name="depth_within_tree"),
        sa.Index("ix_group_closure_descendant_id_ancestor_id", "descendant_id", "ancestor_id"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    descendant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    depth: Mapped[int]


class Group(Entity):
    """A vendor, a reseller, a customer or a team.

    The foreign key to the parent includes its level, so that the database refuses an eleventh level, a level that does
    not follow the parent's, and with that every cycle.
    """

    __tablename__ = "groups"
    __table_args__ = (
        sa.UniqueConstraint("id", "level"),
        sa.ForeignKeyConstraint(
            ["parent_id", "parent_level"],
            ["groups.id", "groups.level"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint(f"level BETWEEN 1 AND {MAX_LEVEL}", name="level_within_tree"),
        sa.CheckConstraint("(parent_id IS NULL) = (level = 1)", name="only_top_is_level_one"),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 200", name="name_is_not_blank"),
        sa.Index("ix_groups_parent_id_name", "parent_id", "name", "id"),
        newest_first("groups"),
    )

    name: Mapped[str]
    kind: Mapped[GroupKind] = mapped_column(text_enum(GroupKind))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    parent_level: Mapped[int | None] = mapped_column(sa.SmallInteger, sa.Computed("level - 1", persisted=True))
    is_internal: Mapped[bool] = mapped_column(server_default=sa.false())
    branding_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("brandings.id"))
    deleted_at: Mapped[datetime | None]

    parent: Mapped["Group | None"] = relationship(remote_side="Group.id", foreign_keys=parent_id, viewonly=True)
    branding: Mapped["Branding | None"] = relationship()
    ancestors: Mapped[list["Group"]] = relationship(
        secondary="group_closure",
        primaryjoin="Group.id == GroupClosure.descendant_id",
        secondaryjoin="Group.id == GroupClosure.ancestor_id",
        viewonly=True,
    )
    memberships: Mapped[list["Membership"]] = relationship(back_populates="group", viewonly=True)
    projects: Mapped[list["Project"]] = relationship(back_populates="group", viewonly=True)

    def require_not_deleted(self) -> None:
        if self.deleted_at is not None:
            raise GroupDeleted(f"the group was deleted on {self.deleted_at:%Y-%m-%d}", state="DELETED")

    def rename(self, name: str) -> None:
        self.require_not_deleted()
        self.name = clean_name(name)

    def classify(self, *, kind: GroupKind | None = None, is_internal: bool | None = None) -> None:
        """Change the kind and whether the group is internal; None leaves a value unchanged. ISV groups are internal."""
        self.require_not_deleted()
        self.kind = kind or self.kind
        internal = self.is_internal if is_internal is None else is_internal
        self.is_internal = internal or self.kind is GroupKind.ISV


def clean_name(name: str) -> str:
    """A name without surrounding whitespace; raises BadInput if nothing remains."""
    if not name.strip():
        raise BadInput("a name must have at least one visible character")
    return name.strip()


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


class Invitation(Entity):
    """An invitation to join a group, for the holder of an email address."""

    __tablename__ = "invitations"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        sa.Index(
            "uq_invitations_pending",
            "email",
            "group_id",
            unique=True,
            postgresql_where=sa.text("state = 'PENDING'"),
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
        .correlate(User),
    )


# Conditions on the actor alone: evaluated once per request, so that statements need not evaluate them again.
User.holds_support = column_property(_holds(Bundle.SUPPORT), deferred=True)
User.holds_auditor = column_property(_holds(Bundle.AUDITOR), deferred=True)
