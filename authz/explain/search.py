"""The closest path to a yes: which rows make one conjunction of a predicate hold, or leave the fewest conditions unmet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from authz.compiler.guards import holds
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
    SameRow,
    ToMany,
    ToOne,
    outer_rows,
)
from authz.compiler.operators import NOT_EQUAL

Cost = tuple[int, int]
"""How many conditions are unmet, then how unusual the changes are that would meet them."""

# A changed column is the least unusual change, then a new row (such as a membership), a changed link or a right of the account,
# a new association (another place in the tree), and the end of something that excludes the permission.
CHANGED, ADDED, LINKED, MOVED, DENIED = (1, 0), (1, 1), (1, 2), (1, 3), (1, 4)
_UNLIMITED = (1_000, 0)


@dataclass(eq=False, slots=True)
class MissingRow:
    """A row that does not exist; the conditions on it say what it would have to be like."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold, and the row that would have to change."""

    row: str
    atom: Atom
    cost: Cost


@dataclass(frozen=True, slots=True)
class Candidate:
    """A choice of rows, complete or not, and the conditions that it leaves unmet."""

    rows: Mapping[str, Any]
    unmet: tuple[Unmet, ...] = ()

    @property
    def cost(self) -> Cost:
        return sum(unmet.cost[0] for unmet in self.unmet), sum(unmet.cost[1] for unmet in self.unmet)

    def leaving_unmet(self, row: str, atom: Atom, cost: Cost) -> "Candidate":
        return replace(self, unmet=(*self.unmet, Unmet(row, atom, cost)))

    def is_missing(self, row: str) -> bool:
        return isinstance(self.rows[row], MissingRow)


