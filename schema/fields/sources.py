"""Where the value of a field comes from. A field is declared by its source; nothing here fetches anything.

The declarations serve the ordinary execution (`schema/fields/resolvers.py`) and whatever else can read them: `sources_of` in
`schema/fields/entities.py` gives the sources of a type by the names of its fields.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authz.lists.queries import Expression, ParentLink, Projection, Row
from authz.policy import Policy
from store.db.base import Base


@dataclass(frozen=True, slots=True)
class Identity:
    """The global id, made of the kind and the id of the row."""

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; None where a field rule keeps it from the viewer."""

    name: str

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(columns=frozenset({self.name}))


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that SQL computes for the row."""

    expression: Expression

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(expressions=frozenset({self.expression}))


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that Python makes of the row, out of the columns and expressions that it names."""

    make: Callable[[Row], Any]
    needs: Projection

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return self.needs


@dataclass(frozen=True, slots=True)
class ToOne:
    """A neighbour: the row whose id stands in the first of these columns that is not empty, and its class."""

    keys: tuple[tuple[str, type[Base]], ...]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection(columns=frozenset(name for name, _ in self.keys))


@dataclass(frozen=True, slots=True)
class ToMany:
    """A list below the row; with `through` None, all rows of the class that the viewer may see."""

    cls: type[Base]
    link: ParentLink | None

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class ToEach:
    """Rows of a class whose ids the parent names itself, in its order."""

    cls: type[Base]
    ids: Callable[[Any], list[Any]]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a function gives to the arguments of the field; it is called with the parent, the place and the arguments."""

    answer: Callable[..., Any]

    def projection(self, _cls: type[Base], _policy: Policy) -> Projection:
        return Projection()


@dataclass(frozen=True, slots=True)
class Can:
    """What the viewer may do with the row."""

    def projection(self, cls: type[Base], policy: Policy) -> Projection:
        return Projection(can=frozenset(policy.actions(cls)))


@dataclass(frozen=True, slots=True)
class Cannot:
    """What he may not, and who may."""

    def projection(self, cls: type[Base], policy: Policy) -> Projection:
        return Projection(can=frozenset(policy.actions(cls)))


Source = Identity | Column | Computed | Derived | ToOne | ToMany | ToEach | Answered | Can | Cannot
