"""The signed files that containers have sent, each taken once, and what can be wrong with one."""

import enum
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Base
from store.errors import Refusal

FILE_LIFETIME = timedelta(days=30)
"""A file that was on its way for longer is no word of the container's present state."""


class FileKind(enum.StrEnum):
    """What a container has to say."""

    REGISTRATION = "REGISTRATION"
    REQUEST = "REQUEST"
    RECEIPT = "RECEIPT"
    REPORT = "REPORT"


class FileNotGenuine(Refusal):
    """The file is not as the container has signed it, or is another kind of file."""

    code = "CONTAINER_FILE_NOT_GENUINE"


class FileOfOtherContainer(Refusal):
    """The file is of another container, or answers another update."""

    code = "CONTAINER_FILE_FOREIGN"


class FileReplayed(Refusal):
    """The file has been taken once."""

    code = "CONTAINER_FILE_REPLAYED"


class FileOutdated(Refusal):
    """The container has said something newer since, or the file was on its way for too long."""

    code = "CONTAINER_FILE_OUTDATED"


class CounterMismatch(Refusal):
    """The container's update counter is not the portal's: the vendor has to settle it."""

    code = "COUNTER_MISMATCH"


class ContainerFile(Base):
    """One file that was taken, by the id that the container gave it."""

    __tablename__ = "container_files"

    container_id: Mapped[UUID] = mapped_column(sa.ForeignKey("containers.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)
