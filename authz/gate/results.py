"""What a use case returns: a frozen dataclass of rows that it changed, secrets that are shown once, and plain values."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from store.db.base import Base

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OneTime(Generic[T]):
    """A secret for this one answer: it is not stored, so that a replay and a dry run show null in its place."""

    value: T = field(repr=False)


@dataclass(frozen=True, slots=True)
class Completed(Generic[R]):
    """What a mutation returns to its caller."""

    result: R
    payload: Mapping[str, Any]
    """The result by field: the ids of its rows, its secrets (None after a dry run) and its values."""
    changes: Sequence[Mapping[str, Any]]
    """For each recorded change its `action`, `type`, `id`, `before` and `after`; after a dry run, what would change."""


class Kind(enum.Enum):
    """What a field of a result holds."""

    ROW = enum.auto()
    ROWS = enum.auto()
    IDS = enum.auto()
    """`Annotated[Sequence[UUID], License]`: ids of rows that may or may not exist."""
    ONE_TIME = enum.auto()
    VALUE = enum.auto()


@dataclass(frozen=True, slots=True)
class ResultField:
    """One field of a result: `type` is the class of its rows, or the type of its value."""

    kind: Kind
    type: Any

    def payload_of(self, value: Any, *, dry_run: bool) -> Any:
        """The value as a payload reads it: rows by their ids."""
        match self.kind:
            case Kind.ROW:
                return None if value is None else value.id
            case Kind.ROWS:
                return [each.id for each in value]
            case Kind.ONE_TIME:
                return None if value is None or dry_run else value.value
            case _:
                return value

    def stored(self, payload: Any) -> Any:
        """The same as JSON, to be kept for a replay."""
        match self.kind:
            case Kind.ROW:
                return None if payload is None else str(payload)
            case Kind.ROWS | Kind.IDS:
                return [str(each) for each in payload]
            case Kind.ONE_TIME:
                return None
            case Kind.VALUE:
                return payload

    def restored(self, stored: Any) -> Any:
        """What `stored` has kept, as a payload reads it."""
        match self.kind:
            case Kind.ROW:
                return None if stored is None else UUID(stored)
            case Kind.ROWS | Kind.IDS:
                return [UUID(each) for each in stored]
            case _:
                return stored


class BadResult(Exception):
    """A class that cannot be the result of a use case."""


@cache
def fields_of(result: Any) -> Mapping[str, ResultField]:
    """The fields of a result class, in order; raises BadResult for a class that is no frozen dataclass."""
    if result is NoneType:
        return {}
    parameters: Any = getattr(result, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        raise BadResult(f"{result} is not a frozen dataclass")
    hints = get_type_hints(result, include_extras=True)
    return {each.name: _field(hints[each.name]) for each in fields(result)}


def payload_of(result: Any, *, dry_run: bool) -> dict[str, Any]:
    """A result as its payload reads it."""
    cls: Any = type(result)
    return {name: each.payload_of(getattr(result, name), dry_run=dry_run) for name, each in fields_of(cls).items()}


def stored(result: Any) -> dict[str, Any]:
    """A result as JSON, without its secrets."""
    cls: Any = type(result)
    payload = payload_of(result, dry_run=True)
    return {name: each.stored(payload[name]) for name, each in fields_of(cls).items()}


def restored(result: Any, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a replay, from what `stored` has kept for this class of result."""
    return {name: each.restored(kept.get(name)) for name, each in fields_of(result).items()}


def _field(hint: Any) -> ResultField:
    if get_origin(hint) is Annotated:
        _, cls = get_args(hint)
        return ResultField(Kind.IDS, cls)
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is OneTime:
        return ResultField(Kind.ONE_TIME, get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Base):
        return ResultField(Kind.ROW, hint)
    element = get_args(hint)[0] if get_args(hint) else None
    if isinstance(element, type) and issubclass(element, Base):
        return ResultField(Kind.ROWS, element)
    return ResultField(Kind.VALUE, hint)
