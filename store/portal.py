"""The settings of the whole portal: edition, instance and switches."""

import enum
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Entity, text_enum
from store.errors import EditionRequired, NotFound


class Edition(enum.StrEnum):
    """The edition that the vendor has bought (spec section 3)."""

    BASIC = "BASIC"
    PROFESSIONAL = "PROFESSIONAL"
    ENTERPRISE = "ENTERPRISE"


class Capability(enum.StrEnum):
    """A capability that an edition may include (spec section 3)."""

    WHITE_LABELING = "WHITE_LABELING"
    RESELLER_MANAGEMENT = "RESELLER_MANAGEMENT"
    LICENSE_CREATION_API = "LICENSE_CREATION_API"
    MANAGEMENT_API = "MANAGEMENT_API"
    CUSTOM_PLUGINS = "CUSTOM_PLUGINS"
    SSO = "SSO"
    TEST_INSTANCES = "TEST_INSTANCES"
    MULTI_VENDOR_ACTIVATION = "MULTI_VENDOR_ACTIVATION"
    PROJECT_WORKFLOW = "PROJECT_WORKFLOW"
    NOTIFICATION_DISPATCHER = "NOTIFICATION_DISPATCHER"
    GROUP_LEVELS = "GROUP_LEVELS"


class Instance(enum.StrEnum):
    """The purpose of a portal; each instance has its own database."""

    PRODUCTIVE = "PRODUCTIVE"
    DEV = "DEV"
    Q = "Q"


_ADDED: dict[Edition, tuple[Capability, ...]] = {
    Edition.BASIC: (Capability.GROUP_LEVELS, Capability.WHITE_LABELING),
    Edition.PROFESSIONAL: (
        Capability.RESELLER_MANAGEMENT,
        Capability.LICENSE_CREATION_API,
        Capability.MANAGEMENT_API,
        Capability.CUSTOM_PLUGINS,
        Capability.SSO,
        Capability.TEST_INSTANCES,
    ),
    Edition.ENTERPRISE: (
        Capability.MULTI_VENDOR_ACTIVATION,
        Capability.PROJECT_WORKFLOW,
        Capability.NOTIFICATION_DISPATCHER,
    ),
}
_ORDER = tuple(Edition)
CAPABILITIES: dict[Edition, tuple[Capability, ...]] = {
    edition: tuple(each for lower in _ORDER[: number + 1] for each in _ADDED[lower])
    for number, edition in enumerate(_ORDER)
}
"""The capabilities of each edition, including those of the smaller ones."""

MAX_GROUP_LEVELS: dict[Edition, int] = {Edition.BASIC: 1, Edition.PROFESSIONAL: 2, Edition.ENTERPRISE: 10}

_INSTANCES: dict[Edition, tuple[Instance, ...]] = {
    Edition.BASIC: (Instance.PRODUCTIVE,),
    Edition.PROFESSIONAL: (Instance.PRODUCTIVE, Instance.DEV),
    Edition.ENTERPRISE: tuple(Instance),
}


class Portal(Entity):
    """The settings; a unique constant column limits them to one row."""

    __tablename__ = "portals"
    __table_args__ = (sa.CheckConstraint("is_only", name="is_only"),)

    is_only: Mapped[bool] = mapped_column(server_default=sa.true(), unique=True)
    name: Mapped[str]
    edition: Mapped[Edition] = mapped_column(text_enum(Edition), server_default=Edition.ENTERPRISE)
    instance: Mapped[Instance] = mapped_column(text_enum(Instance), server_default=Instance.PRODUCTIVE)
    members_may_activate: Mapped[bool] = mapped_column(server_default=sa.true())
    strict_shared_containers: Mapped[bool] = mapped_column(server_default=sa.true())
    support_may_decide: Mapped[bool] = mapped_column(server_default=sa.false())

    SWITCHES: ClassVar[tuple[str, ...]] = ("members_may_activate", "strict_shared_containers", "support_may_decide")

    def set_instance(self, instance: Instance) -> None:
        """Set the purpose of this portal; test instances need a larger edition (F116)."""
        if instance not in _INSTANCES[self.edition]:
            minimum = next(each for each in Edition if instance in _INSTANCES[each])
            raise EditionRequired(Capability.TEST_INSTANCES, minimum)
        self.instance = instance

    def set_switches(self, **switches: bool | None) -> None:
        """Set switches; None leaves one unchanged."""
        for name, value in switches.items():
            assert name in self.SWITCHES
            if value is not None:
                setattr(self, name, value)


async def find_portal(session: AsyncSession) -> Portal | None:
    """The single row; None before the first `portal import` has created it."""
    return await session.scalar(sa.select(Portal))


async def portal_id(session: AsyncSession) -> UUID:
    """The ID of the single row; raises NotFound before the first `portal import`."""
    id_ = (await session.scalars(sa.select(Portal.id))).one_or_none()
    if id_ is None:
        raise NotFound("the portal is not set up; run `portal import` first")
    return id_
