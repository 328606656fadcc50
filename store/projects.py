"""A prepared configuration of licenses that is published, carried to the site and locked there."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Base, Entity, Json, newest_first, text_enum
from store.errors import Refusal, WrongState
from store.groups import Group
from store.users import User

if TYPE_CHECKING:
    from store.containers import Container
    from store.licenses import License


class ProjectState(enum.StrEnum):
    """On site nothing new arrives while a project is IN_PROGRESS (spec A14)."""

    IN_PROGRESS = "IN_PROGRESS"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class ParticipantRole(enum.StrEnum):
    """ADMIN prepares the project, ON_SITE carries it out and cannot change it."""

    ADMIN = "ADMIN"
    ON_SITE = "ON_SITE"


class VirtualContainerState(enum.StrEnum):
    """PLANNED until pulled into a real container; STALE when a newer revision is published."""

    PLANNED = "PLANNED"
    BOUND = "BOUND"
    STALE = "STALE"


class ProjectNotInProgress(WrongState):
    """What a project holds is changed in edit mode only."""

    code = "PROJECT_NOT_IN_PROGRESS"


class ProjectNotPublished(WrongState):
    """On site nothing new arrives while the project is in edit mode, nor after its end (spec A14)."""

    code = "PROJECT_NOT_PUBLISHED"


class VirtualContainerBound(WrongState):
    """It has become a real container, which still holds its licenses."""

    code = "VIRTUAL_CONTAINER_BOUND"


class VirtualContainerUpToDate(WrongState):
    """The real container holds what was published last: there is nothing to pull."""

    code = "VIRTUAL_CONTAINER_UP_TO_DATE"


class ContainerOccupied(Refusal):
    """A virtual container goes into an empty real one, and each real one takes one."""

    code = "CONTAINER_OCCUPIED"


class ContainerOutsideProject(Refusal):
    """The real container belongs to the project, to its group or below, or to one of its people."""

    code = "CONTAINER_OUTSIDE_PROJECT"


class LicenseNotInProject(Refusal):
    """Only what is assigned to the project is planned in it."""

    code = "LICENSE_NOT_IN_PROJECT"


class LicensePlanned(Refusal):
    """A license sits in at most one virtual container."""

    code = "LICENSE_ALREADY_PLANNED"


class LicenseNotPlanned(Refusal):
    """The license is not in this virtual container."""

    code = "LICENSE_NOT_PLANNED"


class NameTaken(Refusal):
    """There is one of this name already."""

    code = "NAME_TAKEN"


class Project(Entity):
    """Virtual containers with their licenses, prepared by an administrator."""

    __tablename__ = "projects"
    __table_args__ = (newest_first("projects", "group_id"), newest_first("projects"))

    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id"))
    name: Mapped[str]
    state: Mapped[ProjectState] = mapped_column(text_enum(ProjectState), server_default=ProjectState.IN_PROGRESS)
    revision: Mapped[int] = mapped_column(server_default="0")

    group: Mapped[Group] = relationship(back_populates="projects")
    participants: Mapped[list["ProjectParticipant"]] = relationship(back_populates="project", viewonly=True)
    virtual_containers: Mapped[list["VirtualContainer"]] = relationship(back_populates="project", viewonly=True)

    def require_in_progress(self) -> None:
        if self.state is not ProjectState.IN_PROGRESS:
            raise ProjectNotInProgress(
                f"the project is {self.state.lower()}; what it holds is changed in edit mode",
                state=self.state,
            )

    def require_published(self) -> None:
        if self.state is not ProjectState.PUBLISHED:
            raise ProjectNotPublished(
                f"the project is {_words(self.state)}; on site only a published one arrives",
                state=self.state,
            )

    def require_open(self) -> None:
        """An archived project is kept as it was."""
        if self.state is ProjectState.ARCHIVED:
            raise ProjectNotInProgress("the project is archived", state=self.state)

    def publish(self) -> None:
        """The next revision is out, and what is on site is older than it."""
        self.require_in_progress()
        self.state, self.revision = ProjectState.PUBLISHED, self.revision + 1

    def reopen(self) -> None:
        """Back to edit mode: what is on site stays valid on its revision (spec A14)."""
        self.require_published()
        self.state = ProjectState.IN_PROGRESS

    def archive(self) -> None:
        """The end of a project, from any other state; what is on site stays there."""
        self.require_open()
        self.state = ProjectState.ARCHIVED


class ProjectParticipant(Entity):
    """That a user takes part in a project, preparing it or on site."""

    __tablename__ = "project_participants"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "user_id"),
        sa.Index("ix_project_participants_user_id_role_project_id", "user_id", "role", "project_id"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[ParticipantRole] = mapped_column(text_enum(ParticipantRole))

    project: Mapped[Project] = relationship(back_populates="participants")
    user: Mapped[User] = relationship(back_populates="participations")


class ProjectRevision(Entity):
    """What was published, as it was: never changed afterwards."""

    __tablename__ = "project_revisions"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_is_positive"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("projects.id"))
    number: Mapped[int]
    snapshot: Mapped[Json]
    published_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id"))

    project: Mapped[Project] = relationship()
    published_by: Mapped[User] = relationship()


class VirtualContainer(Entity):
    """A container that is planned and not yet there; it binds at most one real one, and a real one binds at most one."""

    __tablename__ = "virtual_containers"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "name"),
        sa.CheckConstraint("(state = 'PLANNED') = (container_id IS NULL)", name="bound_has_container"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("projects.id"))
    name: Mapped[str]
    state: Mapped[VirtualContainerState] = mapped_column(
        text_enum(VirtualContainerState),
        server_default=VirtualContainerState.PLANNED,
    )
    container_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("containers.id"), unique=True)
    bound_revision: Mapped[int | None]
    bound_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="virtual_containers")
    container: Mapped["Container | None"] = relationship(foreign_keys=container_id)
    licenses: Mapped[list["License"]] = relationship(secondary="virtual_container_licenses", viewonly=True)

    def bind(self, container_id: UUID, *, revision: int, at: datetime) -> None:
        """It has become this container, with what the revision holds."""
        self.state, self.container_id = VirtualContainerState.BOUND, container_id
        self.bound_revision, self.bound_at = revision, at

    def start_pull(self, container_id: UUID) -> None:
        """It is becoming this container; not all of the last revision is there yet."""
        self.state, self.container_id = VirtualContainerState.STALE, container_id

    def mark_stale(self) -> None:
        """A newer revision is out."""
        self.state = VirtualContainerState.STALE

    def require_stale(self) -> None:
        """A real container takes the difference to a newer revision, once."""
        if self.state is VirtualContainerState.BOUND:
            raise VirtualContainerUpToDate(
                f"the container holds revision {self.bound_revision} already",
                state=self.state,
            )


class VirtualContainerLicense(Base):
    """A license sits in at most one virtual container: the license is the key."""

    __tablename__ = "virtual_container_licenses"

    license_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licenses.id"), primary_key=True)
    virtual_container_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("virtual_containers.id", ondelete="CASCADE"),
        index=True,
    )


def _words(state: ProjectState) -> str:
    return "in edit mode" if state is ProjectState.IN_PROGRESS else state.lower()
