"""Where a field gets its value from. A field is declared by its source; nothing in this module fetches anything.

`schema/fields/resolvers.py` makes resolvers of the sources; `sources_of` in `schema/fields/entities.py` returns the sources
of a type by field name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authz.lists.queries import Expression, ParentLink, Projection, Row
from authz.policy import Policy
from store.db.base import Base


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The global ID, made of the type name and the row's ID."""

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; null if a field rule hides it from the viewer."""

    name: str

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(columns=frozenset({self.name}))


@dataclass(frozen=True, slots=True)
class SqlExpression:
    """A value that the database computes for the row."""

    expression: Expression

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(expressions=frozenset({self.expression}))


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that Python computes from the columns and expressions in `needs`."""

    compute: Callable[[Row], Any]
    needs: Projection

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return self.needs


@dataclass(frozen=True, slots=True)
class ToOne:
    """A related row: that of the first of these foreign keys that is not null, each with its class."""

    keys: tuple[tuple[str, type[Base]], ...]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(columns=frozenset(name for name, _ in self.keys))


@dataclass(frozen=True, slots=True)
class ToMany:
    """A connection: the related rows of a class; with `link` None, all its rows that the viewer may read."""

    cls: type[Base]
    link: ParentLink | None

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class ByIds:
    """A plain list of rows of a class, by the IDs that the parent object provides, in its order."""

    cls: type[Base]
    ids: Callable[[Any], list[Any]]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class CustomResolver:
    """The result of a function, called with the parent object, graphql-core's info and the arguments of the field."""

    resolver: Callable[..., Any]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """The actions that the viewer may perform on the row."""

    def projection(self, cls: type[Base], policy: Policy) -> Projection:
        return Projection(can=frozenset(policy.actions(cls)))


@dataclass(frozen=True, slots=True)
class DeniedActions:
    """The actions that the viewer may not perform on the row, each with the rules that allow it to others."""

    def projection(self, cls: type[Base], policy: Policy) -> Projection:
        return Projection(can=frozenset(policy.actions(cls)))


Source = (
    GlobalId
    | Column
    | SqlExpression
    | Derived
    | ToOne
    | ToMany
    | ByIds
    | CustomResolver
    | AllowedActions
    | DeniedActions
)
