"""The base of every mapped class: ids, timestamps, the optimistic version, and how constraints are named."""

import enum
import os
import time
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): rows created together are stored close together in an index."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds << 80) | random
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def text_enum(enum_class: type[enum.StrEnum]) -> sa.Enum:
    """An enum stored as text with a CHECK: readable in any client, and a migration adds a value without a rewrite."""
    return sa.Enum(
        enum_class,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The base class of all tables; its metadata names their constraints."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, Any]] = MappingProxyType(
        {datetime: sa.DateTime(timezone=True), Json: JSONB, str: sa.Text}
    )


class Entity(Base):
    """A row with an id for clients, and a version that detects lost updates."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=sa.func.now(), onupdate=sa.func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    __mapper_args__ = {"version_id_col": version, "eager_defaults": True}  # noqa: RUF012 - read once, by the mapper


def newest_first(table: str, *columns: str, **options: Any) -> sa.Index:
    """The index for a page of rows with the same values in `columns`, newest first, ties broken by id."""
    name = "_".join(["ix", table, *columns, "newest"])
    return sa.Index(name, *columns, sa.text("created_at DESC"), sa.text("id DESC"), **options)
