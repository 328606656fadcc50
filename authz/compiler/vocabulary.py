"""What rules may refer to: the mapped classes and their attributes, as SQLAlchemy's mappers describe them."""

import dataclasses
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Scalar:
    """A column or a setting: its Python type, whether it may be nil, and its values if they are a closed set."""

    python_type: type
    nullable: bool
    choices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ToOneAttribute:
    """A to-one relationship and its foreign key column."""

    cls: type[DeclarativeBase]
    nullable: bool
    column: str


@dataclass(frozen=True, slots=True)
class ToManyAttribute:
    """A to-many relationship."""

    cls: type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class SettingsAttribute:
    """A record of settings that the actor carries; it is in no table."""

    name: str
    fields: Mapping[str, Scalar]


ANY_RESOURCE = "Resource"
"""In a pattern: every class with a resource block."""

Attribute = Scalar | ToOneAttribute | ToManyAttribute | SettingsAttribute


class Vocabulary:
    """The classes of a policy, the actor among them, and their attributes."""

    def __init__(
        self,
        classes: Sequence[type[DeclarativeBase]],
        actor: type[DeclarativeBase],
        settings: Mapping[str, type],
        actor_columns: Collection[str] | None = None,
    ) -> None:
        self.classes = {cls.__name__: cls for cls in (*classes, actor)}
        self.actor = actor
        self.actor_columns = actor_columns
        """The columns of the actor that are loaded with every request; None for all."""
        self.settings = {name: SettingsAttribute(name, _fields_of(record)) for name, record in settings.items()}
        self._attributes: dict[tuple[type[DeclarativeBase], str], Attribute | None] = {}  # at most all of the mappers

    def attribute(self, cls: type[DeclarativeBase], name: str) -> Attribute | None:
        """What a name means on a class; None if the class has no such attribute."""
        key = (cls, name)
        if key not in self._attributes:
            self._attributes[key] = self._look_up(cls, name)
        return self._attributes[key]

    def _look_up(self, cls: type[DeclarativeBase], name: str) -> Attribute | None:
        if cls is self.actor and name in self.settings:
            return self.settings[name]
        mapper = sa.inspect(cls)
        if name in mapper.column_attrs:
            return _scalar_of_column(mapper.column_attrs[name].columns[0])
        relationship = mapper.relationships.get(name)
        if relationship is None:
            return None
        if relationship.uselist:
            return ToManyAttribute(relationship.mapper.class_)
        (column,) = relationship.local_columns
        key = mapper.get_property_by_column(column).key
        return ToOneAttribute(relationship.mapper.class_, bool(column.nullable), key)


def _scalar_of_column(column: Any) -> Scalar:
    nullable = bool(getattr(column, "nullable", False))
    if isinstance(column.type, sa.Enum):
        return Scalar(str, nullable, frozenset(column.type.enums))
    try:
        python_type = column.type.python_type
    except NotImplementedError:
        python_type = object
    return Scalar(python_type, nullable)


def _fields_of(record: type) -> dict[str, Scalar]:
    types = get_type_hints(record)
    return {field.name: _scalar_of_setting(types[field.name]) for field in dataclasses.fields(record)}


def _scalar_of_setting(python_type: Any) -> Scalar:
    if isinstance(python_type, type) and issubclass(python_type, enum.StrEnum):
        return Scalar(str, nullable=False, choices=frozenset(member.value for member in python_type))
    return Scalar(python_type, nullable=False)
