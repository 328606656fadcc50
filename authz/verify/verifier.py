"""The comparison of SQL, Python and Oso in one world: the same accounts, actions and rows."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from authz.backends.oso import Reference
from authz.backends.python import Check
from authz.backends.sql import SqlCondition
from authz.gate.actor import CARRIED
from authz.lists.queries import Statement
from authz.policy import Policy
from authz.verify.load_world import World
from store.users import User

_EXAMPLES = 10
_STATEMENTS_KEPT = 500


@dataclass
class Result:
    """What was compared. A triple is an account, an action (or a protected column), and a row."""

    triples: int = 0
    asked_of_oso: int = 0
    allowed: int = 0
    differences: int = 0
    examples: list[str] = field(default_factory=list)
    """The first differences."""
    answers: set[tuple[str, str, bool]] = field(default_factory=set)
    """The class, the action and the answer, for every answer that occurred."""

    def __add__(self, other: Self) -> "Result":
        return Result(
            self.triples + other.triples,
            self.asked_of_oso + other.asked_of_oso,
            self.allowed + other.allowed,
            self.differences + other.differences,
            [*self.examples, *other.examples][:_EXAMPLES],
            self.answers | other.answers,
        )

    def add_difference(self, example: str) -> None:
        self.differences += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(example)


@dataclass(frozen=True)
class _Subject:
    """A permission or a protected column, in the three backends."""

    name: str
    check: Check
    condition: Callable[[Any], Any]
    oso: Callable[[Any, Any], bool]


class Verifier:
    """Compares one policy in any number of worlds."""

    def __init__(self, policy: Policy, reference: Reference) -> None:
        self._subjects = {cls: list(_subjects(policy, reference, cls)) for cls in policy.compiled.classes}
        self._statement = lru_cache(maxsize=_STATEMENTS_KEPT)(_statement)

    async def compare(
        self, session: AsyncSession, world: World, *, oso_share: float = 1, rng: random.Random | None = None
    ) -> Result:
        """Compare every triple of a world; Oso, which is slow, is asked about this fraction of them."""
        result, draw = Result(), (rng or random.Random(0)).random
        for account in world[User]:
            for cls, subjects in self._subjects.items():
                in_sql = await self._in_sql(session, cls, account)
                for row in world[cls]:
                    for subject, answers in zip(subjects, in_sql[row.id], strict=True):
                        in_python = subject.check(account, row)
                        result.triples += 1
                        result.allowed += in_python
                        result.answers.add((cls.__name__, subject.name, in_python))
                        answers |= {in_python}
                        if draw() < oso_share:
                            result.asked_of_oso += 1
                            answers |= {subject.oso(account, row)}
                        if len(answers) != 1:
                            example = f"{account.id} {subject.name} {cls.__name__} {row.id}"
                            result.add_difference(f"{example}: Python says {in_python}")
        return result

    async def _in_sql(
        self, session: AsyncSession, cls: type[DeclarativeBase], account: Any
    ) -> dict[UUID, list[set[bool]]]:
        """For each row and subject the answers of the two forms of SQL."""
        values = {f"actor_{name}": getattr(account, name) for name in CARRIED}
        conditions = tuple(subject.condition(account) for subject in self._subjects[cls])
        rows = await session.execute(self._statement(cls, conditions), values)
        count = len(conditions)
        return {row[0]: [{row[1 + at], row[1 + count + at]} for at in range(count)] for row in rows}


def _statement(cls: type[Any], conditions: tuple[SqlCondition, ...]) -> Statement:
    """Both forms of each condition, for every row of a class."""
    row_by_row = [condition.answer(cls) for condition in conditions]
    hashed = [sa.func.coalesce(condition.hashed(cls), sa.false()) for condition in conditions]
    return sa.select(cls.id, *(answer.label(f"c{number}") for number, answer in enumerate((*row_by_row, *hashed))))


def _subjects(policy: Policy, reference: Reference, cls: type[DeclarativeBase]) -> Iterator[_Subject]:
    for action in policy.actions(cls):
        yield _Subject(
            action,
            policy.check(cls, action),
            partial(policy.condition, cls, action),
            lambda actor, row, action=action: reference.is_allowed(actor, action, row),  # type: ignore[misc]
        )
    for column in policy.protected(cls):
        yield _Subject(
            f"read {column} of",
            policy.field_check(cls, column),
            partial(policy.field_condition, cls, column),
            lambda actor, row, column=column: reference.is_field_allowed(actor, "read", row, column),  # type: ignore[misc]
        )
    for column in policy.public(cls):
        yield _Subject(
            f"read public {column} of",
            policy.public_check(cls, column),
            lambda _actor, column=column: policy.public_condition(cls, column),  # type: ignore[misc]
            lambda _actor, row, column=column: reference.is_public("read", row, column),  # type: ignore[misc]
        )
