"""Witnesses: the smallest sets of rows for which a conjunction holds, made without a database.

The database would reject many of them. That is intended: a rule must say what it means, and not rely on a constraint.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from authz.backends.python import Check, compile_check
from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Atom,
    Compare,
    CompareColumns,
    CompareSetting,
    Conjunction,
    In,
    NotExists,
    Predicate,
    ToMany,
    ToOne,
    representatives,
    rows_of,
)
from authz.compiler.operators import EQUAL, Operator
from authz.gate.actor import PortalContext
from authz.verify.mutants import Mutant, mutants_of
from store.db.base import new_id


def unnoticed_mutants(predicates: Iterable[Predicate], *, actor: type[DeclarativeBase]) -> tuple[int, list[str]]:
    """How many mutants the predicates have, and those that no witness distinguishes from their original."""
    count, unnoticed = 0, []
    for predicate in predicates:
        original = compile_check(predicate)
        for mutant in mutants_of(predicate):
            count += 1
            if not differs(mutant, original, compile_check(mutant.predicate), actor=actor):
                unnoticed.append(f"{predicate.cls.__name__}: {predicate.action}: {mutant.description}")
    return count, unnoticed


def differs(mutant: Mutant, original: Check, mutated: Check, *, actor: type[DeclarativeBase]) -> bool:
    """Whether a witness of the changed disjunct, as it was or as it is now, gets different answers."""
    witnesses = _witnesses(mutant, actor)
    return any(
        original(witness.actor, witness.resource) != mutated(witness.actor, witness.resource) for witness in witnesses
    )


def _witnesses(mutant: Mutant, actor: type[DeclarativeBase]) -> Iterator["Witness"]:
    """The smallest ones first, then those that violate a condition of another disjunct, which may hide the fault."""
    conjunctions: list[tuple[Conjunction, tuple[Atom, ...]]] = [
        (conjunction, ()) for conjunction in _with_single_values(mutant.original, mutant.lost)
    ]
    if mutant.changed is not None:
        conjunctions.append((mutant.changed, (mutant.lost,) if mutant.lost else ()))
    yield from (Witness(conjunction, actor=actor, violating=lost) for conjunction, lost in conjunctions)
    for atom in dict.fromkeys(atom for disjunct in mutant.predicate.disjuncts for atom in disjunct.atoms):
        if isinstance(atom, CompareSetting | Compare | In) and set(rows_of(atom)) <= {ACTOR, RESOURCE}:
            yield from (
                Witness(conjunction, actor=actor, violating=(*lost, atom)) for conjunction, lost in conjunctions
            )


def _with_single_values(conjunction: Conjunction, atom: Atom | None) -> Iterator[Conjunction]:
    """The conjunction once for each value of an atom with several."""
    if not isinstance(atom, In):
        yield conjunction
        return
    for value in atom.values:
        single = replace(atom, values=(value,))
        yield replace(conjunction, atoms=tuple(single if other == atom else other for other in conjunction.atoms))


class Witness:
    """An actor and a resource for which a conjunction holds, and then some conditions are violated."""

    def __init__(
        self, conjunction: Conjunction, *, actor: type[DeclarativeBase], violating: Iterable[Atom] = ()
    ) -> None:
        self._names = representatives(conjunction.atoms)
        self._classes = {ACTOR: actor, **conjunction.class_of}
        own_names = (name for name in self._classes if self._names.get(name, name) == name)
        self._rows = {name: _empty_row(self._classes[name]) for name in own_names}
        self.row(ACTOR).portal = PortalContext()
        for atom in conjunction.atoms:
            self._satisfy(atom)
        for atom in violating:
            self._violate(atom)

    @property
    def actor(self) -> Any:
        return self.row(ACTOR)

    @property
    def resource(self) -> Any:
        return self.row(RESOURCE)

    def row(self, name: str) -> Any:
        return self._rows[self._names.get(name, name)]

    def _satisfy(self, atom: Atom) -> None:
        match atom:
            case ToOne(source, relationship, row):
                parent, neighbor = self.row(source), self.row(row)
                setattr(parent, relationship, neighbor)
                for column in sa.inspect(self._classes[source]).relationships[relationship].local_columns:
                    setattr(parent, str(column.key), neighbor.id)
            case ToMany(source, relationship, row):
                getattr(self.row(source), relationship).append(self.row(row))
            case Compare(row, column, operator, value):
                self._set(row, column, operator, value)
            case In(row, column, values):
                setattr(self.row(row), column, values[0])
            case CompareColumns((left, column), operator, (right, other)) if operator is EQUAL:
                known = getattr(self.row(right), other)
                known = new_id() if known is None else known
                setattr(self.row(right), other, known)
                setattr(self.row(left), column, known)
            case CompareSetting(record, name, operator, value):
                self._set_setting(record, name, operator, value)
            case _:
                pass  # rows that must not exist do not, and ids differ

    def _violate(self, atom: Atom) -> None:
        match atom:
            case Compare(row, column, operator, value):
                self._set(row, column, operator.opposite, value)
            case In(row, column, values):
                setattr(self.row(row), column, f"none of {values}")
            case CompareSetting(record, name, operator, value):
                self._set_setting(record, name, operator.opposite, value)
            case CompareColumns((left, column), operator, _) if operator is EQUAL:
                setattr(self.row(left), column, new_id())
            case NotExists((first, *_)):
                for name, cls in first.classes:
                    self._classes.setdefault(name, cls)
                    self._rows.setdefault(self._names.get(name, name), _empty_row(cls))
                for other in first.atoms:
                    self._satisfy(other)
            case _:
                pass

    def _set(self, row: str, column: str, operator: Operator, value: Any) -> None:
        current = getattr(self.row(row), column)
        setattr(self.row(row), column, satisfying(operator, value, current))

    def _set_setting(self, record: str, name: str, operator: Operator, value: Any) -> None:
        current = getattr(self.actor, record)
        setattr(self.actor, record, replace(current, **{name: satisfying(operator, value, getattr(current, name))}))


def satisfying(operator: Operator, value: Any, current: Any = None) -> Any:
    """A left side for which the comparison with `value` holds: the current one, if it does."""
    match value:
        case None:
            others: tuple[Any, ...] = ("not nil",)
        case bool():
            others = (not value,)
        case int():
            others = (value - 1, value + 1)
        case _:
            others = (f"not {value}",)
    return next(choice for choice in (current, value, *others) if operator.holds(choice, value))


def _empty_row(cls: type[DeclarativeBase]) -> SimpleNamespace:
    mapper = sa.inspect(cls)
    row = SimpleNamespace(**{column.key: _default(column.columns[0].type) for column in mapper.column_attrs})
    for name, relationship in mapper.relationships.items():
        setattr(row, name, [] if relationship.uselist else None)
    row.id = new_id()
    return row


def _default(type_: Any) -> Any:
    return 0 if isinstance(type_, sa.Integer) else None
