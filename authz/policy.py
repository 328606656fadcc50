"""The compiled policy as the portal uses it: conditions in SQL and checks in Python, for a class, an action and an actor."""

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.backends.python import Check, compile_check
from authz.backends.sql import SqlCondition
from authz.compiler.compile import CompiledPolicy
from authz.compiler.guards import fold, guards_of, holds
from authz.compiler.ir import Atom, Predicate

CONDITIONS_KEPT = 1_000
"""How many conditions a policy keeps, up to 110 kB each; the profiles of all accounts need about 300."""

ActorProfile = frozenset[Atom]
"""The guards that hold for an actor. Actors of the same profile share conditions, statements and their plans."""


class Policy:
    """Answers of the policy, built when they are first needed."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.compiled = compiled
        self._guards = guards_of(compiled.predicates)
        self._predicates = {(predicate.cls, predicate.action): predicate for predicate in compiled.predicates}
        self._guards_of = {key: frozenset(guards_of([predicate])) for key, predicate in self._predicates.items()}
        self._checks: dict[tuple[type[DeclarativeBase], str], Check] = {}  # at most one for each predicate
        self._condition = lru_cache(maxsize=CONDITIONS_KEPT)(self._build_condition)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the policy's text, in hex."""
        return self.compiled.hash

    def actions(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The permissions of a class, in the order of its block."""
        return self.compiled.block(cls).permissions

    def protected(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The columns of a class that field rules protect."""
        return tuple(column for owner, column in self.compiled.fields if owner is cls)

    def public(self, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The columns of a class that callers without an account may see, in all rows or in some."""
        return tuple(column for owner, column in self.compiled.public if owner is cls)

    def descriptions(self, action: str, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The descriptions of the rules that grant a permission to anybody."""
        return self.compiled.descriptions(action, cls)

    def actor_profile(self, actor: Any) -> ActorProfile:
        return frozenset(guard for guard in self._guards if holds(guard, actor))

    def condition(self, cls: type[DeclarativeBase], action: str, actor: Any) -> SqlCondition:
        """On which rows the actor has a permission. Raises KeyError for an action that the class does not have."""
        return self._fold(self.compiled.permissions[cls, action], actor)

    def disjunct_conditions(self, cls: type[DeclarativeBase], action: str, actor: Any) -> tuple[SqlCondition, ...]:
        """The same for each disjunct of the permission alone, to find out which of them hold."""
        predicate = self.compiled.permissions[cls, action]
        return tuple(self._fold(predicate, actor, position) for position in range(len(predicate.disjuncts)))

    def field_condition(self, cls: type[DeclarativeBase], column: str, actor: Any) -> SqlCondition | None:
        """In which rows the actor may see a column; None if no field rule protects it."""
        predicate = self.compiled.fields.get((cls, column))
        return None if predicate is None else self._fold(predicate, actor)

    def public_condition(self, cls: type[DeclarativeBase], column: str) -> SqlCondition:
        """In which rows callers without an account may see a column."""
        predicate = self.compiled.public.get((cls, column))
        return SqlCondition(cls, ()) if predicate is None else self._condition(cls, predicate.action, frozenset(), None)

    def check(self, cls: type[DeclarativeBase], action: str) -> Check:
        """The same answer in Python, for an actor and a row whose relationships are loaded."""
        return self._check(self.compiled.permissions[cls, action])

    def field_check(self, cls: type[DeclarativeBase], column: str) -> Check:
        """Whether the actor may see a protected column, in Python."""
        return self._check(self.compiled.fields[cls, column])

    def public_check(self, cls: type[DeclarativeBase], column: str) -> Check:
        """Whether callers without an account may see a column that is public in some rows; the actor is ignored."""
        return self._check(self.compiled.public[cls, column])

    def _check(self, predicate: Predicate) -> Check:
        key = (predicate.cls, predicate.action)
        if key not in self._checks:
            self._checks[key] = compile_check(predicate)
        return self._checks[key]

    def _fold(self, predicate: Predicate, actor: Any, position: int | None = None) -> SqlCondition:
        key = (predicate.cls, predicate.action)
        return self._condition(*key, self.actor_profile(actor) & self._guards_of[key], position)

    def _build_condition(
        self, cls: type[DeclarativeBase], action: str, profile: ActorProfile, position: int | None
    ) -> SqlCondition:
        predicate = self._predicates[cls, action]
        if position is not None:
            predicate = replace(predicate, disjuncts=(predicate.disjuncts[position],))
        return SqlCondition(cls, fold(predicate, profile))
