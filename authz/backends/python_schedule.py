"""In which order a conjunction is tested in Python, and which rows of the actor are collected once for all conjunctions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from authz.compiler.ir import ACTOR, Atom, Compare, CompareColumns, CompareSetting, NotExists, ToMany, ToOne, rows_of


@dataclass(frozen=True, slots=True)
class ActorRows:
    """`row` is one of the rows that belong to the actor: those for which `atoms`, which read nothing else, hold."""

    atoms: tuple[Atom, ...]
    row: str


Step = Atom | ActorRows


def with_actor_rows(atoms: tuple[Atom, ...]) -> tuple[Step, ...]:
    """The same conditions, with each loop over rows of the actor, the links from there and their tests as one step."""
    steps: list[Step] = list(atoms)
    for start in [loop for loop in atoms if isinstance(loop, ToMany) and loop.source == ACTOR]:
        rows, taken = {start.row}, [start]
        for atom in scheduled([other for other in atoms if other is not start], {start.row}, Counter(), partly=True):
            if isinstance(atom, ToOne):
                rows.add(atom.row)
            if not isinstance(atom, ToMany | NotExists | CompareSetting) and set(rows_of(atom)) <= rows:
                taken.append(atom)
        rest = [step for step in steps if step not in taken]
        needed = {row for step in rest if not isinstance(step, ActorRows) for row in rows_of(step)} & rows
        if len(needed) == 1:
            steps = [*rest, ActorRows(tuple(taken), needed.pop())]
    return tuple(steps)


def scheduled(steps: Sequence[Step], known: set[str], uses: Counter[Step], *, partly: bool = False) -> list[Any]:
    """The cheapest step first: tests as soon as their rows are known, then links, then loops, those of the actor first.

    Among equals the one that most disjuncts share. Comparisons that can raise keep their order among themselves, because
    one may be what makes the next one safe. With `partly`, steps whose rows never become known are left out.
    """
    left, known, ordered = list(steps), set(known), []
    while left:
        ready = [candidate for candidate in left if _rows_needed(candidate) <= known]
        if not ready and partly:
            break
        first = next((candidate for candidate in ready if _cost(candidate) == 0), None)
        ready = [candidate for candidate in ready if _never_raises(candidate) or candidate is first]
        step = min(ready, key=lambda candidate: (_cost(candidate), -uses[candidate], left.index(candidate)))
        left.remove(step)
        ordered.append(step)
        if isinstance(step, ToOne | ToMany | ActorRows):
            known.add(step.row)
    return ordered


def _never_raises(step: Step) -> bool:
    """Whether a step can be tested before all others: a test for equality takes any values, an order does not."""
    return not isinstance(step, CompareColumns | Compare | CompareSetting) or not step.operator.is_order


def _rows_needed(step: Step) -> set[str]:
    match step:
        case ToOne() | ToMany():
            return {step.source}
        case ActorRows():
            return {ACTOR}
        case _:
            return set(rows_of(step))


def _cost(step: Step) -> int:
    match step:
        case ToOne():
            return 1
        case ActorRows():
            return 2
        case ToMany():
            return 3 if step.source.startswith(ACTOR) else 4
        case NotExists():
            return 5
        case _:
            return 0
