"""Groups and their tree."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Base, Entity, newest_first, text_enum
from store.errors import BadInput, WrongState

if TYPE_CHECKING:
    from store.branding import Branding
    from store.memberships import Membership
    from store.projects import Project

MAX_LEVEL = 10


class GroupKind(enum.StrEnum):
    """What a group represents; a reseller is a kind of group, not a role (spec A6)."""

    ISV = "ISV"
    RESELLER = "RESELLER"
    CUSTOMER = "CUSTOMER"
    TEAM = "TEAM"


class GroupDeleted(WrongState):
    """The group was deleted; only its row remains."""

    code = "GROUP_DELETED"


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
            ["parent_id", "parent_level"], ["groups.id", "groups.level"], deferrable=True, initially="DEFERRED"
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
