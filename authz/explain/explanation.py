"""Why somebody may do something: the rules and the facts. Or why not: the fewest facts that would have to be there.

Works over loaded rows (`loaders` says what has to be loaded with them) and is for single questions: it tries every choice of
rows. An explanation tells of rows that the asker may not know, so it is for those who may read the policy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload, undefer

from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Among,
    Columns,
    Conjunction,
    Context,
    None_,
    One,
    OneOf,
    Plan,
    Same,
    Value,
)
from authz.explain.facts import Fact, Obstacle, Said
from authz.explain.search import Cost, Open, Search, State, obstacle
from authz.polar.errors import Location


@dataclass(frozen=True, slots=True)
class Way:
    """One way of the plan: the rules it goes through, the facts it has found, and those it misses."""

    rules: tuple[Location, ...]
    found: tuple[Fact, ...]
    missing: tuple[Fact | Obstacle, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Explanation:
    """The ways of a plan that lead to a yes or could, the nearest first; one that misses nothing is why it is a yes."""

    ways: tuple[Way, ...]

    @property
    def allowed(self) -> bool:
        return bool(self.ways) and not self.ways[0].missing


def explain(plan: Plan, actor: Any, resource: Any) -> Explanation:
    """Look at every way of a plan. A way that no fact can open is left out: nobody becomes somebody else."""
    ways = (_way(each, actor, resource) for each in plan.disjuncts)
    return Explanation(tuple(sorted((way for way in ways if way is not None), key=lambda way: way.cost)))


def loaders(plan: Plan, of: str) -> tuple[Any, ...]:
    """What to load with the ACTOR or with the RESOURCE before a plan is explained, or checked in Python."""
    found: dict[tuple[str, ...], Any] = {}
    for conjunction in plan.disjuncts:
        found |= dict(_loads(conjunction, {of: ((), None)}, conjunction.cls))
    return tuple(found.values())


def _way(conjunction: Conjunction, actor: Any, resource: Any) -> Way | None:
    search = Search(conjunction, actor)
    state = search.among({ACTOR: actor, RESOURCE: resource})
    if state is None:
        return None
    told = _Telling(search, state)
    return Way(conjunction.chain, tuple(dict.fromkeys(told.found())), tuple(dict.fromkeys(told.missing())), state.cost)


class _Telling:
    """The rows of a search as facts."""

    def __init__(self, search: Search, state: State) -> None:
        self._search, self._state = search, state
        self._classes = search.conjunction.cls
        self._lacks = {(each.row, each.atom) for each in state.lacks}

    def found(self) -> Iterator[Fact]:
        """What is there and what it says, as far as a rule asks for it."""
        for name, row in self._state.rows.items():
            if isinstance(row, Open):
                continue
            among = self._among(name)
            said = [_said(each) for each in self._search.about.get(name, ()) if (name, each) not in self._lacks]
            said = [*self._links(name, every=among is not None), *said]
            behind = self._behind(among) if among is not None and (name, among) not in self._lacks else None
            if said or (behind is not None and behind[0] is not row):  # that a group is above itself is no news
                yield Fact(self._classes[name], row, tuple(said), behind)

    def missing(self) -> Iterator[Fact | Obstacle]:
        """What would have to be there, or to go."""
        for lack in self._state.lacks:
            cls, row = self._classes[lack.row], self._state.rows[lack.row]
            match lack.atom:
                case Value() | OneOf() as atom:
                    yield Fact(cls, row, (_said(atom),))
                case One(of, relation):
                    yield Fact(self._classes[of], self._state.rows[of], ((relation, "=", self._told(lack.row)),))
                case Among() as atom:
                    there = None if isinstance(row, Open) else row
                    yield Fact(cls, there, () if there else self._description(row), self._behind(atom))
                case Columns() as atom:
                    yield Fact(cls, row, (self._beside(atom, lack.row),))
                case Context(record, name, operator, value):
                    yield Fact(cls, row, ((f"{record}.{name}", operator, value),))
                case None_((denied,)):
                    against = obstacle(denied, self._search, self._state)
                    yield Obstacle(tuple(_Telling(*against).found()) if against else ())
                case _:
                    pass

    def _told(self, name: str) -> Any:
        row = self._state.rows[name]
        return Fact(self._classes[name], None, self._description(row)) if isinstance(row, Open) else row

    def _description(self, row: Open) -> tuple[Said, ...]:
        """What a row that is not there would have to say."""
        said: list[Said] = []
        for name in [name for name, each in self._state.rows.items() if each is row]:
            said += [*self._links(name), *(_said(each) for each in self._search.about.get(name, ()))]
            for atom in self._search.conjunction.atoms:
                if isinstance(atom, Columns) and name in (atom.left[0], atom.right[0]):
                    said.append(self._beside(atom, name))
        return tuple(dict.fromkeys(said))

    def _links(self, name: str, *, every: bool = True) -> Iterator[Said]:
        """Where the foreign keys of a row lead, or would; or only those that a rule says lead to a row that it knows."""
        known = {row for each in self._search.steps if isinstance(each, Same) for row in (each.left, each.right)}
        for step in self._search.steps:
            if isinstance(step, One) and step.of == name and (step.row, step) not in self._lacks:
                told = self._told(step.row)
                if (every or step.row in known) and (not isinstance(told, Fact) or told.said):
                    yield step.relation, "=", told

    def _beside(self, atom: Columns, name: str) -> Said:
        """Two columns as something that one of the two rows says."""
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        own, other, operator = atom.left, atom.right, atom.operator
        if own[0] != name:
            own, other, operator = other, own, mirrored.get(operator, operator)
        row = self._state.rows[other[0]]
        return own[1], operator, other[1] if isinstance(row, Open) else getattr(row, other[1])

    def _among(self, name: str) -> Among | None:
        return next((each for each in self._search.steps if isinstance(each, Among) and each.row == name), None)

    def _behind(self, among: Among | None) -> tuple[Any, str] | None:
        return None if among is None else (self._told(among.of), among.relation)


def _said(atom: Value | OneOf) -> Said:
    return (atom.column, "in", atom.values) if isinstance(atom, OneOf) else (atom.column, atom.operator, atom.value)


def _loads(
    conjunction: Conjunction,
    at: dict[str, Any],
    classes: dict[str, Any],
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The relationships that are followed from a row, each with the way to it."""
    at, classes = dict(at), {**classes, **conjunction.cls}
    for atom in conjunction.atoms:
        match atom:
            case One(of, relation, row) | Among(of, relation, row) if of in at:
                path, before = at[of]
                attribute = getattr(classes[of], relation)
                load = selectinload(attribute) if before is None else before.selectinload(attribute)
                at[row] = ((*path, relation), load)
                yield at[row]
            case Value(row, column) | OneOf(row, column) if row in at:
                if sa.inspect(classes[row]).column_attrs[column].deferred:
                    path, before = at[row]
                    attribute = getattr(classes[row], column)
                    yield (*path, column), undefer(attribute) if before is None else before.undefer(attribute)
            case None_(denied):
                for each in denied:
                    yield from _loads(each, at, classes)
            case _:
                pass
