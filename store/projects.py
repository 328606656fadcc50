"""Projects: licenses planned in virtual containers, published in revisions, and pulled into containers on site."""

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
    """While a project is IN_PROGRESS, nothing can be pulled on site (spec A14)."""

    IN_PROGRESS = "IN_PROGRESS"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class ParticipantRole(enum.StrEnum):
    """ADMIN plans the project; ON_SITE pulls it and cannot change it."""

    ADMIN = "ADMIN"
    ON_SITE = "ON_SITE"


class VirtualContainerState(enum.StrEnum):
    """PLANNED until it is pulled into a container; STALE when a newer revision is published."""

    PLANNED = "PLANNED"
    BOUND = "BOUND"
    STALE = "STALE"


class ProjectNotInProgress(WrongState):
    """The content of a project can be changed only while it is IN_PROGRESS."""

    code = "PROJECT_NOT_IN_PROGRESS"


class ProjectNotPublished(WrongState):
    """Only a PUBLISHED project can be pulled on site (spec A14)."""

    code = "PROJECT_NOT_PUBLISHED"


class VirtualContainerBound(WrongState):
    """The virtual container is bound to a container, which still has its licenses."""

    code = "VIRTUAL_CONTAINER_BOUND"


class VirtualContainerUpToDate(WrongState):
    """The container has the newest revision; there is nothing to pull."""

    code = "VIRTUAL_CONTAINER_UP_TO_DATE"


class ContainerOccupied(Refusal):
    """The container is not empty, or is bound to another virtual container."""

    code = "CONTAINER_OCCUPIED"


class ContainerOutsideProject(Refusal):
    """The container must belong to the project, its group or a subgroup, or to a participant."""

    code = "CONTAINER_OUTSIDE_PROJECT"


class LicenseNotInProject(Refusal):
    """Only licenses that are assigned to the project can be planned in it."""

    code = "LICENSE_NOT_IN_PROJECT"


class LicensePlanned(Refusal):
    """The license is planned in another virtual container."""

    code = "LICENSE_ALREADY_PLANNED"


class LicenseNotPlanned(Refusal):
    """The license is not planned in this virtual container."""

    code = "LICENSE_NOT_PLANNED"


class NameTaken(Refusal):
    """Another one has this name."""

    code = "NAME_TAKEN"


class Project(Entity):
    """A project with its virtual containers and participants."""

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
                f"the project is {self.state.lower()}; reopen it to change its content", state=self.state
            )

    def require_published(self) -> None:
        if self.state is not ProjectState.PUBLISHED:
            raise ProjectNotPublished(f"the project is {_label(self.state)}; it must be published", state=self.state)

    def require_open(self) -> None:
        if self.state is ProjectState.ARCHIVED:
            raise ProjectNotInProgress("the project is archived", state=self.state)

    def publish(self) -> None:
        """Publish the next revision."""
        self.require_in_progress()
        self.state, self.revision = ProjectState.PUBLISHED, self.revision + 1

    def reopen(self) -> None:
        """Reopen it for changes; licenses on site stay valid with their revision (spec A14)."""
        self.require_published()
        self.state = ProjectState.IN_PROGRESS

    def archive(self) -> None:
        """Archive it from any state; licenses on site stay there."""
        self.require_open()
        self.state = ProjectState.ARCHIVED


class ProjectParticipant(Entity):
    """The participation of a user in a project."""

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
    """A published revision, which never changes."""

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
    """A planned container; it is bound to at most one container, and a container to at most one of them."""

    __tablename__ = "virtual_containers"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "name"),
        sa.CheckConstraint("(state = 'PLANNED') = (container_id IS NULL)", name="bound_has_container"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("projects.id"))
    name: Mapped[str]
    state: Mapped[VirtualContainerState] = mapped_column(
        text_enum(VirtualContainerState), server_default=VirtualContainerState.PLANNED
    )
    container_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("containers.id"), unique=True)
    bound_revision: Mapped[int | None]
    bound_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="virtual_containers")
    container: Mapped["Container | None"] = relationship(foreign_keys=container_id)
    licenses: Mapped[list["License"]] = relationship(secondary="virtual_container_licenses", viewonly=True)

    def bind(self, container_id: UUID, *, revision: int, at: datetime) -> None:
        """Bind it to a container that has all licenses of a revision."""
        self.state, self.container_id = VirtualContainerState.BOUND, container_id
        self.bound_revision, self.bound_at = revision, at

    def start_pull(self, container_id: UUID) -> None:
        """Bind it to a container that does not have all licenses of the newest revision yet."""
        self.state, self.container_id = VirtualContainerState.STALE, container_id

    def mark_stale(self) -> None:
        self.state = VirtualContainerState.STALE

    def require_stale(self) -> None:
        if self.state is VirtualContainerState.BOUND:
            raise VirtualContainerUpToDate(
                f"the container has revision {self.bound_revision}, which is the newest", state=self.state
            )


class VirtualContainerLicense(Base):
    """The plan of a license in a virtual container; the license is the key, so that it is planned at most once."""

    __tablename__ = "virtual_container_licenses"

    license_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licenses.id"), primary_key=True)
    virtual_container_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("virtual_containers.id", ondelete="CASCADE"), index=True
    )


def _label(state: ProjectState) -> str:
    return "in edit mode" if state is ProjectState.IN_PROGRESS else state.lower()
