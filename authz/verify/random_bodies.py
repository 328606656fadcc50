"""Random conditions for the bodies of rules, out of every construct that the compiler supports."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from authz.compiler.operators import COMPARABLE, OPERATORS, ORDERED
from authz.compiler.vocabulary import Scalar, ToManyAttribute, ToOneAttribute, Vocabulary
from authz.gate.actor import CARRIED

Scope = dict[str, type[DeclarativeBase]]
"""The variables that are bound to a row, with their classes."""

_CONSTANTS: dict[type, tuple[str, ...]] = {
    str: ('"en"', '"de"', '"Ann"', '"Acme"', '"P1M"', '"box"', '"product 1"'),
    int: ("0", "1", "2"),
    bool: ("true", "false"),
}
_EQUALITIES = [symbol for symbol, operator in OPERATORS.items() if not operator.is_order]
_ORDERS = [symbol for symbol, operator in OPERATORS.items() if operator.is_order]


Writer = Callable[["Bodies", Scope, int], str | None]


@dataclass(frozen=True)
class Callee:
    """A rule that may be called: its name, its constant argument if it has one, the class of its row."""

    name: str
    constant: str | None
    cls: type[DeclarativeBase]

    def call(self, row: str) -> str:
        return f'{self.name}(user, "{self.constant}", {row})' if self.constant else f"{self.name}(user, {row})"


@dataclass
class Bodies:
    """Writes conditions on rows, and records which constructs it has used."""

    vocabulary: Vocabulary
    rng: random.Random
    used: set[str] = field(default_factory=set)
    callees: list[Callee] = field(default_factory=list)
    _last_number: int = 0

    def body(self, scope: Scope, *, most: int = 3) -> str:
        """A conjunction; later conditions may use rows that earlier ones have bound, and these are added to the scope."""
        goals = [self._goal(scope, depth=2) for _ in range(self.rng.randint(1, most))]
        return " and ".join(goals)

    def pattern_field(self, cls: type[DeclarativeBase]) -> str | None:
        """A field of a pattern."""
        column = self._attribute(cls, Scalar)
        return f"{column[0]}: {self._constant(column[1])}" if column and column[1].python_type in _CONSTANTS else None

    def to_one_relationship(
        self, cls: type[DeclarativeBase], targets: set[type[DeclarativeBase]]
    ) -> tuple[str, type[DeclarativeBase]] | None:
        """The name of a to-one relationship to one of some classes, and that class."""
        names = sa.inspect(cls).relationships.keys()
        links = [(name, self.vocabulary.attribute(cls, name)) for name in names]
        choices = [(name, link.cls) for name, link in links if isinstance(link, ToOneAttribute) and link.cls in targets]
        return self.rng.choice(choices) if choices else None

    def _goal(self, scope: Scope, depth: int) -> str:
        """One condition. Not every kind is possible for every row, so kinds are drawn until one is."""
        kinds = {**self._KINDS, **(self._NESTED if depth else {})}
        while True:
            kind = self.rng.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
            text = kinds[kind][1](self, scope, depth - 1)
            if text is not None:
                self.used.add(kind)
                return text

    # Operands

    def _new_row(self) -> str:
        self._last_number += 1
        return f"row_{self._last_number}"

    def _row(self, scope: Scope) -> tuple[str, type[DeclarativeBase]]:
        # The actor half as often as other rows: it has less to test.
        name = self.rng.choice([*scope, *(row for row in scope if row != "user")])
        return name, scope[name]

    def _attribute(self, cls: type[DeclarativeBase], kind: type) -> tuple[str, Any] | None:
        """The name and the meaning of a random attribute of one kind."""
        names = (*sa.inspect(cls).column_attrs.keys(), *sa.inspect(cls).relationships.keys())
        attributes = [(name, self.vocabulary.attribute(cls, name)) for name in names]
        choices = [(name, attribute) for name, attribute in attributes if isinstance(attribute, kind)]
        return self.rng.choice(choices) if choices else None

    def _column(self, scope: Scope, types: Sequence[type]) -> tuple[str, Scalar] | None:
        """The path of a random column of one of some types."""
        row, cls = self._row(scope)
        column = self._attribute(cls, Scalar)
        if column is None or column[1].python_type not in types or (row == "user" and column[0] not in CARRIED):
            return None
        return f"{row}.{column[0]}", column[1]

    def _constant(self, scalar: Scalar) -> str:
        if scalar.choices is not None:
            return f'"{self.rng.choice(sorted(scalar.choices))}"'
        return self.rng.choice(_CONSTANTS[scalar.python_type])

    def _link(self, scope: Scope) -> tuple[str, ToOneAttribute] | None:
        """The path of a random to-one relationship."""
        row, cls = self._row(scope)
        link = self._attribute(cls, ToOneAttribute)
        if link is None or (row == "user" and link[1].column not in CARRIED):
            return None
        return f"{row}.{link[0]}", link[1]

    def _path_to(self, scope: Scope, cls: type[DeclarativeBase]) -> str | None:
        """A path to a row of a class; it may end in nil."""
        paths = [name for name, row_cls in scope.items() if row_cls is cls]
        for name, row_cls in scope.items():
            for relationship in sa.inspect(row_cls).relationships.keys():  # noqa: SIM118 - not a dictionary
                link = self.vocabulary.attribute(row_cls, relationship)
                loaded = name != "user" or (isinstance(link, ToOneAttribute) and link.column in CARRIED)
                if isinstance(link, ToOneAttribute) and link.cls is cls and loaded:
                    paths.append(f"{name}.{relationship}")
        return self.rng.choice(paths) if paths else None

    # Conditions

    def _value(self, scope: Scope, _depth: int) -> str | None:
        column = self._column(scope, (str, int, bool))
        if column is None:
            return None
        path, scalar = column
        operators = ["=", "=", "!=", "=="]
        if scalar.python_type is int and not scalar.nullable:
            operators += _ORDERS
        return f"{path} {self.rng.choice(operators)} {self._constant(scalar)}"

    def _in_list(self, scope: Scope, _depth: int) -> str | None:
        column = self._column(scope, (str, int))
        if column is None:
            return None
        constants = {self._constant(column[1]): None for _ in range(2)}
        return f"{column[0]} in [{', '.join(constants)}]"

    def _nil(self, scope: Scope, _depth: int) -> str | None:
        column = self._column(scope, COMPARABLE)
        if column is None or not column[1].nullable:
            return None
        return f"{column[0]} {self.rng.choice(_EQUALITIES)} nil"

    def _nullable_order(self, scope: Scope, _depth: int) -> str | None:
        column = self._column(scope, (int,))
        if column is None or not column[1].nullable:
            return None
        path, scalar = column
        return f"{path} != nil and {path} {self.rng.choice(_ORDERS)} {self._constant(scalar)}"

    def _nil_link(self, scope: Scope, _depth: int) -> str | None:
        link = self._link(scope)
        if link is None or not link[1].nullable:
            return None
        return f"{link[0]} {self.rng.choice(_EQUALITIES)} nil"

    def _linked_row(self, scope: Scope, _depth: int) -> str | None:
        link = self._link(scope)
        if link is None:
            return None
        path, attribute = link
        row = self._new_row()
        guard = f"{path} != nil and " if attribute.nullable else ""
        scope[row] = attribute.cls
        return f"{guard}{row} = {path}"

    def _new_member(self, scope: Scope, _depth: int) -> str | None:
        owner, cls = self._row(scope)
        collection = self._attribute(cls, ToManyAttribute)
        if collection is None:
            return None
        row = self._new_row()
        scope[row] = collection[1].cls
        return f"{row} in {owner}.{collection[0]}"

    def _known_member(self, scope: Scope, _depth: int) -> str | None:
        owner, cls = self._row(scope)
        collection = self._attribute(cls, ToManyAttribute)
        known = collection and self._path_to(scope, collection[1].cls)
        return f"{known} in {owner}.{collection[0]}" if collection and known else None

    def _same_row(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        other = self._path_to(scope, cls)
        return f"{other} = {name}" if other and other != name else None

    def _other_row(self, scope: Scope, _depth: int) -> str | None:
        name, cls = self._row(scope)
        others = [other for other, other_cls in scope.items() if other_cls is cls and other != name]
        return f"{name} != {self.rng.choice(others)}" if others else None

    def _columns(self, scope: Scope, _depth: int) -> str | None:
        left, right = self._column(scope, COMPARABLE), self._column(scope, COMPARABLE)
        if not left or not right or left[1].python_type is not right[1].python_type or left[0] == right[0]:
            return None
        guards = [f"{path} != nil and " for path, scalar in (left, right) if scalar.nullable]
        operator = self.rng.choice(_EQUALITIES)
        if operator == "=" and len(guards) == 1 and self.rng.random() < 0.5:  # noqa: PLR2004 - one side may be nil
            guards = []
        return f"{''.join(guards)}{left[0]} {operator} {right[0]}"

    def _column_order(self, scope: Scope, _depth: int) -> str | None:
        left, right = self._column(scope, ORDERED), self._column(scope, ORDERED)
        if not left or not right or left[1].python_type is not right[1].python_type or left[0] == right[0]:
            return None
        guards = [f"{path} != nil and " for path, scalar in (left, right) if scalar.nullable]
        return f"{''.join(guards)}{left[0]} {self.rng.choice(_ORDERS)} {right[0]}"

    def _setting(self, _scope: Scope, _depth: int) -> str:
        name, scalar = self.rng.choice(sorted(self.vocabulary.settings["portal"].fields.items()))
        return f"user.portal.{name} {self.rng.choice(_EQUALITIES)} {self._constant(scalar)}"

    def _matches(self, scope: Scope, _depth: int) -> str | None:
        link = self._link(scope)
        column = link and self._attribute(link[1].cls, Scalar)
        if not link or not column or column[1].python_type not in _CONSTANTS:
            return None
        if link[1].cls.__name__ not in self.vocabulary.classes:
            return None
        return f"{link[0]} matches {link[1].cls.__name__}{{{column[0]}: {self._constant(column[1])}}}"

    def _call(self, scope: Scope, _depth: int) -> str | None:
        if not self.callees:
            return None
        callee = self.rng.choice(self.callees)
        row = self._path_to(scope, callee.cls)
        return callee.call(row) if row else None

    # Nested conditions

    def _or(self, scope: Scope, depth: int) -> str:
        goals = [self._goal(dict(scope), depth) for _ in range(self.rng.randint(2, 3))]
        return f"({' or '.join(f'({goal})' for goal in goals)})"

    def _not(self, scope: Scope, depth: int) -> str:
        inner = dict(scope)
        goals = [self._goal(inner, depth) for _ in range(self.rng.randint(1, 2))]
        text = " and ".join(goals)
        for name in inner.keys() - scope.keys():  # `not` binds no other variables
            text = re.sub(rf"\b{name}\b", f"_{name}", text)
        return f"not ({text})"

    _KINDS: ClassVar[dict[str, tuple[int, Writer]]] = {
        "value": (3, _value),
        "one of several values": (1, _in_list),
        "nil": (1, _nil),
        "order of a nullable column": (2, _nullable_order),
        "nil link": (1, _nil_link),
        "row behind a link": (2, _linked_row),
        "row among many": (4, _new_member),
        "known row among many": (2, _known_member),
        "same row": (3, _same_row),
        "other row": (1, _other_row),
        "two columns": (2, _columns),
        "order of two columns": (1, _column_order),
        "setting": (1, _setting),
        "pattern": (1, _matches),
        "call": (3, _call),
    }
    _NESTED: ClassVar[dict[str, tuple[int, Writer]]] = {"or": (2, _or), "not": (3, _not)}
