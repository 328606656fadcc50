"""Conditions of chance, of everything that the compiler accepts: the bodies of random rules."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from authz.compiler.vocabulary import Scalar, ToMany, ToOne, Vocabulary
from authz.gate.actor import CARRIED

Scope = dict[str, type[DeclarativeBase]]
"""The names that stand for a row, and the class of each."""

_CONSTANTS: dict[type, tuple[str, ...]] = {
    str: ('"en"', '"de"', '"Ann"', '"Acme"', '"P1M"', '"box"', '"product 1"'),
    int: ("0", "1", "2"),
    bool: ("true", "false"),
}
_COMPARED = (str, int, bool, UUID, datetime)
_ORDERED = (int, datetime)


Writer = Callable[["Bodies", Scope, int], str | None]


@dataclass(frozen=True)
class Asked:
    """A rule that may be asked: its name, the word it takes if any, the class of its row."""

    name: str
    word: str | None
    cls: type[DeclarativeBase]

    def about(self, row: str) -> str:
        return f'{self.name}(user, "{self.word}", {row})' if self.word else f"{self.name}(user, {row})"


@dataclass
class Bodies:
    """Writes conditions about rows, and remembers which constructs it has used."""

    vocabulary: Vocabulary
    chance: random.Random
    used: set[str] = field(default_factory=set)
    rules: list[Asked] = field(default_factory=list)
    _names: int = 0

    def body(self, scope: Scope, *, most: int = 3) -> str:
        """Some conditions that hold together; later ones may speak of rows that earlier ones have found."""
        goals = [self._goal(scope, depth=2) for _ in range(self.chance.randint(1, most))]
        return " and ".join(goals)

    def constant_of(self, cls: type[DeclarativeBase]) -> str | None:
        """What a pattern says of a column."""
        found = self._some(cls, Scalar)
        return f"{found[0]}: {self._constant(found[1])}" if found and found[1].kind in _CONSTANTS else None

    def hop_of(
        self, cls: type[DeclarativeBase], targets: set[type[DeclarativeBase]]
    ) -> tuple[str, type[DeclarativeBase]] | None:
        """A relationship that leads to one of some classes."""
        names = sa.inspect(cls).relationships.keys()
        hops = [(name, self.vocabulary.attribute(cls, name)) for name in names]
        found = [(name, hop.cls) for name, hop in hops if isinstance(hop, ToOne) and hop.cls in targets]
        return self.chance.choice(found) if found else None

    def _goal(self, scope: Scope, depth: int) -> str:
        """One condition; not every kind has something to say about every row, so chance is asked again."""
        kinds = {**self._KINDS, **(self._NESTED if depth else {})}
        while True:
            kind = self.chance.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
            text = kinds[kind][1](self, scope, depth - 1)
            if text is not None:
                self.used.add(kind)
                return text

    # What there is to speak of

    def _new(self, start: str = "row") -> str:
        self._names += 1
        return f"{start}_{self._names}"

    def _row(self, scope: Scope) -> tuple[str, type[DeclarativeBase]]:
        name = self.chance.choice([*scope, *(each for each in scope if each != "user")])  # of the actor there is less
        return name, scope[name]

    def _some(self, cls: type[DeclarativeBase], kind: type) -> tuple[str, Any] | None:
        """An attribute of a kind."""
        names = (*sa.inspect(cls).column_attrs.keys(), *sa.inspect(cls).relationships.keys())
        found = [(name, self.vocabulary.attribute(cls, name)) for name in names]
        found = [(name, attribute) for name, attribute in found if isinstance(attribute, kind)]
        return self.chance.choice(found) if found else None

    def _column(self, scope: Scope, kinds: tuple[type, ...]) -> tuple[str, str, Scalar] | None:
        name, cls = self._row(scope)
        found = self._some(cls, Scalar)
        if found is None or found[1].kind not in kinds or (name == "user" and found[0] not in CARRIED):
            return None
        return name, found[0], found[1]

    def _constant(self, scalar: Scalar) -> str:
        if scalar.choices is not None:
            return f'"{self.chance.choice(sorted(scalar.choices))}"'
        return self.chance.choice(_CONSTANTS[scalar.kind])

    def _hop(self, scope: Scope) -> tuple[str, ToOne] | None:
        name, cls = self._row(scope)
        found = self._some(cls, ToOne)
        if found is None or (name == "user" and found[1].column not in CARRIED):
            return None
        return f"{name}.{found[0]}", found[1]

    # One condition each

    def _value(self, scope: Scope, _depth: int) -> str | None:
        found = self._column(scope, (str, int, bool))
        if found is None:
            return None
        name, column, scalar = found
        operators = ["=", "=", "!=", "=="]
        if scalar.kind is int and not scalar.nullable:
            operators += ["<", "<=", ">", ">="]
        return f"{name}.{column} {self.chance.choice(operators)} {self._constant(scalar)}"

    def _one_of(self, scope: Scope, _depth: int) -> str | None:
        found = self._column(scope, (str, int))
        if found is None:
            return None
        constants = {self._constant(found[2]): None for _ in range(2)}
        return f"{found[0]}.{found[1]} in [{', '.join(constants)}]"

    def _nil(self, scope: Scope, _depth: int) -> str | None:
        found = self._column(scope, _COMPARED)
        if found is None or not found[2].nullable:
            return None
        return f"{found[0]}.{found[1]} {self.chance.choice(('=', '!='))} nil"

    def _guarded(self, scope: Scope, _depth: int) -> str | None:
        found = self._column(scope, (int,))
        if found is None or not found[2].nullable:
            return None
        path = f"{found[0]}.{found[1]}"
        return f"{path} != nil and {path} {self.chance.choice(('<', '<=', '>', '>='))} {self._constant(found[2])}"

    def _no_hop(self, scope: Scope, _depth: int) -> str | None:
        found = self._hop(scope)
        if found is None or not found[1].nullable:
            return None
        return f"{found[0]} {self.chance.choice(('=', '!='))} nil"

    def _behind(self, scope: Scope, _depth: int) -> str | None:
        found = self._hop(scope)
        if found is None:
            return None
        path, hop = found
        row = self._new()
        guard = f"{path} != nil and " if hop.nullable else ""
        scope[row] = hop.cls
        return f"{guard}{row} = {path}"

    def _member(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        found = self._some(cls, ToMany)
        if found is None:
            return None
        row = self._new()
        scope[row] = found[1].cls
        return f"{row} in {name}.{found[0]}"

    def _among(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        found = self._some(cls, ToMany)
        known = found and self._path_to(scope, found[1].cls)
        return f"{known} in {name}.{found[0]}" if found and known else None

    def _path_to(self, scope: Scope, cls: type[DeclarativeBase]) -> str | None:
        """Some way to a row of a class; it may end in nil."""
        ways = [name for name, each in scope.items() if each is cls]
        for name, each in scope.items():
            for relation in sa.inspect(each).relationships.keys():  # noqa: SIM118 - no dictionary
                attribute = self.vocabulary.attribute(each, relation)
                carried = name != "user" or (isinstance(attribute, ToOne) and attribute.column in CARRIED)
                if isinstance(attribute, ToOne) and attribute.cls is cls and carried:
                    ways.append(f"{name}.{relation}")
        return self.chance.choice(ways) if ways else None

    def _same(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        other = self._path_to(scope, cls)
        return f"{other} = {name}" if other and other != name else None

    def _other(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        others = [each for each, kind in scope.items() if kind is cls and each != name]
        return f"{name} != {self.chance.choice(others)}" if others else None

    def _columns(self, scope: Scope, _depth: int) -> str | None:
        left, right = self._column(scope, _COMPARED), self._column(scope, _COMPARED)
        if not left or not right or left[2].kind is not right[2].kind or left[:2] == right[:2]:
            return None
        guards = [f"{name}.{column} != nil and " for name, column, scalar in (left, right) if scalar.nullable]
        operator = self.chance.choice(("=", "!="))
        if operator == "=" and len(guards) == 1 and self.chance.random() < 0.5:  # noqa: PLR2004 - one side may be nil
            guards = []
        return f"{''.join(guards)}{left[0]}.{left[1]} {operator} {right[0]}.{right[1]}"

    def _order(self, scope: Scope, _depth: int) -> str | None:
        left, right = self._column(scope, _ORDERED), self._column(scope, _ORDERED)
        if not left or not right or left[2].kind is not right[2].kind or left[:2] == right[:2]:
            return None
        guards = [f"{name}.{column} != nil and " for name, column, scalar in (left, right) if scalar.nullable]
        operator = self.chance.choice(("<", "<=", ">", ">="))
        return f"{''.join(guards)}{left[0]}.{left[1]} {operator} {right[0]}.{right[1]}"

    def _setting(self, _scope: Scope, _depth: int) -> str:
        name, scalar = self.chance.choice(sorted(self.vocabulary.context["portal"].fields.items()))
        return f"user.portal.{name} {self.chance.choice(('=', '!='))} {self._constant(scalar)}"

    def _matches(self, scope: Scope, _depth: int) -> str | None:
        found = self._hop(scope)
        scalar = found and self._some(found[1].cls, Scalar)
        if not found or not scalar or scalar[1].kind not in _CONSTANTS:
            return None
        if found[1].cls.__name__ not in self.vocabulary.classes:
            return None
        return f"{found[0]} matches {found[1].cls.__name__}{{{scalar[0]}: {self._constant(scalar[1])}}}"

    def _call(self, scope: Scope, _depth: int) -> str | None:
        if not self.rules:
            return None
        rule = self.chance.choice(self.rules)
        row = self._path_to(scope, rule.cls)
        return rule.about(row) if row else None

    # Conditions of conditions

    def _or(self, scope: Scope, depth: int) -> str:
        goals = [self._goal(dict(scope), depth) for _ in range(self.chance.randint(2, 3))]
        return f"({' or '.join(f'({each})' for each in goals)})"

    def _not(self, scope: Scope, depth: int) -> str:
        inner = dict(scope)
        goals = [self._goal(inner, depth) for _ in range(self.chance.randint(1, 2))]
        text = " and ".join(goals)
        for name in inner.keys() - scope.keys():  # what is denied binds nothing
            text = text.replace(name, f"_{name}")
        return f"not ({text})"

    _KINDS: ClassVar[dict[str, tuple[int, Writer]]] = {
        "value": (3, _value),
        "one of several values": (1, _one_of),
        "nil": (1, _nil),
        "order of what may be nil": (2, _guarded),
        "nil behind a hop": (1, _no_hop),
        "row behind a hop": (2, _behind),
        "row among many": (4, _member),
        "known row among many": (2, _among),
        "same row": (3, _same),
        "other row": (1, _other),
        "two columns": (2, _columns),
        "order of two columns": (1, _order),
        "setting": (1, _setting),
        "pattern": (1, _matches),
        "call": (3, _call),
    }
    _NESTED: ClassVar[dict[str, tuple[int, Writer]]] = {"or": (2, _or), "not": (3, _not)}
