"""The compiled policy as SQL text to read: for each permission its disjuncts, each under the descriptions of its rules."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from authz.backends.sql import SqlCondition
from authz.compiler.compile import CompiledPolicy
from authz.compiler.guards import fold, guards_of
from authz.compiler.ir import Atom, Compare, CompareSetting, Conjunction, In, Predicate

_HEAD = """\
-- THE POLICY AS SQL, as it is tested row by row. Written by `./portal policy decisions`.
--
-- A permission is granted if one of its conditions holds; above each are the descriptions of its rules. `when` is decided in
-- Python, from the account and the settings, before any row is read.
"""


def policy_sql(compiled: CompiledPolicy) -> str:
    """The conditions of every permission, protected column and public column, in the order of the policy."""
    lines = [_HEAD.rstrip()]
    for (cls, action), predicate in compiled.permissions.items():
        lines += ["", "", f"-- {cls.__name__}: {action}", *_disjuncts(compiled, predicate)]
    for (cls, column), predicate in compiled.fields.items():
        lines += ["", "", f"-- {cls.__name__}.{column}: read", *_disjuncts(compiled, predicate)]
    for (cls, column), predicate in compiled.public.items():
        lines += ["", "", f"-- {cls.__name__}.{column}: public", *_disjuncts(compiled, predicate)]
    return "\n".join(lines) + "\n"


def condition_text(cls: Any, conjunctions: tuple[Conjunction, ...]) -> str:
    """What a folded predicate adds to WHERE, with its constants in place."""
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
    statement = sa.select(cls.id).where(SqlCondition(cls, conjunctions).criterion(cls)).compile(dialect=dialect)
    _, _, text = str(statement).partition("WHERE ")
    values = statement.params
    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        text = text.replace(f"%({name})s", f":{name}" if value is None else _constant(value))
    text = text.replace("::VARCHAR", "").replace("::UUID", "").replace(" \n", "\n")
    return (text or "true").replace(" AND ", "\n  AND ").replace(" OR ", "\n  OR ")


def guard_text(guard: Atom) -> str:
    """A guard as the policy writes it."""
    match guard:
        case CompareSetting(record, name, operator, value):
            return f"user.{record}.{name} {operator} {_constant(value)}"
        case Compare(_, column, operator, value):
            return f"user.{column} {operator} {'nil' if value is None else _constant(value)}"
        case In(_, column, values):
            return f"user.{column} in {', '.join(map(_constant, values))}"
        case _:
            return repr(guard)


def _disjuncts(compiled: CompiledPolicy, predicate: Predicate) -> Iterator[str]:
    for conjunction in predicate.disjuncts:
        single = replace(predicate, disjuncts=(conjunction,))
        guards = guards_of([single])
        yield ""
        rules = (compiled.rule_at(location) for location in conjunction.rules)
        yield from (f"--   {rule.description}" for rule in rules if rule and rule.description)
        if guards:
            yield f"--   when {' and '.join(map(guard_text, guards))}"
        yield condition_text(predicate.cls, fold(single, frozenset(guards)))


def _constant(value: Any) -> str:
    if isinstance(value, sa.ClauseElement):
        return str(value)
    return f"'{value}'" if isinstance(value, str) else str(getattr(value, "value", value))
