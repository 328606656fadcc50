"""The syntax tree of a policy: blocks and rules, each with its location and the comment above it."""

from collections.abc import Iterator
from dataclasses import dataclass

from authz.polar.errors import Location


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, an integer, true, false, or nil (None)."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class ConstantList:
    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """`base.first.second`: attributes of a variable."""

    base: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`Container{type: "LOCAL"}`: a class and the values of some of its fields."""

    cls: str
    fields: tuple[tuple[str, Constant], ...] = ()


Term = Variable | Constant | ConstantList | Path


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`: holds where a rule of this name does."""

    name: str
    arguments: tuple[Term, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`; the operator is a key of authz.compiler.operators.OPERATORS."""

    operator: str
    left: Term
    right: Term
    location: Location


@dataclass(frozen=True, slots=True)
class Membership:
    """`element in collection`: a list of constants or a to-many relationship."""

    element: Term
    collection: Term
    location: Location


@dataclass(frozen=True, slots=True)
class Matches:
    """`term matches pattern`."""

    term: Term
    pattern: Pattern
    location: Location


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Goal", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Goal", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Goal"
    location: Location


Goal = Call | Comparison | Membership | Matches | And | Or | Not
"""A condition in the body of a rule."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a rule: a constant that the argument must equal, or a name, with or without a pattern to match."""

    name: str | None
    constant: Constant | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True)
class Rule:
    """`name(parameters) if body;`. The description is the comment directly above it."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Goal
    location: Location
    description: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.location))


@dataclass(frozen=True, slots=True)
class Shorthand:
    """`"read" if "admin" on "parent";` inside a block: a role or permission that follows from another one."""

    granted: str
    by: str
    relation: str | None
    location: Location


@dataclass(frozen=True)
class Block:
    """`resource License { ... }` or `actor User { ... }`. The description is the comment directly above it."""

    kind: str
    cls: str
    location: Location
    description: str = ""
    roles: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    shorthands: tuple[Shorthand, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole policy."""

    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]


def variables_in(goal: Goal) -> Iterator[str]:
    """The name of a variable for each of its occurrences."""
    match goal:
        case And(parts) | Or(parts):
            for part in parts:
                yield from variables_in(part)
        case Not(part):
            yield from variables_in(part)
        case Call(_, arguments):
            yield from (name for term in arguments for name in _variable_of(term))
        case Comparison(_, left, right) | Membership(left, right):
            yield from (*_variable_of(left), *_variable_of(right))
        case Matches(term):
            yield from _variable_of(term)


def _variable_of(term: Term) -> tuple[str, ...]:
    match term:
        case Variable(name) | Path(name):
            return (name,)
        case _:
            return ()
