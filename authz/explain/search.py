"""The nearest way to a yes: which choice of rows makes one conjunction of a plan hold, or leaves the fewest conditions open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from authz.compiler.guards import holds
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
    Same,
    Value,
    outer_rows,
)

Cost = tuple[int, int]
"""How many facts are missing, and of equally many how strange they are."""

# Rather another role than a new membership, rather that than another right of the account, another owner, another tree.
CHANGED, ADDED, LINKED, MOVED, DENIED = (1, 0), (1, 1), (1, 2), (1, 3), (1, 4)
_NEVER = (1_000, 0)


@dataclass(eq=False, slots=True)
class Open:
    """A row that is not there; the conditions on it say what it would have to be like."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A condition that does not hold, and the row that would have to change."""

    row: str
    atom: Atom
    cost: Cost


@dataclass(frozen=True, slots=True)
class State:
    """The rows that have been chosen so far, and what they lack."""

    rows: Mapping[str, Any]
    lacks: tuple[Lack, ...] = ()

    @property
    def cost(self) -> Cost:
        return sum(each.cost[0] for each in self.lacks), sum(each.cost[1] for each in self.lacks)

    def lacking(self, row: str, atom: Atom, cost: Cost) -> "State":
        return replace(self, lacks=(*self.lacks, Lack(row, atom, cost)))

    def is_open(self, row: str) -> bool:
        return isinstance(self.rows[row], Open)


