"""The Python backend: a predicate as a generated function of an actor and a row whose relationships are loaded.

The function is one tree of tests and loops. A prefix that several disjuncts share is tested once for all of them, and the
rows of the actor (such as the groups that they administer) are collected once, when the first disjunct needs them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from authz.backends.python_schedule import ActorRows, Step, scheduled, with_actor_rows
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
    SameRow,
    ToMany,
    ToOne,
    outer_rows,
)

Check = Callable[[Any, Any], bool]


def compile_check(predicate: Predicate) -> Check:
    """A function of an actor and a row.

    Values of a mapped row are read from its `__dict__`, which is eight times faster than through the mapper. Objects that
    keep values elsewhere, or have not loaded all of them, are checked again through their attributes.
    """
    from_dict = _generate(predicate, from_dict=True)
    from_attributes = cache(lambda: _generate(predicate, from_dict=False))

    def check(actor: Any, row: Any) -> bool:
        try:
            return from_dict(actor, row)
        except (KeyError, AttributeError):
            return from_attributes()(actor, row)

    return check


def python_source(predicate: Predicate) -> str:
    """The source of the function that reads attributes, to look at."""
    return "\n".join(_source(predicate, from_dict=False).lines)


def _generate(predicate: Predicate, *, from_dict: bool) -> Check:
    source = _source(predicate, from_dict=from_dict)
    namespace: dict[str, Any] = dict(source.constants)
    exec("\n".join(source.lines), namespace)  # noqa: S102 - generated from a compiled policy
    return namespace["check"]  # type: ignore[no-any-return]


def _source(predicate: Predicate, *, from_dict: bool) -> "_Source":
    source = _Source(from_dict=from_dict)
    source.add_function("check", predicate.disjuncts, {ACTOR: "actor", RESOURCE: "row"})
    return source


@dataclass(slots=True)
class _Node:
    """The steps that are taken once those above have succeeded; at the end of a disjunct the answer is yes."""

    steps: dict[Step, "_Node"] = field(default_factory=dict)
    is_end: bool = False

    def add(self, steps: Iterable[Step]) -> None:
        node = self
        for step in steps:
            node = node.steps.setdefault(step, _Node())
        node.is_end = True


class _Source:
    """The source of a module: functions, and the constants that they refer to by name."""

    def __init__(self, *, from_dict: bool) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._from_dict = from_dict
        self._last_number = 0

    def add_function(self, name: str, disjuncts: Sequence[Conjunction], variables: dict[str, str]) -> None:
        """A function of the rows in `variables` that returns whether one of the disjuncts holds."""
        prepared = [with_actor_rows(part.atoms) if ACTOR in variables else part.atoms for part in disjuncts]
        uses = Counter(step for steps in prepared for step in set(steps))
        tree = _Node()
        for disjunct, steps in zip(disjuncts, prepared, strict=True):
            # A collection that only one disjunct needs is not worth being made.
            used_once = any(isinstance(step, ActorRows) and uses[step] == 1 for step in steps)
            tree.add(scheduled(disjunct.atoms if used_once else steps, set(variables), uses))
        body = _Body(self)
        body.write(tree, variables, 1)
        self.lines.append(f"def {name}({', '.join(variables.values())}):")
        self.lines += [f"    {variable} = None" for variable in body.collections.values()]
        self.lines += [*body.lines, "    return False"]

    def add_collector(self, step: ActorRows) -> str:
        """A function of the actor that lists their rows; returns its number."""
        number, tree = self.new_name(""), _Node()
        tree.add(step.atoms)
        body = _Body(self, result=step.row)
        body.write(tree, {ACTOR: "actor"}, 1)
        self.lines += [f"def collect{number}(actor):", "    rows = []", *body.lines, "    return rows"]
        return number

    def attribute(self, variable: str, name: str) -> str:
        return f'{variable}.__dict__["{name}"]' if self._from_dict else f"{variable}.{name}"

    def new_name(self, prefix: str) -> str:
        self._last_number += 1
        return f"{prefix}{self._last_number}"

    def constant(self, value: Any) -> str:
        if type(value) in (bool, int):
            return repr(value)
        if type(value) is str:
            return json.dumps(value)
        name = self.new_name("constant")
        self.constants[name] = value
        return name


class _Body:
    """The lines of one function, and the collections that it keeps in variables."""

    def __init__(self, source: _Source, *, result: str | None = None) -> None:
        self.lines: list[str] = []
        self.collections: dict[ActorRows, str] = {}
        self._source = source
        self._result = result

    def write(self, node: _Node, variables: dict[str, str], depth: int) -> None:
        indent, attribute = "    " * depth, self._source.attribute
        if node.is_end:  # further steps could only say yes again
            self.lines.append(indent + (f"rows.append({variables[self._result]})" if self._result else "return True"))
            return
        for step, below in node.steps.items():
            inner, rest = dict(variables), below
            match step:
                case ToOne(source, relationship, row):
                    inner[row] = variable = self._source.new_name("row")
                    self.lines.append(f"{indent}{variable} = {attribute(variables[source], relationship)}")
                    self.lines.append(f"{indent}if {variable} is not None:")
                case ToMany() | ActorRows() if (wanted := _row_looked_up(step, below)) is not None:
                    self.lines.append(f"{indent}if {variables[wanted]} in {self._rows(step, variables)}:")
                    (rest,) = below.steps.values()
                case ToMany() | ActorRows():
                    inner[step.row] = variable = self._source.new_name("row")
                    self.lines.append(f"{indent}for {variable} in {self._rows(step, variables)}:")
                case _:
                    self.lines.append(f"{indent}if {self._test(step, variables)}:")
            self.write(rest, inner, depth + 1)

    def _rows(self, step: ToMany | ActorRows, variables: dict[str, str]) -> str:
        if isinstance(step, ToMany):
            return self._source.attribute(variables[step.source], step.relationship)
        if step not in self.collections:
            self.collections[step] = f"collection{self._source.add_collector(step)}"
        name = self.collections[step]
        collector = name.replace("collection", "collect")
        return f"({name} if {name} is not None else ({name} := {collector}({variables[ACTOR]})))"

    def _test(self, atom: Atom, variables: dict[str, str]) -> str:
        constant, attribute = self._source.constant, self._source.attribute
        match atom:
            case SameRow(left, right):
                return f"{variables[left]} == {variables[right]}"
            case Compare(row, column, operator, value):
                known = None if value is None else constant(value)
                return operator.in_python(attribute(variables[row], column), known)
            case In(row, column, values):
                return f"{attribute(variables[row], column)} in {constant(values)}"
            case CompareColumns(left, operator, right):
                a, b = (attribute(variables[row], column) for row, column in (left, right))
                return f"{a} is not None and {b} is not None and {operator.in_python(a, b)}"
            case CompareSetting(record, name, operator, value):
                return operator.in_python(f"{variables[ACTOR]}.{record}.{name}", constant(value))
            case NotExists(conjunctions):
                function = self._source.new_name("exists")
                outer = sorted({row for conjunction in conjunctions for row in outer_rows(conjunction)})
                parameters = {row: f"outer{number}" for number, row in enumerate(outer)}
                self._source.add_function(function, conjunctions, parameters)
                return f"not {function}({', '.join(variables[row] for row in outer)})"
            case _:
                raise TypeError(atom)


def _row_looked_up(step: ToMany | ActorRows, below: _Node) -> str | None:
    """The row that is looked up among others, where a loop would do nothing else."""
    if len(below.steps) != 1:
        return None
    ((test, rest),) = below.steps.items()
    if not isinstance(test, SameRow) or not rest.is_end or step.row not in (test.left, test.right):
        return None
    return test.right if test.left == step.row else test.left
