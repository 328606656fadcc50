"""Does the policy mean the same everywhere: SQL, Python and Oso asked about the same accounts and rows."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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

_TOLD = 10


@dataclass
class Agreement:
    """What was compared. A triple is an account, an action (or a protected column) and a row."""

    triples: int = 0
    asked_of_oso: int = 0
    allowed: int = 0
    differences: int = 0
    told: list[str] = field(default_factory=list)
    answered: set[tuple[str, str, bool]] = field(default_factory=set)
    """Class, action and answer, for every answer that was given at all."""

    def __add__(self, other: Self) -> "Agreement":
        return Agreement(
            self.triples + other.triples,
            self.asked_of_oso + other.asked_of_oso,
            self.allowed + other.allowed,
            self.differences + other.differences,
            [*self.told, *other.told][:_TOLD],
            self.answered | other.answered,
        )

    def differ(self, about: str) -> None:
        self.differences += 1
        if len(self.told) < _TOLD:
            self.told.append(about)


@dataclass(frozen=True)
class _Question:
    """One plan in its three readings."""

    name: str
    check: Check
    condition: Callable[[Any], Any]
    oso: Callable[[Any, Any], bool]


class Verifier:
    """One policy, asked three times. Statements are built once for each kind of actor."""

    def __init__(self, policy: Policy, reference: Reference) -> None:
        self._policy = policy
        self._questions = {cls: list(_questions(policy, reference, cls)) for cls in policy.compiled.classes}
        self._statements: dict[tuple[SqlCondition, ...], Statement] = {}

    async def compare(
        self,
        session: AsyncSession,
        world: World,
        *,
        ask: float = 1,
        chance: random.Random | None = None,
    ) -> Agreement:
        """Compare every triple of a world; Oso, which is slow, is asked about this part of them."""
        found, drawn = Agreement(), (chance or random.Random(0)).random
        for account in world[User]:
            for cls, questions in self._questions.items():
                in_sql = await self._in_sql(session, cls, account)
                for row in world[cls]:
                    for question, answers in zip(questions, in_sql[row.id], strict=True):
                        native = question.check(account, row)
                        found.triples += 1
                        found.allowed += native
                        found.answered.add((cls.__name__, question.name, native))
                        answers |= {native}
                        if drawn() < ask:
                            found.asked_of_oso += 1
                            answers |= {question.oso(account, row)}
                        if len(answers) != 1:
                            found.differ(f"{account.id} {question.name} {cls.__name__} {row.id}: native says {native}")
        return found

    async def _in_sql(
        self, session: AsyncSession, cls: type[DeclarativeBase], account: Any
    ) -> dict[UUID, list[set[bool]]]:
        """For each row and question what the two forms of SQL say."""
        values = {f"actor_{name}": getattr(account, name) for name in CARRIED}
        rows = await session.execute(self._statement(cls, account), values)
        count = len(self._questions[cls])
        return {row[0]: [{row[1 + at], row[1 + count + at]} for at in range(count)] for row in rows}

    def _statement(self, cls: type[Any], account: Any) -> Statement:
        forms = tuple(question.condition(account) for question in self._questions[cls])
        if forms not in self._statements:
            row_by_row = [each.answer(cls) for each in forms]
            gathered = [sa.func.coalesce(each.hashed(cls), sa.false()) for each in forms]
            columns = (each.label(f"c{at}") for at, each in enumerate((*row_by_row, *gathered)))
            self._statements[forms] = sa.select(cls.id, *columns)
        return self._statements[forms]


def _questions(policy: Policy, reference: Reference, cls: type[DeclarativeBase]) -> Iterator[_Question]:
    for action in policy.actions(cls):
        yield _Question(
            action,
            policy.check(cls, action),
            lambda actor, action=action: policy.condition(cls, action, actor),  # type: ignore[misc]
            lambda actor, row, action=action: reference.is_allowed(actor, action, row),  # type: ignore[misc]
        )
    for column in policy.protected(cls):
        yield _Question(
            f"read {column} of",
            policy.field_check(cls, column),
            lambda actor, column=column: policy.field_condition(cls, column, actor),  # type: ignore[misc]
            lambda actor, row, column=column: reference.is_field_allowed(actor, "read", row, column),  # type: ignore[misc]
        )
    for column in policy.public(cls):
        yield _Question(
            f"read public {column} of",
            policy.public_check(cls, column),
            lambda _actor, column=column: policy.public_condition(cls, column),  # type: ignore[misc]
            lambda _actor, row, column=column: reference.is_public("read", row, column),  # type: ignore[misc]
        )
