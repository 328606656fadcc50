"""A plan as Python: one nest of tests and loops over loaded rows, generated once, no Polar left in it.

What several ways of a plan begin with is tested once for all of them. The rows that an actor brings along (the groups that
he administers) are gathered when the first way needs them, and serve the others too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from authz.backends.python_schedule import Gathered, Step, gathered, scheduled
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
    Same,
    Value,
    outer_rows,
)

Check = Callable[[Any, Any], bool]

_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def compile_check(plan: Plan) -> Check:
    """A function of an actor and a row.

    What is loaded of a mapped row stands in its `__dict__`, where it is read eight times faster than through the mapper. Whatever
    keeps its values elsewhere, or has not got all of them, is asked again in the ordinary way.
    """
    loaded = _generated(plan, loaded=True)
    ordinary = cache(lambda: _generated(plan, loaded=False))

    def check(actor: Any, row: Any) -> bool:
        try:
            return loaded(actor, row)
        except (KeyError, AttributeError):
            return ordinary()(actor, row)

    return check


def _generated(plan: Plan, *, loaded: bool) -> Check:
    writer = _Writer(loaded=loaded)
    writer.function("check", plan.disjuncts, {ACTOR: "a", RESOURCE: "r"})
    names: dict[str, Any] = dict(writer.constants)
    exec("\n".join(writer.lines), names)  # noqa: S102 - text that was generated here, from a compiled policy
    return names["check"]  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Node:
    """What is tested, or looped over, once the steps above it have succeeded; without further steps it is a yes."""

    steps: dict[Step, "_Node"] = field(default_factory=dict)
    done: bool = False

    def add(self, steps: Iterable[Step]) -> None:
        node = self
        for each in steps:
            node = node.steps.setdefault(each, _Node())
        node.done = True


class _Writer:
    """Writes a function for a disjunction: common beginnings of its ways are written once."""

    def __init__(self, *, loaded: bool) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._loaded = loaded
        self._numbers = 0

    def function(self, name: str, ways: Sequence[Conjunction], places: dict[str, str]) -> None:
        """A function of the rows in `places` that says whether one of the ways is open."""
        prepared = [gathered(each.atoms) if ACTOR in places else each.atoms for each in ways]
        uses = Counter(step for steps in prepared for step in set(steps))
        tree = _Node()
        for way, steps in zip(ways, prepared, strict=True):
            # What serves one way only is cheaper in its place.
            once = any(isinstance(step, Gathered) and uses[step] == 1 for step in steps)
            tree.add(scheduled(way.atoms if once else steps, set(places), uses))
        body = _Body(self)
        body.write(tree, places, 1)
        self.lines.append(f"def {name}({', '.join(places.values())}):")
        self.lines += [f"    kept{each} = None" for each in body.gathered.values()]
        self.lines += [*body.lines, "    return False"]

    def gathering(self, step: Gathered) -> str:
        """A function of the actor that lists what he brings along."""
        number, found = self.number(""), _Node()
        found.add(step.atoms)
        body = _Body(self, result=step.row)
        body.write(found, {ACTOR: "a"}, 1)
        self.lines += [f"def gather{number}(a):", "    found = []", *body.lines, "    return found"]
        return number

    def value(self, place: str, name: str) -> str:
        return f'{place}.__dict__["{name}"]' if self._loaded else f"{place}.{name}"

    def number(self, prefix: str) -> str:
        self._numbers += 1
        return f"{prefix}{self._numbers}"

    def constant(self, value: Any) -> str:
        if type(value) in (bool, int, str):
            return repr(value)
        name = self.number("c")
        self.constants[name] = value
        return name


class _Body:
    """The lines of one function."""

    def __init__(self, writer: _Writer, *, result: str | None = None) -> None:
        self.lines: list[str] = []
        self.gathered: dict[Gathered, str] = {}
        self._writer = writer
        self._result = result

    def write(self, node: _Node, places: dict[str, str], depth: int) -> None:
        pad, value = "    " * depth, self._writer.value
        if node.done:
            # Whatever else stands below could only say yes a second time.
            self.lines.append(pad + (f"found.append({places[self._result]})" if self._result else "return True"))
            return
        for step, below in node.steps.items():
            inner, rest = dict(places), below
            match step:
                case One(of, relation, row):
                    inner[row] = place = self._writer.number("v")
                    self.lines += [f"{pad}{place} = {value(places[of], relation)}", f"{pad}if {place} is not None:"]
                case Among() | Gathered() if (sought := _sought(step, below)) is not None:
                    self.lines.append(f"{pad}if {places[sought]} in {self._rows(step, places)}:")
                    (rest,) = below.steps.values()
                case Among() | Gathered():
                    inner[step.row] = place = self._writer.number("v")
                    self.lines.append(f"{pad}for {place} in {self._rows(step, places)}:")
                case _:
                    self.lines.append(f"{pad}if {self._condition(step, places)}:")
            self.write(rest, inner, depth + 1)

    def _rows(self, step: Among | Gathered, places: dict[str, str]) -> str:
        if isinstance(step, Among):
            return self._writer.value(places[step.of], step.relation)
        if step not in self.gathered:
            self.gathered[step] = self._writer.gathering(step)
        number = self.gathered[step]
        return f"(kept{number} if kept{number} is not None else (kept{number} := gather{number}({places[ACTOR]})))"

    def _condition(self, atom: Atom, places: dict[str, str]) -> str:
        constant, value_of = self._writer.constant, self._writer.value
        match atom:
            case Same(left, right):
                return f"{places[left]} == {places[right]}"
            case Value(row, column, op, None):
                return f"{value_of(places[row], column)} {'is' if op == '=' else 'is not'} None"
            case Value(row, column, op, value):
                return f"{value_of(places[row], column)} {_PYTHON[op]} {constant(value)}"
            case OneOf(row, column, values):
                return f"{value_of(places[row], column)} in {constant(values)}"
            case Columns(left, op, right):
                a, b = (value_of(places[row], column) for row, column in (left, right))
                return f"{a} is not None and {b} is not None and {a} {_PYTHON[op]} {b}"
            case Context(record, setting, op, value):
                return f"{places[ACTOR]}.{record}.{setting} {_PYTHON[op]} {constant(value)}"
            case None_(of):
                name = self._writer.number("denied")
                given = sorted({row for each in of for row in outer_rows(each)})
                inner = {row: f"o{number}" for number, row in enumerate(given)}
                self._writer.function(name, of, inner)
                return f"not {name}({', '.join(places[row] for row in given)})"
            case _:
                raise TypeError(atom)


def _sought(step: Among | Gathered, below: _Node) -> str | None:
    """The row that is looked for, where a loop would do nothing but look for it."""
    if len(below.steps) != 1:
        return None
    ((test, rest),) = below.steps.items()
    if not isinstance(test, Same) or not rest.done or step.row not in (test.left, test.right):
        return None
    return test.right if test.left == step.row else test.left
