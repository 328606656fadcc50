"""The one row of settings that the vendor keeps for the whole portal: edition and switches."""

import enum
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.mapping import Entity, choice


class Edition(enum.StrEnum):
    """What the vendor has bought (spec section 3)."""

    BASIC = "BASIC"
    PROFESSIONAL = "PROFESSIONAL"
    ENTERPRISE = "ENTERPRISE"


MAX_GROUP_LEVELS: dict[Edition, int] = {Edition.BASIC: 1, Edition.PROFESSIONAL: 2, Edition.ENTERPRISE: 10}


class Portal(Entity):
    """Edition and switches; a unique constant column keeps it to one row."""

    __tablename__ = "portals"
    __table_args__ = (sa.CheckConstraint("is_only", name="is_only"),)

    is_only: Mapped[bool] = mapped_column(server_default=sa.true(), unique=True)
    name: Mapped[str]
    edition: Mapped[Edition] = mapped_column(choice(Edition), server_default=Edition.ENTERPRISE)
    members_may_activate: Mapped[bool] = mapped_column(server_default=sa.true())
    strict_shared_containers: Mapped[bool] = mapped_column(server_default=sa.true())
    support_may_decide: Mapped[bool] = mapped_column(server_default=sa.false())

    SWITCHES: ClassVar[tuple[str, ...]] = ("members_may_activate", "strict_shared_containers", "support_may_decide")
