"""Declaring the input of a mutation: each argument with its type, its description and its bounds, and how it is read.

`takes("What `licenseAssign` needs: ...", license_id=ref("The license to assign.", License))` is an input.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.scalars import JSON
from strawberry.types.unset import UNSET
from strawberry.utils.str_converters import to_camel_case

from schema.fields.entities import ENTITIES
from schema.fields.ids import expect_global_id
from schema.fields.scalars import valid_text
from store.db import passwords
from store.db.base import Base
from store.db.passwords import Password
from store.errors import BadInput, Refusal

T = TypeVar("T")
_LONGEST_KEY = 200
_LONGEST_LIST = 1000
_ARGUMENTS = "arguments_"


class Refused(Exception):
    """An argument of the input is not valid; `argument` is its GraphQL name."""

    def __init__(self, argument: str, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.argument = argument
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its type, its description, and the parameters of the use case that it becomes."""

    kind: Any
    description: str
    read: Callable[[str, Any], Iterator[tuple[str, Any]]]
    """From the argument's Python name and its value to parameters of the use case."""
    default: Any = UNSET
    with_class: bool = False
    """Whether the class of the ID becomes a parameter too: `target` for `target_id`."""


def ref(description: str, *classes: type[Base], optional: bool = False) -> Argument:
    """The ID of an object. With several classes, `target_id` also becomes the parameter `target`, its class."""

    def read(name: str, text: str) -> Iterator[tuple[str, Any]]:
        entity, id_ = expect_global_id(text, *(ENTITIES[each.__name__] for each in classes))
        yield name, id_
        if len(classes) > 1:
            yield name.removesuffix("_id"), entity.cls

    return _argument(strawberry.ID, description, read, optional=optional, with_class=len(classes) > 1)


def refs(description: str, cls: type[Base], *, optional: bool = False) -> Argument:
    """The IDs of objects of one class, without duplicates."""

    def read(name: str, texts: list[str]) -> Iterator[tuple[str, list[UUID]]]:
        if len(texts) > _LONGEST_LIST:
            raise BadInput(f"at most {_LONGEST_LIST} IDs are allowed, got {len(texts)}", limit=_LONGEST_LIST)
        yield name, list(dict.fromkeys(expect_global_id(each, ENTITIES[cls.__name__])[1] for each in texts))

    return _argument(list[strawberry.ID], description, read, optional=optional)


def text(
    description: str,
    *,
    longest: int = 2000,
    shortest: int = 0,
    optional: bool = False,
    default: Any = UNSET,
    kind: Any = str,
) -> Argument:
    """A text within bounds of length, in characters."""

    def read(name: str, given: str) -> Iterator[tuple[str, str]]:
        yield name, text_in(given, longest=longest, shortest=shortest)

    return _argument(kind, description, read, optional=optional, default=default)


def secret(
    description: str, *, shortest: int = 0, longest: int = passwords.LONGEST, optional: bool = False
) -> Argument:
    """A password: it is not part of the fingerprint of a request, and never logged or stored as it is."""

    def read(name: str, given: str) -> Iterator[tuple[str, Password]]:
        yield name, Password(text_in(given, longest=longest, shortest=shortest))

    return _argument(str, description, read, optional=optional)


def number(
    description: str, *, least: int, most: int, optional: bool = False, default: Any = UNSET, kind: Any = int
) -> Argument:
    """An integer within inclusive bounds."""

    def read(name: str, given: int) -> Iterator[tuple[str, int]]:
        if not least <= given <= most:
            raise BadInput(
                f"must be a number from {least} to {most}, got {given}", limit=least if given < least else most
            )
        yield name, given

    return _argument(kind, description, read, optional=optional, default=default)


def value(description: str, kind: Any, *, optional: bool = False, default: Any = UNSET) -> Argument:
    """A value that GraphQL has validated: an enum value, an instant, a boolean, an input object."""

    def read(name: str, given: Any) -> Iterator[tuple[str, Any]]:
        yield name, given

    return _argument(kind, description, read, optional=optional, default=default)


def thing(description: str, *, optional: bool = False) -> Argument:
    """A JSON object with arbitrary keys."""

    def read(name: str, given: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if not isinstance(given, dict):
            raise BadInput("must be a JSON object")
        valid_text(json.dumps(given, ensure_ascii=False).replace("\\u0000", "\x00"))
        yield name, given

    return _argument(JSON, description, read, optional=optional)


def takes(description: str, /, **arguments: Argument) -> Callable[[str], type]:
    """An input with these arguments, an idempotency key and a dry run; it is named after the mutation."""
    return _input(description, arguments, {**arguments, **_ONCE})


def takes_each_time(description: str, /, **arguments: Argument) -> Callable[[str], type]:
    """An input without an idempotency key and a dry run, for mutations of anonymous callers."""
    return _input(description, arguments, arguments)


def _input(description: str, arguments: dict[str, Argument], fields: dict[str, Argument]) -> Callable[[str], type]:
    body = {
        "__annotations__": {name: each.kind for name, each in fields.items()},
        "__module__": __name__,
        _ARGUMENTS: arguments,
        **{name: strawberry.field(description=each.description, default=each.default) for name, each in fields.items()},
    }

    def made(name: str) -> type:
        return strawberry.input(type(name, (), dict(body)), description=description)

    made.__dict__[_ARGUMENTS] = arguments
    return made


def parameters_of(takes_: Callable[[str], type]) -> dict[str, bool]:
    """The parameters that an input provides, and whether each may be missing."""
    found = {}
    for name, each in getattr(takes_, _ARGUMENTS).items():
        for parameter in (name, *((name.removesuffix("_id"),) if each.with_class else ())):
            found[parameter] = each.default is None
    return found


def decoded(given: Any) -> tuple[str, bool, dict[str, Any]]:
    """The idempotency key, whether it is a dry run, and the arguments of the use case; raises Refused."""
    arguments = arguments_of(given)
    try:
        key = text_in(given.idempotency_key, shortest=1, longest=_LONGEST_KEY)
    except BadInput as refusal:
        raise Refused("idempotencyKey", refusal) from None
    return key, given.dry_run, arguments


def arguments_of(given: Any) -> dict[str, Any]:
    """The arguments of the use case; raises Refused."""
    arguments: dict[str, Any] = {}
    for name, each in getattr(type(given), _ARGUMENTS).items():
        query = getattr(given, name)
        if query is None:
            continue
        try:
            arguments.update(each.read(name, query))
        except BadInput as refusal:
            raise Refused(to_camel_case(name), refusal) from None
    return arguments


def text_in(text: str, *, longest: int = 2000, shortest: int = 0) -> str:
    """A text within bounds of length and without characters that PostgreSQL refuses; raises BadInput."""
    if not shortest <= len(text) <= longest:
        limit = shortest if len(text) < shortest else longest
        raise BadInput(f"must have {shortest} to {longest} characters, got {len(text)}", limit=limit)
    return valid_text(text)


def _argument(
    kind: Any,
    description: str,
    read: Callable[[str, Any], Iterator[tuple[str, Any]]],
    *,
    optional: bool = False,
    default: Any = UNSET,
    with_class: bool = False,
) -> Argument:
    if optional:
        return Argument(kind | None, description, read, None, with_class)
    return Argument(kind, description, read, default, with_class)


_ONCE = {
    "idempotency_key": value(
        "A key of your choice for this request, such as a UUID, 1 to 200 characters; a repetition with the same key within 7 days"
        " returns the first answer and changes nothing.",
        str,
    ),
    "dry_run": value(
        "Whether to check everything and change nothing: the payload shows what would happen.", bool, default=False
    ),
}
