"""In which order the conditions of one way are looked at in Python, and what an actor brings along for all ways."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from authz.compiler.ir import ACTOR, Among, Atom, Columns, Context, None_, One, Value, rows_of


@dataclass(frozen=True, slots=True)
class Gathered:
    """`row` is among what the actor brings along: found by `atoms`, which look at nothing but him."""

    atoms: tuple[Atom, ...]
    row: str


Step = Atom | Gathered


def gathered(atoms: tuple[Atom, ...]) -> tuple[Step, ...]:
    """The same conditions, with what an actor brings along in one step: a loop, single steps from there, their tests."""
    left: list[Step] = list(atoms)
    for start in [each for each in atoms if isinstance(each, Among) and each.of == ACTOR]:
        rows, taken = {start.row}, [start]
        for each in scheduled([one for one in atoms if one is not start], {start.row}, Counter(), partly=True):
            if isinstance(each, One):
                rows.add(each.row)
            if not isinstance(each, Among | None_ | Context) and set(rows_of(each)) <= rows:
                taken.append(each)
        rest = [each for each in left if each not in taken]
        needed = {row for each in rest if not isinstance(each, Gathered) for row in rows_of(each)} & rows
        if len(needed) == 1:
            left = [*rest, Gathered(tuple(taken), needed.pop())]
    return tuple(left)


def scheduled(steps: Sequence[Step], known: set[str], uses: Counter[Step], *, partly: bool = False) -> list[Any]:
    """The cheapest first: conditions as soon as their rows are there, then single steps, then loops, the actor's before others.

    Of equals the one that most ways share. Comparisons that may fail keep their order among themselves, for one may be
    the reason why another is safe. With `partly` the steps that can never be taken are left out.
    """
    left, known, ordered = list(steps), set(known), []
    while left:
        ready = [each for each in left if _needs(each) <= known]
        if not ready and partly:
            break
        first = next((each for each in ready if _cost(each) == 0), None)
        ready = [each for each in ready if _harmless(each) or each is first]
        step = min(ready, key=lambda each: (_cost(each), -uses[each], left.index(each)))
        left.remove(step)
        ordered.append(step)
        if isinstance(step, One | Among | Gathered):
            known.add(step.row)
    return ordered


def _harmless(step: Step) -> bool:
    """Whether it can be tested whatever else is the case: comparing for equality never fails."""
    return not isinstance(step, Columns | Value | Context) or step.operator in ("=", "!=")


def _needs(step: Step) -> set[str]:
    match step:
        case One() | Among():
            return {step.of}
        case Gathered():
            return {ACTOR}
        case _:
            return set(rows_of(step))


def _cost(step: Step) -> int:
    match step:
        case One():
            return 1
        case Gathered():
            return 2
        case Among():
            return 3 if step.of.startswith(ACTOR) else 4
        case None_():
            return 5
        case _:
            return 0