@dataclass
class Search:
    """A branch and bound search over all choices of rows for a conjunction."""

    conjunction: Conjunction
    actor: Any
    best: Candidate | None = None
    limit: Cost = _UNLIMITED
    conditions_on: dict[str, list[Compare | In]] = field(default_factory=dict)
    steps: list[ToOne | ToMany | SameRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        atoms = self.conjunction.atoms
        self.steps = _ordered([atom for atom in atoms if isinstance(atom, ToOne | ToMany | SameRow)])
        for atom in atoms:
            if isinstance(atom, Compare | In) and not self._is_implied_by_link(atom):
                self.conditions_on.setdefault(atom.row, []).append(atom)

    def run(self, rows: Mapping[str, Any]) -> Candidate | None:
        """The cheapest choice that extends these rows; None if no change of facts could make the conjunction hold."""
        start = Candidate({})
        for name, row in rows.items():
            start = self._with_row(start, name, row)
        self._extend(0, start)
        return self.best

    def _extend(self, position: int, candidate: Candidate) -> None:
        if position == len(self.steps):
            candidate = self._completed(candidate)
        if candidate.cost >= self.limit:
            return
        if position == len(self.steps):
            self.best, self.limit = candidate, candidate.cost
            return
        for extended in self._choices(self.steps[position], candidate):
            self._extend(position + 1, extended)

    def _choices(self, step: ToOne | ToMany | SameRow, candidate: Candidate) -> Iterator[Candidate]:
        match step:
            case SameRow():
                yield from self._united(step, candidate)
            case ToOne(source, relationship, name):
                missing = candidate.is_missing(source)
                row = MissingRow() if missing else getattr(candidate.rows[source], relationship)
                if row is None:
                    candidate, row = candidate.leaving_unmet(name, step, LINKED), MissingRow()
                yield self._with_row(candidate, name, row)
            case ToMany(source, relationship, name):
                for row in () if candidate.is_missing(source) else getattr(candidate.rows[source], relationship):
                    yield self._with_row(candidate, name, row)
                association = sa.inspect(self.conjunction.class_of[source]).relationships[relationship].secondary
                cost = ADDED if association is None else MOVED
                yield self._with_row(candidate.leaving_unmet(name, step, cost), name, MissingRow())

    def _united(self, step: SameRow, candidate: Candidate) -> Iterator[Candidate]:
        left, right = candidate.rows[step.left], candidate.rows[step.right]
        if left is right:
            yield candidate
        elif isinstance(left, MissingRow):
            yield from self._replaced(candidate, left, right)
        elif isinstance(right, MissingRow):
            yield from self._replaced(candidate, right, left)
        else:
            yield from self._relinked(candidate, step.left, right)
            yield from self._relinked(candidate, step.right, left)

    def _replaced(self, candidate: Candidate, missing: MissingRow, row: Any) -> Iterator[Candidate]:
        """With an existing row in place of a missing one."""
        names = [name for name, other in candidate.rows.items() if other is missing]
        if not self._leads_further(names, candidate):
            for name in names:
                candidate = self._with_row(candidate, name, row)
            yield candidate

    def _relinked(self, candidate: Candidate, name: str, row: Any) -> Iterator[Candidate]:
        """With a foreign key that leads to another row than it does."""
        link = next((step for step in self.steps if isinstance(step, ToOne) and step.row == name), None)
        if link is not None and not candidate.is_missing(link.source) and not self._leads_further([name], candidate):
            freed = replace(candidate, unmet=tuple(unmet for unmet in candidate.unmet if unmet.row != name))
            yield self._with_row(freed.leaving_unmet(name, link, LINKED), name, row)

    def _leads_further(self, names: list[str], candidate: Candidate) -> bool:
        """Whether rows behind these have been chosen already."""
        links = (step for step in self.steps if isinstance(step, ToOne | ToMany))
        return any(link.source in names and link.row in candidate.rows for link in links)

    def _with_row(self, candidate: Candidate, name: str, row: Any) -> Candidate:
        """With one more row, and the conditions on this row alone that it does not meet."""
        candidate = replace(candidate, rows={**candidate.rows, name: row})
        for atom in () if isinstance(row, MissingRow) else self.conditions_on.get(name, ()):
            if not holds(atom, row):
                candidate = candidate.leaving_unmet(name, atom, LINKED if name == ACTOR else CHANGED)
        return candidate

    def _completed(self, candidate: Candidate) -> Candidate:
        """With the conditions that need all rows. A missing row is assumed to meet them."""
        for atom in self.conjunction.atoms:
            match atom:
                case CompareSetting() if not holds(atom, self.actor):
                    candidate = candidate.leaving_unmet(ACTOR, atom, LINKED)
                case CompareColumns() if not self._columns_hold(atom, candidate):
                    candidate = self._with_unmet_columns(atom, candidate)
                case NotExists(conjunctions):
                    for conjunction in conjunctions:
                        if obstacle(conjunction, self, candidate) is not None:
                            candidate = candidate.leaving_unmet(RESOURCE, NotExists((conjunction,)), DENIED)
                case _:
                    pass
        return candidate

    def _columns_hold(self, atom: CompareColumns, candidate: Candidate) -> bool:
        if candidate.is_missing(atom.left[0]) or candidate.is_missing(atom.right[0]):
            return True
        left, right = (getattr(candidate.rows[row], column) for row, column in (atom.left, atom.right))
        return left is not None and right is not None and atom.operator.holds(left, right)

    def _with_unmet_columns(self, atom: CompareColumns, candidate: Candidate) -> Candidate:
        """The column that is nil would have to change, else that of another row than the actor."""
        sides = sorted((atom.left, atom.right), key=lambda side: side[0] == ACTOR)
        row, column = min(sides, key=lambda side: getattr(candidate.rows[side[0]], side[1]) is not None)
        implied = Compare(row, column, NOT_EQUAL, None)
        candidate = replace(candidate, unmet=tuple(unmet for unmet in candidate.unmet if unmet.atom != implied))
        return candidate.leaving_unmet(row, atom, LINKED if row == ACTOR else CHANGED)

    def _is_implied_by_link(self, atom: Compare | In) -> bool:
        """Whether it is `owner_group != nil` beside a step to the owner group."""
        if not isinstance(atom, Compare) or (atom.operator, atom.value) != (NOT_EQUAL, None):
            return False
        relationships = sa.inspect(self.conjunction.class_of[atom.row]).relationships
        links = [step.relationship for step in self.steps if isinstance(step, ToOne) and step.source == atom.row]
        return any(column.key == atom.column for link in links for column in relationships[link].local_columns)


def obstacle(denied: Conjunction, search: Search, candidate: Candidate) -> tuple[Search, Candidate] | None:
    """The rows that make a denied conjunction hold; None if there are none."""
    rows = outer_rows(denied)
    if any(candidate.is_missing(row) for row in rows):
        return None
    classes = (*search.conjunction.classes, *denied.classes)
    inner = Search(replace(denied, classes=classes), search.actor, limit=(0, 1))
    choice = inner.run({row: candidate.rows[row] for row in sorted(rows)})
    return None if choice is None else (inner, choice)


def _ordered(steps: list[ToOne | ToMany | SameRow]) -> list[ToOne | ToMany | SameRow]:
    """Each SameRow as soon as both of its rows are known."""
    reached = {link.row for link in steps if isinstance(link, ToOne | ToMany)}
    ordered: list[ToOne | ToMany | SameRow] = []
    waiting = [same for same in steps if isinstance(same, SameRow)]
    known: set[str] = set()
    for step in [None, *(link for link in steps if not isinstance(link, SameRow))]:
        if step is not None:
            ordered.append(step)
            known.add(step.row)
        ready = [same for same in waiting if {same.left, same.right} & reached <= known]
        waiting = [same for same in waiting if same not in ready]
        ordered += ready
    return ordered