@dataclass
class Search:
    """Tries every choice of rows, the cheapest bound first known."""

    conjunction: Conjunction
    actor: Any
    best: State | None = None
    limit: Cost = _NEVER
    about: dict[str, list[Value | OneOf]] = field(default_factory=dict)
    steps: list[One | Among | Same] = field(default_factory=list)

    def __post_init__(self) -> None:
        atoms = self.conjunction.atoms
        self.steps = _in_order([each for each in atoms if isinstance(each, One | Among | Same)])
        for atom in atoms:
            if isinstance(atom, Value | OneOf) and not self._is_said_by_hop(atom):
                self.about.setdefault(atom.row, []).append(atom)

    def among(self, given: Mapping[str, Any]) -> State | None:
        """The cheapest choice beside the rows that are given; None where no fact could help."""
        state = State({})
        for name, row in given.items():
            state = self._chosen(state, name, row)
        self._go(0, state)
        return self.best

    def _go(self, at: int, state: State) -> None:
        if at == len(self.steps):
            state = self._judged(state)
        if state.cost >= self.limit:
            return
        if at == len(self.steps):
            self.best, self.limit = state, state.cost
            return
        for after in self._choices(self.steps[at], state):
            self._go(at + 1, after)

    def _choices(self, step: One | Among | Same, state: State) -> Iterator[State]:
        match step:
            case Same():
                yield from self._united(step, state)
            case One(of, relation, name):
                row = Open() if state.is_open(of) else getattr(state.rows[of], relation)
                if row is None:
                    state, row = state.lacking(name, step, LINKED), Open()
                yield self._chosen(state, name, row)
            case Among(of, relation, name):
                for row in () if state.is_open(of) else getattr(state.rows[of], relation):
                    yield self._chosen(state, name, row)
                between = sa.inspect(self.conjunction.cls[of]).relationships[relation].secondary
                yield self._chosen(state.lacking(name, step, ADDED if between is None else MOVED), name, Open())

    def _united(self, step: Same, state: State) -> Iterator[State]:
        left, right = state.rows[step.left], state.rows[step.right]
        if left is right:
            yield state
        elif isinstance(left, Open):
            yield from self._filled(state, left, right)
        elif isinstance(right, Open):
            yield from self._filled(state, right, left)
        else:
            yield from self._linked(state, step.left, right)
            yield from self._linked(state, step.right, left)

    def _filled(self, state: State, gone: Open, row: Any) -> Iterator[State]:
        """A row that was not there is one that is."""
        names = [name for name, each in state.rows.items() if each is gone]
        if not self._has_been_left(names, state):
            for name in names:
                state = self._chosen(state, name, row)
            yield state

    def _linked(self, state: State, name: str, row: Any) -> Iterator[State]:
        """A foreign key leads to another row than it does."""
        step = next((each for each in self.steps if isinstance(each, One) and each.row == name), None)
        if step is not None and not state.is_open(step.of) and not self._has_been_left([name], state):
            freed = replace(state, lacks=tuple(each for each in state.lacks if each.row != name))
            yield self._chosen(freed.lacking(name, step, LINKED), name, row)

    def _has_been_left(self, names: list[str], state: State) -> bool:
        """Whether rows have already been chosen from there."""
        return any(isinstance(each, One | Among) and each.of in names and each.row in state.rows for each in self.steps)

    def _chosen(self, state: State, name: str, row: Any) -> State:
        """With a row, and judged by what is asked of it alone."""
        state = replace(state, rows={**state.rows, name: row})
        for atom in () if isinstance(row, Open) else self.about.get(name, ()):
            if not holds(atom, row):
                state = state.lacking(name, atom, LINKED if name == ACTOR else CHANGED)
        return state

    def _judged(self, state: State) -> State:
        """With what can be judged when every row is chosen. Of a row that is not there it is assumed that it fits."""
        for atom in self.conjunction.atoms:
            match atom:
                case Context() if not holds(atom, self.actor):
                    state = state.lacking(ACTOR, atom, LINKED)
                case Columns() if not self._columns_hold(atom, state):
                    state = self._blamed(atom, state)
                case None_(of):
                    for each in of:
                        if obstacle(each, self, state) is not None:
                            state = state.lacking(RESOURCE, None_((each,)), DENIED)
                case _:
                    pass
        return state

    def _columns_hold(self, atom: Columns, state: State) -> bool:
        if state.is_open(atom.left[0]) or state.is_open(atom.right[0]):
            return True
        left, right = (getattr(state.rows[row], column) for row, column in (atom.left, atom.right))
        known = Value(*atom.left, atom.operator, right)
        return left is not None and right is not None and holds(known, state.rows[atom.left[0]])

    def _blamed(self, atom: Columns, state: State) -> State:
        """Two columns that do not fit: the one that is nil would have to change, else rather that of the row."""
        sides = sorted((atom.left, atom.right), key=lambda side: side[0] == ACTOR)
        row, column = min(sides, key=lambda side: getattr(state.rows[side[0]], side[1]) is not None)
        said = Value(row, column, "!=", None)
        state = replace(state, lacks=tuple(each for each in state.lacks if each.atom != said))
        return state.lacking(row, atom, LINKED if row == ACTOR else CHANGED)

    def _is_said_by_hop(self, atom: Value | OneOf) -> bool:
        """`owner_group != nil` beside a step to the owner group."""
        if not isinstance(atom, Value) or (atom.operator, atom.value) != ("!=", None):
            return False
        relations = sa.inspect(self.conjunction.cls[atom.row]).relationships
        hops = [each.relation for each in self.steps if isinstance(each, One) and each.of == atom.row]
        return any(column.key == atom.column for hop in hops for column in relations[hop].local_columns)


def obstacle(denied: Conjunction, search: Search, state: State) -> tuple[Search, State] | None:
    """The rows that make a denied conjunction hold, where there are some."""
    rows = outer_rows(denied)
    if any(state.is_open(row) for row in rows):
        return None
    classes = (*search.conjunction.classes, *denied.classes)
    inside = Search(replace(denied, classes=classes), search.actor, limit=(0, 1))
    found = inside.among({row: state.rows[row] for row in sorted(rows)})
    return None if found is None else (inside, found)


def _in_order(steps: list[One | Among | Same]) -> list[One | Among | Same]:
    """Rows that are the same are brought together as soon as both are known."""
    made = {each.row for each in steps if isinstance(each, One | Among)}
    ordered: list[One | Among | Same] = []
    waiting = [each for each in steps if isinstance(each, Same)]
    known: set[str] = set()
    for step in [None, *(each for each in steps if not isinstance(each, Same))]:
        if step is not None:
            ordered.append(step)
            known.add(step.row)
        ready = [each for each in waiting if {each.left, each.right} & made <= known]
        waiting = [each for each in waiting if each not in ready]
        ordered += ready
    return ordered
