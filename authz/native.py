"""A plan as Python: straight loops over the attributes of loaded rows, generated once, no Polar left in them."""

from collections.abc import Callable
from typing import Any

from authz.ir import (
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
    rows_of,
)

Check = Callable[[Any, Any], bool]

_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def compile_check(plan: Plan) -> Check:
    """A function of an actor and a row."""
    writer = _Writer()
    for number, each in enumerate(plan.disjuncts):
        writer.function(f"way_{number}", each, (ACTOR, RESOURCE))
    ways = " or ".join(f"way_{number}(a, r)" for number in range(len(plan.disjuncts))) or "False"
    writer.lines.append(f"def check(a, r): return {ways}")
    names: dict[str, Any] = dict(writer.constants)
    exec("\n".join(writer.lines), names)  # noqa: S102 - text that was generated here, from a compiled policy
    return names["check"]  # type: ignore[no-any-return]


class _Writer:
    """Writes one function for each conjunction: rows are found in order, and the first condition that fails ends the way."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}

    def function(self, name: str, conjunction: Conjunction, given: tuple[str, ...]) -> None:
        places = {row: f"g{number}" for number, row in enumerate(given)}
        if given == (ACTOR, RESOURCE):
            places = {ACTOR: "a", RESOURCE: "r"}
        body: list[str] = []
        depth = 1
        for number, atom in enumerate(_scheduled(conjunction.atoms, given)):
            fail = "continue" if depth > 1 else "return False"
            pad = "    " * depth
            match atom:
                case One(of, relation, row):
                    places[row] = f"v{number}"
                    body.append(f"{pad}v{number} = {places[of]}.{relation}")
                    body.append(f"{pad}if v{number} is None: {fail}")
                case Among(of, relation, row):
                    places[row] = f"v{number}"
                    body.append(f"{pad}for v{number} in {places[of]}.{relation}:")
                    depth += 1
                case _:
                    body.append(f"{pad}if not ({self._condition(name, number, atom, places)}): {fail}")
        self.lines.append(f"def {name}({', '.join(places[row] for row in given)}):")
        self.lines += body
        self.lines.append("    " * depth + "return True")
        if depth > 1:
            self.lines.append("    return False")

    def _condition(self, name: str, number: int, atom: Atom, places: dict[str, str]) -> str:
        match atom:
            case Same(left, right):
                return f"{places[left]} == {places[right]}"
            case Value(row, column, op, None):
                return f"{places[row]}.{column} {'is' if op == '=' else 'is not'} None"
            case Value(row, column, op, value):
                return f"{places[row]}.{column} {_PYTHON[op]} {self._constant(value)}"
            case OneOf(row, column, values):
                return f"{places[row]}.{column} in {self._constant(values)}"
            case Columns(left, op, right):
                a, b = (f"{places[row]}.{column}" for row, column in (left, right))
                return f"{a} is not None and {b} is not None and {a} {_PYTHON[op]} {b}"
            case Context(record, setting, op, value):
                return f"{places[ACTOR]}.{record}.{setting} {_PYTHON[op]} {self._constant(value)}"
            case None_(of):
                calls = []
                for inner, each in enumerate(of):
                    given = tuple(sorted(outer_rows(each)))
                    self.function(f"{name}_{number}_{inner}", each, given)
                    calls.append(f"{name}_{number}_{inner}({', '.join(places[row] for row in given)})")
                return f"not ({' or '.join(calls)})"
            case _:
                raise TypeError(atom)

    def _constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def _scheduled(atoms: tuple[Atom, ...], given: tuple[str, ...]) -> list[Atom]:
    """The cheapest first: conditions as soon as their rows are there, then single steps, then loops, the actor's before others.

    Conditions keep their order among themselves, for one may be the reason why another is safe.
    """
    left, known, ordered = list(atoms), set(given), []
    while left:
        ready = [each for each in left if _needs(each) <= known]
        atom = min(ready, key=lambda each: (_cost(each), left.index(each)))
        left.remove(atom)
        ordered.append(atom)
        if isinstance(atom, One | Among):
            known.add(atom.row)
    return ordered


def _needs(atom: Atom) -> set[str]:
    return {atom.of} if isinstance(atom, One | Among) else set(rows_of(atom))


def _cost(atom: Atom) -> int:
    match atom:
        case One():
            return 1
        case Among(of):
            return 2 if of.startswith(ACTOR) else 3
        case None_():
            return 4
        case _:
            return 0
