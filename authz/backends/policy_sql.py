"""The compiled policy as text: for each permission the SQL that grants it, way by way, under the sentence that says so."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from authz.backends.sql import SqlCondition
from authz.compiler.compile import CompiledPolicy
from authz.compiler.guards import folded, guards_of
from authz.compiler.ir import Atom, Conjunction, Context, OneOf, Plan, Value

_HEAD = """\
-- THE POLICY AS SQL, asked row by row. Made by `./portal policy decisions`.
--
-- Under each permission stand the ways to have it, each under the rule's sentence. `when` is settled before any row is looked at.
"""


def conditions(compiled: CompiledPolicy) -> str:
    """Everything that is asked of the database, in the order of the policy."""
    lines = [_HEAD.rstrip()]
    for (cls, action), plan in compiled.plans.items():
        lines += ["", "", f"-- {cls.__name__}: {action}", *_ways(compiled, plan)]
    for (cls, column), plan in compiled.fields.items():
        lines += ["", "", f"-- {cls.__name__}.{column}: seen", *_ways(compiled, plan)]
    for (cls, column), plan in compiled.public.items():
        lines += ["", "", f"-- {cls.__name__}.{column}: public", *_ways(compiled, plan)]
    return "\n".join(lines) + "\n"


def _ways(compiled: CompiledPolicy, plan: Plan) -> Iterator[str]:
    for each in plan.disjuncts:
        way = Plan(plan.action, plan.cls, (each,))
        guards = guards_of([way])
        yield ""
        rules = (compiled.rule_at(place) for place in each.chain)
        yield from (f"--   {rule.sentence}" for rule in rules if rule and rule.sentence)
        if guards:
            yield f"--   when {' and '.join(_said(guard) for guard in guards)}"
        yield _sql(plan.cls, folded(way, frozenset(guards)))


def _sql(cls: Any, left: tuple[Conjunction, ...]) -> str:
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
    asked = sa.select(cls.id).where(SqlCondition(cls, left).criterion(cls)).compile(dialect=dialect)
    _, _, text = str(asked).partition("WHERE ")
    values = asked.params
    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        text = text.replace(f"%({name})s", f":{name}" if value is None else _constant(value))
    text = text.replace("::VARCHAR", "").replace("::UUID", "").replace(" \n", "\n")
    return (text or "true").replace(" AND ", "\n  AND ").replace(" OR ", "\n  OR ")


def _constant(value: Any) -> str:
    if isinstance(value, sa.ClauseElement):
        return str(value)
    return f"'{value}'" if isinstance(value, str) else str(getattr(value, "value", value))


def _said(guard: Atom) -> str:
    match guard:
        case Context(record, name, operator, value):
            return f"user.{record}.{name} {operator} {_constant(value)}"
        case Value(_, column, operator, value):
            return f"user.{column} {operator} {'nil' if value is None else _constant(value)}"
        case OneOf(_, column, values):
            return f"user.{column} in {', '.join(map(_constant, values))}"
        case _:
            return repr(guard)
