"""Why an actor may do something: the rules and the facts. Or why not: the fewest facts that would have to be different.

Works on loaded rows (`loaders` returns what to load with them) and tries every choice of rows, so it is for single questions.
An explanation names rows that the reader may not be allowed to know: show it only to those who may read the policy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload, undefer

from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Compare,
    CompareColumns,
    CompareSetting,
    Conjunction,
    In,
    NotExists,
    Predicate,
    SameRow,
    ToMany,
    ToOne,
)
from authz.compiler.operators import EQUAL
from authz.explain.facts import Fact, Obstacle, Property
from authz.explain.search import Candidate, Cost, MissingRow, Search, obstacle
from authz.polar.errors import Location


@dataclass(frozen=True, slots=True)
class GrantPath:
    """One path to a permission: the rules it goes through, the facts it has found, and those it misses."""

    rules: tuple[Location, ...]
    facts: tuple[Fact, ...]
    missing: tuple[Fact | Obstacle, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Explanation:
    """The paths that lead to a yes, or could lead there, the closest first. A path that misses nothing is why it is a yes."""

    paths: tuple[GrantPath, ...]

    @property
    def allowed(self) -> bool:
        return bool(self.paths) and not self.paths[0].missing


def explain(predicate: Predicate, actor: Any, resource: Any) -> Explanation:
    """Search every path of a predicate. A path that no change of facts could open is left out."""
    paths = (_path(disjunct, actor, resource) for disjunct in predicate.disjuncts)
    return Explanation(tuple(sorted((path for path in paths if path is not None), key=lambda path: path.cost)))


def loaders(predicate: Predicate, of: str) -> tuple[Any, ...]:
    """The loader options for the ACTOR or the RESOURCE of a predicate that is to be explained, or checked in Python."""
    options: dict[tuple[str, ...], Any] = {}
    for conjunction in predicate.disjuncts:
        options |= dict(_loaders(conjunction, {of: ((), None)}, conjunction.class_of))
    return tuple(options.values())


def _path(conjunction: Conjunction, actor: Any, resource: Any) -> GrantPath | None:
    search = Search(conjunction, actor)
    candidate = search.run({ACTOR: actor, RESOURCE: resource})
    if candidate is None:
        return None
    facts = _Facts(search, candidate)
    found, missing = tuple(dict.fromkeys(facts.found())), tuple(dict.fromkeys(facts.missing()))
    return GrantPath(conjunction.rules, found, missing, candidate.cost)


class _Facts:
    """The candidate of a search as facts."""

    def __init__(self, search: Search, candidate: Candidate) -> None:
        self._search, self._candidate = search, candidate
        self._classes = search.conjunction.class_of
        self._unmet = {(unmet.row, unmet.atom) for unmet in candidate.unmet}

    def found(self) -> Iterator[Fact]:
        """What exists, with the properties that the rules read."""
        for name, row in self._candidate.rows.items():
            if isinstance(row, MissingRow):
                continue
            link = self._to_many(name)
            conditions = self._search.conditions_on.get(name, ())
            properties = [
                *self._links(name, every=link is not None),
                *(_property(condition) for condition in conditions if (name, condition) not in self._unmet),
            ]
            owner = self._member_of(link) if link is not None and (name, link) not in self._unmet else None
            if properties or (owner is not None and owner[0] is not row):  # a group is always its own ancestor
                yield Fact(self._classes[name], row, tuple(properties), owner)

    def missing(self) -> Iterator[Fact | Obstacle]:
        """What would have to exist, change, or end."""
        for unmet in self._candidate.unmet:
            cls, row = self._classes[unmet.row], self._candidate.rows[unmet.row]
            match unmet.atom:
                case Compare() | In() as atom:
                    yield Fact(cls, row, (_property(atom),))
                case ToOne(source, relationship):
                    link = (relationship, EQUAL.symbol, self._row_or_fact(unmet.row))
                    yield Fact(self._classes[source], self._candidate.rows[source], (link,))
                case ToMany() as atom:
                    if isinstance(row, MissingRow):
                        yield Fact(cls, None, self._required_of(row), self._member_of(atom))
                    else:
                        yield Fact(cls, row, (), self._member_of(atom))
                case CompareColumns() as atom:
                    yield Fact(cls, row, (self._column_property(atom, unmet.row),))
                case CompareSetting(record, name, operator, value):
                    yield Fact(cls, row, ((f"{record}.{name}", str(operator), value),))
                case NotExists((denied,)):
                    against = obstacle(denied, self._search, self._candidate)
                    yield Obstacle(tuple(_Facts(*against).found()) if against else ())
                case _:
                    pass

    def _row_or_fact(self, name: str) -> Any:
        row = self._candidate.rows[name]
        return Fact(self._classes[name], None, self._required_of(row)) if isinstance(row, MissingRow) else row

    def _required_of(self, row: MissingRow) -> tuple[Property, ...]:
        """The properties that a missing row would need."""
        properties: list[Property] = []
        for name in [name for name, other in self._candidate.rows.items() if other is row]:
            properties += self._links(name)
            properties += [_property(condition) for condition in self._search.conditions_on.get(name, ())]
            for atom in self._search.conjunction.atoms:
                if isinstance(atom, CompareColumns) and name in (atom.left[0], atom.right[0]):
                    properties.append(self._column_property(atom, name))
        return tuple(dict.fromkeys(properties))

    def _links(self, name: str, *, every: bool = True) -> Iterator[Property]:
        """Where the foreign keys of a row lead or would lead: all of them, or those to a row that a rule compares."""
        compared = {row for same in self._search.steps if isinstance(same, SameRow) for row in (same.left, same.right)}
        for step in self._search.steps:
            if isinstance(step, ToOne) and step.source == name and (step.row, step) not in self._unmet:
                target = self._row_or_fact(step.row)
                if (every or step.row in compared) and (not isinstance(target, Fact) or target.properties):
                    yield step.relationship, EQUAL.symbol, target

    def _column_property(self, atom: CompareColumns, name: str) -> Property:
        """A comparison of two columns as a property of one of the two rows."""
        own, other, operator = atom.left, atom.right, atom.operator
        if own[0] != name:
            own, other, operator = other, own, operator.mirror
        row = self._candidate.rows[other[0]]
        return own[1], str(operator), other[1] if isinstance(row, MissingRow) else getattr(row, other[1])

    def _to_many(self, name: str) -> ToMany | None:
        return next((step for step in self._search.steps if isinstance(step, ToMany) and step.row == name), None)

    def _member_of(self, link: ToMany) -> tuple[Any, str]:
        return self._row_or_fact(link.source), link.relationship


def _property(atom: Compare | In) -> Property:
    if isinstance(atom, In):
        return atom.column, "in", atom.values
    return atom.column, str(atom.operator), atom.value


def _loaders(
    conjunction: Conjunction, paths: dict[str, Any], classes: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The relationships that are followed from some rows, each with its path from there."""
    paths, classes = dict(paths), {**classes, **conjunction.class_of}
    for atom in conjunction.atoms:
        match atom:
            case ToOne(source, relationship, row) | ToMany(source, relationship, row) if source in paths:
                path, parent = paths[source]
                attribute = getattr(classes[source], relationship)
                option = selectinload(attribute) if parent is None else parent.selectinload(attribute)
                paths[row] = ((*path, relationship), option)
                yield paths[row]
            case Compare(row, column) | In(row, column) if row in paths:
                if sa.inspect(classes[row]).column_attrs[column].deferred:
                    path, parent = paths[row]
                    attribute = getattr(classes[row], column)
                    yield (*path, column), undefer(attribute) if parent is None else parent.undefer(attribute)
            case NotExists(conjunctions):
                for part in conjunctions:
                    yield from _loaders(part, paths, classes)
            case _:
                pass
