"""The words that declare what a mutation takes, and how that is read: each argument with its sentence and its bounds.

`takes("Which license goes to whom.", license_id=ref("Which license.", License))` is an input.
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
from schema.fields.ids import decode_as
from schema.fields.scalars import valid_text
from store.db import passwords
from store.db.base import Base
from store.db.passwords import Secret
from store.errors import BadInput, Refusal

T = TypeVar("T")
_LONGEST_KEY = 200
_LONGEST_LIST = 1000
_ARGUMENTS = "arguments_"


class Refused(Exception):
    """An argument is wrong, and which."""

    def __init__(self, argument: str, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.argument = argument
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its type, its sentence, and what the use case is told of it."""

    kind: Any
    description: str
    read: Callable[[str, Any], Iterator[tuple[str, Any]]]
    """From the argument's Python name and its value to named arguments of the use case."""
    default: Any = UNSET
    tells_class: bool = False
    """Whether the use case is also told which class of several it is: of `target_id`, as `target`."""


def ref(description: str, *classes: type[Base], optional: bool = False) -> Argument:
    """The id of a thing. With several classes `target_id` also tells the class, as `target`."""

    def read(name: str, text: str) -> Iterator[tuple[str, Any]]:
        entity, id_ = decode_as(text, *(ENTITIES[each.__name__] for each in classes))
        yield name, id_
        if len(classes) > 1:
            yield name.removesuffix("_id"), entity.cls

    return _argument(strawberry.ID, description, read, optional=optional, tells_class=len(classes) > 1)


def refs(description: str, cls: type[Base], *, optional: bool = False) -> Argument:
    """The ids of things of one kind, each once."""

    def read(name: str, texts: list[str]) -> Iterator[tuple[str, list[UUID]]]:
        if len(texts) > _LONGEST_LIST:
            raise BadInput(f"at most {_LONGEST_LIST} at once", limit=_LONGEST_LIST)
        yield name, list(dict.fromkeys(decode_as(each, ENTITIES[cls.__name__])[1] for each in texts))

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
    """A text of a length that makes sense."""

    def read(name: str, given: str) -> Iterator[tuple[str, str]]:
        yield name, text_in(given, longest=longest, shortest=shortest)

    return _argument(kind, description, read, optional=optional, default=default)


def secret(
    description: str,
    *,
    shortest: int = 0,
    longest: int = passwords.LONGEST,
    optional: bool = False,
) -> Argument:
    """A password: it is no part of what a repeat is known by, nor of anything that is written down."""

    def read(name: str, given: str) -> Iterator[tuple[str, Secret]]:
        yield name, Secret(text_in(given, longest=longest, shortest=shortest))

    return _argument(str, description, read, optional=optional)


def number(
    description: str,
    *,
    least: int,
    most: int,
    optional: bool = False,
    default: Any = UNSET,
    kind: Any = int,
) -> Argument:
    """A whole number within bounds."""

    def read(name: str, given: int) -> Iterator[tuple[str, int]]:
        if not least <= given <= most:
            raise BadInput(f"a number from {least} to {most} is expected here", limit=least if given < least else most)
        yield name, given

    return _argument(kind, description, read, optional=optional, default=default)


def value(description: str, kind: Any, *, optional: bool = False, default: Any = UNSET) -> Argument:
    """Anything that GraphQL itself has read: a choice, an instant, yes or no, an object of its own."""

    def read(name: str, given: Any) -> Iterator[tuple[str, Any]]:
        yield name, given

    return _argument(kind, description, read, optional=optional, default=default)


def thing(description: str, *, optional: bool = False) -> Argument:
    """An object of JSON with names of one's own."""

    def read(name: str, given: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if not isinstance(given, dict):
            raise BadInput("an object of JSON is expected here")
        valid_text(json.dumps(given, ensure_ascii=False).replace("\\u0000", "\x00"))
        yield name, given

    return _argument(JSON, description, read, optional=optional)


def takes(description: str, /, **arguments: Argument) -> Callable[[str], type]:
    """An input of these arguments and of what every change takes besides; its name comes from the mutation."""
    return _input(description, arguments, {**arguments, **_ONCE})


def takes_each_time(description: str, /, **arguments: Argument) -> Callable[[str], type]:
    """An input without an idempotency key, for what is answered with a secret and done again each time."""
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


def told_by(takes_: Callable[[str], type]) -> dict[str, bool]:
    """What a use case is told by an input: the names, and whether they may be missing."""
    found = {}
    for name, each in getattr(takes_, _ARGUMENTS).items():
        for told in (name, *((name.removesuffix("_id"),) if each.tells_class else ())):
            found[told] = each.default is None
    return found


def decoded(given: Any) -> tuple[str, bool, dict[str, Any]]:
    """The idempotency key, the wish to try only, and the arguments of the use case; raises Refused."""
    arguments = arguments_of(given)
    try:
        key = text_in(given.idempotency_key, shortest=1, longest=_LONGEST_KEY)
    except BadInput as refusal:
        raise Refused("idempotencyKey", refusal) from None
    return key, given.dry_run, arguments


def arguments_of(given: Any) -> dict[str, Any]:
    """What the use case is told by an input; raises Refused."""
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
    """A text of a length that makes sense, and that a database takes; raises BadInput."""
    if not shortest <= len(text) <= longest:
        limit = shortest if len(text) < shortest else longest
        raise BadInput(f"{shortest} to {longest} characters are expected here", limit=limit)
    return valid_text(text)


def _argument(
    kind: Any,
    description: str,
    read: Callable[[str, Any], Iterator[tuple[str, Any]]],
    *,
    optional: bool = False,
    default: Any = UNSET,
    tells_class: bool = False,
) -> Argument:
    if optional:
        return Argument(kind | None, description, read, None, tells_class)
    return Argument(kind, description, read, default, tells_class)


_ONCE = {
    "idempotency_key": value(
        "Your own name for this request, 1 to 200 characters: a repeat gets the first answer.",
        str,
    ),
    "dry_run": value("Whether to try only: everything is checked as usual, and nothing changes.", bool, default=False),
}
