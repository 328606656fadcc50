"""The signed files that containers send: their kinds, their errors, and the record that accepts each only once."""

import enum
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Base
from store.errors import Refusal

FILE_LIFETIME = timedelta(days=30)
"""How old a file may be; an older one does not describe the current state of its container."""


class FileKind(enum.StrEnum):
    """The purpose of a file: a new container, a request for a license, a receipt for an update, or a report."""

    REGISTRATION = "REGISTRATION"
    REQUEST = "REQUEST"
    RECEIPT = "RECEIPT"
    REPORT = "REPORT"


class FileNotGenuine(Refusal):
    """The signature of the file is invalid, or it is another kind of file."""

    code = "CONTAINER_FILE_NOT_GENUINE"


class FileOfOtherContainer(Refusal):
    """The file is from another container, or confirms another update."""

    code = "CONTAINER_FILE_FOREIGN"


class FileReplayed(Refusal):
    """The file was received before."""

    code = "CONTAINER_FILE_REPLAYED"


class FileOutdated(Refusal):
    """The container has sent a newer file since, or the file is too old."""

    code = "CONTAINER_FILE_OUTDATED"


class CounterMismatch(Refusal):
    """The container's update counter differs from the portal's; the vendor has to settle it."""

    code = "COUNTER_MISMATCH"


class ContainerFile(Base):
    """A received file, by the id that the container gave it."""

    __tablename__ = "container_files"

    container_id: Mapped[UUID] = mapped_column(sa.ForeignKey("containers.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)
