"""The smallest rows, without a database, for which a conjunction holds: nothing is there but what it speaks of.

The database would refuse many of them. That is what they are for: a rule that leans on a constraint of the database still
has to say what it means.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from authz.backends.python import Check, compile_check
from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Among,
    Atom,
    Columns,
    Conjunction,
    Context,
    None_,
    One,
    OneOf,
    Plan,
    Value,
    united,
)
from authz.gate.actor import PortalContext
from authz.verify.mutants import Mutant, mutants_of
from store.db.base import new_id

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<="}


def living(plans: Iterable[Plan], *, actor: type[DeclarativeBase]) -> tuple[int, list[str]]:
    """How many mutants the plans have, and those that nothing tells from their plans."""
    made, alive = 0, []
    for plan in plans:
        right = compile_check(plan)
        for each in mutants_of(plan):
            made += 1
            if not tells(each, right, compile_check(each.plan), actor=actor):
                alive.append(f"{plan.cls.__name__}: {plan.action}: {each.what}")
    return made, alive


def tells(mutant: Mutant, right: Check, wrong: Check, *, actor: type[DeclarativeBase]) -> bool:
    """Whether the smallest rows for the way that was touched, as it was or as it is now, tell a mutant from its plan."""
    witnesses = [Witness(each, actor=actor) for each in _with_each_value(mutant.right, mutant.lost)]
    if mutant.wrong is not None:
        witnesses.append(Witness(mutant.wrong, actor=actor, but=mutant.lost))
    return any(right(each.actor, each.resource) != wrong(each.actor, each.resource) for each in witnesses)


def _with_each_value(way: Conjunction, atom: Atom | None) -> list[Conjunction]:
    if not isinstance(atom, OneOf):
        return [way]
    chosen = (replace(atom, values=(value,)) for value in atom.values)
    return [replace(way, atoms=tuple(one if each == atom else each for each in way.atoms)) for one in chosen]


class Witness:
    """An actor and a resource for which a conjunction holds and, where one is named, a condition does not."""

    def __init__(self, way: Conjunction, *, actor: type[DeclarativeBase], but: Atom | None = None) -> None:
        self._names = united(way.atoms)
        classes = {ACTOR: actor, **way.cls}
        self._rows = {name: _empty(cls) for name, cls in classes.items() if self._names.get(name, name) == name}
        self._classes = classes
        self.row(ACTOR).portal = PortalContext()
        for atom in way.atoms:
            self._let(atom)
        if but is not None:
            self._deny(but)

    @property
    def actor(self) -> Any:
        return self.row(ACTOR)

    @property
    def resource(self) -> Any:
        return self.row(RESOURCE)

    def row(self, name: str) -> Any:
        return self._rows[self._names.get(name, name)]

    def _let(self, atom: Atom) -> None:
        match atom:
            case One(of, relation, row):
                parent, neighbour = self.row(of), self.row(row)
                setattr(parent, relation, neighbour)
                for column in sa.inspect(self._classes[of]).relationships[relation].local_columns:
                    setattr(parent, str(column.key), neighbour.id)
            case Among(of, relation, row):
                getattr(self.row(of), relation).append(self.row(row))
            case Value(row, column, operator, value):
                setattr(self.row(row), column, _satisfying(operator, value, getattr(self.row(row), column)))
            case OneOf(row, column, values):
                setattr(self.row(row), column, values[0])
            case Columns((left, column), "=", (right, other)):
                known = getattr(self.row(right), other)
                known = new_id() if known is None else known
                setattr(self.row(right), other, known)
                setattr(self.row(left), column, known)
            case Context(record, name, operator, value):
                self._set(record, name, _satisfying(operator, value, None))
            case _:
                pass  # what must not be is not there

    def _deny(self, atom: Atom) -> None:
        match atom:
            case Value(row, column, operator, value):
                setattr(self.row(row), column, _satisfying(OPPOSITE[operator], value, None))
            case OneOf(row, column, values):
                setattr(self.row(row), column, f"none of {values}")
            case Context(record, name, operator, value):
                self._set(record, name, _satisfying(OPPOSITE[operator], value, None))
            case Columns((left, column), "=", _):
                setattr(self.row(left), column, new_id())
            case None_((first, *_)):  # what must not be is there
                for name, cls in first.classes:
                    self._classes.setdefault(name, cls)
                    self._rows.setdefault(self._names.get(name, name), _empty(cls))
                for each in first.atoms:
                    self._let(each)
            case _:
                pass

    def _set(self, record: str, name: str, value: Any) -> None:
        known = getattr(self.actor, record)
        values = {each: getattr(known, each) for each in PortalContext.__slots__}
        setattr(self.actor, record, PortalContext(**{**values, name: value}))


def _empty(cls: type[DeclarativeBase]) -> SimpleNamespace:
    mapper = sa.inspect(cls)
    row = SimpleNamespace(**{each.key: _unsaid(each.columns[0].type) for each in mapper.column_attrs})
    for name, relation in mapper.relationships.items():
        setattr(row, name, [] if relation.uselist else None)
    row.id = new_id()
    return row


def _unsaid(kind: Any) -> Any:
    return 0 if isinstance(kind, sa.Integer) else None


def _satisfying(operator: str, value: Any, now: Any) -> Any:
    match operator, value:
        case "=" | "<=" | ">=", _:
            return value
        case "!=", None:
            return "something" if now is None else now
        case "!=", bool():
            return not value
        case "!=", _:
            return f"not {value}"
        case "<", _:
            return value - 1
        case _:
            return value + 1
