"""What a rule may speak of: the attributes of the mapped classes with their types, as the mappers know them."""

import dataclasses
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Scalar:
    """A column: its Python type, whether it may be nil, and its closed set where it has one."""

    kind: type
    nullable: bool
    choices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ToOne:
    cls: type[DeclarativeBase]
    nullable: bool
    column: str


@dataclass(frozen=True, slots=True)
class ToMany:
    cls: type[DeclarativeBase]


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A record of settings around the actor, in no table."""

    name: str
    fields: Mapping[str, Scalar]


ANY_RESOURCE = "Resource"
"""As the class of a parameter: every class that has a resource block."""

Attribute = Scalar | ToOne | ToMany | Surrounding


class Vocabulary:
    """The nouns of a policy."""

    def __init__(
        self,
        classes: Sequence[type[DeclarativeBase]],
        actor: type[DeclarativeBase],
        context: Mapping[str, type],
        carried: Collection[str] | None = None,
    ) -> None:
        self.classes = {each.__name__: each for each in classes}
        self.classes.setdefault(actor.__name__, actor)
        self.actor = actor
        self._carried = carried
        self.context = {name: Surrounding(name, _hints(each)) for name, each in context.items()}
        self._known: dict[tuple[type[DeclarativeBase], str], Attribute | None] = {}

    def attribute(self, cls: type[DeclarativeBase], name: str) -> Attribute | None:
        """What `name` is on a class, None where it is nothing."""
        key = (cls, name)
        if key not in self._known:
            self._known[key] = self._look_up(cls, name)
        return self._known[key]

    def is_carried(self, column: str) -> bool:
        """Whether a column of the actor is known whenever somebody asks."""
        return self._carried is None or column in self._carried

    def _look_up(self, cls: type[DeclarativeBase], name: str) -> Attribute | None:
        if cls is self.actor and name in self.context:
            return self.context[name]
        mapper = sa.inspect(cls)
        if name in mapper.column_attrs:
            return _scalar(mapper.column_attrs[name].columns[0])
        relation = mapper.relationships.get(name)
        if relation is None:
            return None
        if relation.uselist:
            return ToMany(relation.mapper.class_)
        (column,) = relation.local_columns
        return ToOne(relation.mapper.class_, bool(column.nullable), mapper.get_property_by_column(column).key)


def _scalar(column: Any) -> Scalar:
    nullable = bool(getattr(column, "nullable", False))
    if isinstance(column.type, sa.Enum):
        return Scalar(str, nullable, frozenset(column.type.enums))
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = object
    return Scalar(kind, nullable)


def _hints(record: type) -> dict[str, Scalar]:
    hints = get_type_hints(record)
    return {each.name: _setting(hints[each.name]) for each in dataclasses.fields(record)}


def _setting(kind: Any) -> Scalar:
    if isinstance(kind, type) and issubclass(kind, enum.StrEnum):
        return Scalar(str, nullable=False, choices=frozenset(each.value for each in kind))
    return Scalar(kind, nullable=False)
