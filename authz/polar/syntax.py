"""The reader: the text of a policy as blocks and rules, each knowing its line and the sentence above it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from authz.polar.errors import Location


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a whole number, true, false or nil (None)."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of constants."""

    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """`base.first.second`."""

    base: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`Container{type: "LOCAL"}`: a class and values of its fields."""

    cls: str
    fields: tuple[tuple[str, Constant], ...] = ()


Term = Variable | Constant | Listed | Path


@dataclass(frozen=True, slots=True)
class Call:
    """A question to the rules of a name."""

    name: str
    arguments: tuple[Term, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`; op is one of = != < <= > >= in."""

    operator: str
    left: Term
    right: Term
    place: Location


@dataclass(frozen=True, slots=True)
class Matches:
    left: Term
    pattern: Pattern
    place: Location


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Goal", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part holds."""

    parts: tuple["Goal", ...]


@dataclass(frozen=True, slots=True)
class Never:
    """The part does not hold."""

    part: "Goal"
    place: Location


Goal = Call | Comparison | Matches | All | Some | Never


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a rule takes: a constant that must be equal, or a name, maybe with a pattern that must match."""

    name: str | None
    constant: Constant | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. `sentence` is the comment directly above it."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Goal
    place: Location
    sentence: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.place))


@dataclass(frozen=True)
class Shorthand:
    """`"read" if "admin" on "parent";` inside a block."""

    granted: str
    by: str
    relation: str | None
    place: Location

    def __hash__(self) -> int:
        return hash((self.granted, self.by, self.relation, self.place))


@dataclass(frozen=True)
class Block:
    """`resource License { ... }` or `actor User { ... }`."""

    kind: str
    cls: str
    place: Location
    sentence: str = ""
    roles: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    shorthands: tuple[Shorthand, ...] = field(default=())


@dataclass(frozen=True)
class Document:
    """A whole policy."""

    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]


def names_in(goal: Goal) -> Iterator[str]:
    """Every mention of a name."""
    match goal:
        case All(parts) | Some(parts):
            for part in parts:
                yield from names_in(part)
        case Never(part):
            yield from names_in(part)
        case Call(_, arguments):
            yield from (name for each in arguments for name in _name_of(each))
        case Comparison(_, left, right):
            yield from (*_name_of(left), *_name_of(right))
        case Matches(left):
            yield from _name_of(left)


def _name_of(term: Term) -> tuple[str, ...]:
    match term:
        case Variable(name) | Path(name):
            return (name,)
        case _:
            return ()
