"""The compiled policy as the gate asks it: a class, an action and an actor in, a form of SQL out."""

from functools import cached_property
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.backends.python import Check, compile_check
from authz.backends.sql import SqlCondition
from authz.compiler.compile import CompiledPolicy
from authz.compiler.guards import folded, guards_of, holds
from authz.compiler.ir import Atom, Plan

ActorProfile = frozenset[Atom]


class Policy:
    """Answers about actors. What depends on the actor alone (his `shade`) is settled in Python, before any SQL."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.compiled = compiled
        plans = [*compiled.plans.values(), *compiled.fields.values()]
        self._guards = guards_of(plans)
        self._guards_of = {(each.cls, each.action): frozenset(guards_of([each])) for each in plans}
        self._conditions: dict[tuple[type[DeclarativeBase], str, ActorProfile], SqlCondition] = {}
        self._checks: dict[tuple[type[DeclarativeBase], str], Check] = {}

    @cached_property
    def hash(self) -> str:
        return self.compiled.hash

    def actions(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The permissions of a class, in the order of its block."""
        return self.compiled.block(cls).permissions

    def protected(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The columns of a class that have rules of their own."""
        return tuple(column for owner, column in self.compiled.fields if owner is cls)

    def public(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The columns of a class that callers without an account may see, of all rows or of some."""
        return tuple(column for owner, column in self.compiled.public if owner is cls)

    def sentences(self, action: str, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """By which rules one may do this, in the customer's words."""
        return self.compiled.sentences(action, cls)

    def actor_profile(self, actor: Any) -> ActorProfile:
        """The conditions on the actor alone that hold for this one: equal shades share statements."""
        return frozenset(guard for guard in self._guards if holds(guard, actor))

    def condition(self, cls: type[DeclarativeBase], action: str, actor: Any) -> SqlCondition:
        """May he, on which rows: for one actor's kind. Raises KeyError for an action that the class does not have."""
        return self._fold(self.compiled.plans[cls, action], actor)

    def field_condition(self, cls: type[DeclarativeBase], column: str, actor: Any) -> SqlCondition | None:
        """On which rows he sees a column; None for a column that is as readable as its row."""
        plan = self.compiled.fields.get((cls, column))
        return None if plan is None else self._fold(plan, actor)

    def public_condition(self, cls: type[DeclarativeBase], column: str) -> SqlCondition:
        """The rows of which callers without an account see a column."""
        plan = self.compiled.public.get((cls, column))
        return SqlCondition(cls, ()) if plan is None else self._kept(plan, frozenset())

    def check(self, cls: type[DeclarativeBase], action: str) -> Check:
        """The same answer in Python, for an actor and a row whose neighbours are loaded."""
        return self._checked(self.compiled.plans[cls, action])

    def field_check(self, cls: type[DeclarativeBase], column: str) -> Check:
        """Whether he sees a protected column, in Python."""
        return self._checked(self.compiled.fields[cls, column])

    def public_check(self, cls: type[DeclarativeBase], column: str) -> Check:
        """Whether callers without an account see a column that is public in some rows, in Python; the actor is ignored."""
        return self._checked(self.compiled.public[cls, column])

    def _checked(self, plan: Plan) -> Check:
        key = (plan.cls, plan.action)
        if key not in self._checks:
            self._checks[key] = compile_check(plan)
        return self._checks[key]

    def _fold(self, plan: Plan, actor: Any) -> SqlCondition:
        return self._kept(plan, self.actor_profile(actor) & self._guards_of[plan.cls, plan.action])

    def _kept(self, plan: Plan, shade: ActorProfile) -> SqlCondition:
        key = (plan.cls, plan.action, shade)
        if key not in self._conditions:
            self._conditions[key] = SqlCondition(plan.cls, folded(plan, shade))
        return self._conditions[key]
