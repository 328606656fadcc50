"""Where the value of a field comes from. A field is declared by its source; nothing here fetches anything.

The declarations serve the ordinary execution (`schema/fields/resolvers.py`) and whatever else can read them: `sources_of` in
`schema/fields/entities.py` gives the sources of a type by the names of its fields.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authz.lists.queries import Expression, Row, Through, Want
from authz.policy import Policy
from store.db.base import Record


@dataclass(frozen=True, slots=True)
class Identity:
    """The global id, made of the kind and the id of the row."""

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; None where a field rule keeps it from the viewer."""

    name: str

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want(columns=frozenset({self.name}))


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that SQL computes for the row."""

    expression: Expression

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want(expressions=frozenset({self.expression}))


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that Python makes of the row, out of the columns and expressions that it names."""

    make: Callable[[Row], Any]
    needs: Want

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return self.needs


@dataclass(frozen=True, slots=True)
class ToOne:
    """A neighbour: the row whose id stands in the first of these columns that is not empty, and its class."""

    keys: tuple[tuple[str, type[Record]], ...]

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want(columns=frozenset(name for name, _ in self.keys))


@dataclass(frozen=True, slots=True)
class ToMany:
    """A list below the row; with `through` None, all rows of the class that the viewer may see."""

    cls: type[Record]
    through: Through | None

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want()


@dataclass(frozen=True, slots=True)
class ToEach:
    """Rows of a class whose ids the parent names itself, in its order."""

    cls: type[Record]
    ids: Callable[[Any], list[Any]]

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a function gives to the arguments of the field; it is called with the parent, the place and the arguments."""

    answer: Callable[..., Any]

    def want(self, _cls: type[Record], _policy: Policy) -> Want:
        return Want()


@dataclass(frozen=True, slots=True)
class Can:
    """What the viewer may do with the row."""

    def want(self, cls: type[Record], policy: Policy) -> Want:
        return Want(can=frozenset(policy.actions(cls)))


@dataclass(frozen=True, slots=True)
class Cannot:
    """What he may not, and who may."""

    def want(self, cls: type[Record], policy: Policy) -> Want:
        return Want(can=frozenset(policy.actions(cls)))


Source = Identity | Column | Computed | Derived | ToOne | ToMany | ToEach | Answered | Can | Cannot
