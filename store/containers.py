"""Containers, in which licenses are activated: local, dongles and cloud containers."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, newest_first, text_enum
from store.errors import BadInput, Refusal, WrongState
from store.groups import Group
from store.projects import Project
from store.users import User

if TYPE_CHECKING:
    from store.activations import Activation


class ContainerType(enum.StrEnum):
    """LOCAL is a CmActLicense, DONGLE a CmDongle; cloud containers are created with their owner."""

    LOCAL = "LOCAL"
    DONGLE = "DONGLE"
    PERSONAL_CLOUD = "PERSONAL_CLOUD"
    GROUP_CLOUD = "GROUP_CLOUD"
    TECHNICAL_CLOUD = "TECHNICAL_CLOUD"

    @property
    def is_cloud(self) -> bool:
        return self.value.endswith("CLOUD")


class ContainerState(enum.StrEnum):
    """UNEXPECTED: the container reported another update counter than expected, and the vendor has to settle it."""

    READY = "READY"
    BLOCKED = "BLOCKED"
    UNEXPECTED = "UNEXPECTED"
    DELETED = "DELETED"


class ContainerNotReady(WrongState):
    """The action needs a container in state READY."""

    code = "CONTAINER_NOT_READY"


class ContainerNotEmpty(Refusal):
    """Licenses are activated in the container, or borrowed to it."""

    code = "CONTAINER_NOT_EMPTY"


class SettleOutcome(enum.StrEnum):
    """How the vendor settles an unexpected update counter."""

    ACCEPT = "ACCEPT"
    BLOCK = "BLOCK"


class Container(Entity):
    """A container; its type determines whether a user, group or project owns it."""

    __tablename__ = "containers"
    __table_args__ = (
        sa.CheckConstraint(
            "CASE type WHEN 'GROUP_CLOUD' THEN owner_group_id IS NOT NULL AND owner_user_id IS NULL AND owner_project_id IS NULL"
            " WHEN 'PERSONAL_CLOUD' THEN owner_user_id IS NOT NULL AND owner_group_id IS NULL AND owner_project_id IS NULL"
            " WHEN 'TECHNICAL_CLOUD' THEN owner_user_id IS NOT NULL AND owner_group_id IS NULL AND owner_project_id IS NULL"
            " ELSE num_nonnulls(owner_user_id, owner_group_id, owner_project_id) = 1 END",
            name="owner_matches_type",
        ),
        # Cloud containers are created automatically, one for each owner.
        sa.Index(
            "uq_containers_cloud_of_user",
            "owner_user_id",
            unique=True,
            postgresql_where=sa.text("type IN ('PERSONAL_CLOUD', 'TECHNICAL_CLOUD') AND state <> 'DELETED'"),
        ),
        sa.Index(
            "uq_containers_cloud_of_group",
            "owner_group_id",
            unique=True,
            postgresql_where=sa.text("type = 'GROUP_CLOUD' AND state <> 'DELETED'"),
        ),
        newest_first("containers"),
        newest_first("containers", "owner_user_id"),
        newest_first("containers", "owner_group_id", postgresql_where=sa.text("owner_group_id IS NOT NULL")),
        newest_first("containers", "owner_project_id", postgresql_where=sa.text("owner_project_id IS NOT NULL")),
    )

    type: Mapped[ContainerType] = mapped_column(text_enum(ContainerType))
    serial: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default="")
    owner_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    owner_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    owner_project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("projects.id"))
    state: Mapped[ContainerState] = mapped_column(text_enum(ContainerState), server_default=ContainerState.READY)
    update_counter: Mapped[int] = mapped_column(server_default="0")
    credential_generation: Mapped[int] = mapped_column(server_default="1")
    public_key: Mapped[str | None] = mapped_column(unique=True)
    last_contact_at: Mapped[datetime | None]
    reported_counter: Mapped[int | None]
    reset_requested_at: Mapped[datetime | None]

    owner_user: Mapped[User | None] = relationship()
    owner_group: Mapped[Group | None] = relationship()
    owner_project: Mapped[Project | None] = relationship()
    activations: Mapped[list["Activation"]] = relationship(back_populates="container", viewonly=True)

    def require_ready(self) -> None:
        if self.state is not ContainerState.READY:
            raise ContainerNotReady(f"the container is {self.state.lower()}", state=self.state)

    def rename(self, name: str) -> None:
        self._require_not_deleted()
        self.name = name

    def reset(self) -> None:
        """Void all credentials of the cloud container."""
        self.require_ready()
        if not self.type.is_cloud:
            raise BadInput(f"only a cloud container has credentials, not a {self.type}")
        self.credential_generation += 1
        self.reset_requested_at = None

    def request_reset(self, *, at: datetime) -> None:
        """Request a reset, to be confirmed by the user who owns the container or by the vendor (spec A8)."""
        self.require_ready()
        self.reset_requested_at = at

    def require_reset_requested(self) -> None:
        if self.reset_requested_at is None:
            raise WrongState("no reset of this container was requested", state=self.state)

    def decline_reset(self) -> None:
        self.require_reset_requested()
        self.reset_requested_at = None

    def delete(self) -> None:
        """Delete a READY container; the caller checks that it is empty."""
        self.require_ready()
        self.state = ContainerState.DELETED

    def block(self) -> None:
        self.require_ready()
        self.state = ContainerState.BLOCKED

    def unblock(self) -> None:
        if self.state is not ContainerState.BLOCKED:
            raise WrongState(f"the container is {self.state.lower()}", state=self.state)
        self.state = ContainerState.READY

    def report_mismatch(self, counter: int) -> None:
        """Record an unexpected update counter; the container cannot be used until the vendor has settled it."""
        self.state, self.reported_counter = ContainerState.UNEXPECTED, counter

    def settle(self, outcome: SettleOutcome) -> None:
        """Accept the reported update counter, or block the container."""
        if self.state is not ContainerState.UNEXPECTED:
            raise WrongState(f"the container is {self.state.lower()}", state=self.state)
        if outcome is SettleOutcome.BLOCK:
            self.state = ContainerState.BLOCKED
            return
        self.state = ContainerState.READY
        self.update_counter = self.update_counter if self.reported_counter is None else self.reported_counter
        self.reported_counter = None

    def _require_not_deleted(self) -> None:
        if self.state is ContainerState.DELETED:
            raise ContainerNotReady("the container is deleted", state=self.state)
