"""One question about one account and one row of a database, with everything loaded that its explanation looks at."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.compiler.ir import ACTOR, RESOURCE
from authz.explain.explanation import Explanation, Way, explain, loaders
from authz.explain.facts import Fact, Obstacle, known_as
from authz.gate.actor import PortalContext
from authz.policy import Policy
from authz.verify.load_world import context_of
from store.portal import Portal
from store.users import User


class Why:
    """Why an account may do something with a row, or why not. Row and account have to be there."""

    def __init__(self, account: User, row: Any, action: str, told: Explanation, policy: Policy) -> None:
        self.account, self.row, self.told = account, row, told
        self._action, self._policy = action, policy

    @classmethod
    async def ask(
        cls,
        session: AsyncSession,
        policy: Policy,
        *,
        account_id: UUID,
        kind: type[Any],
        id_: UUID,
        action: str,
    ) -> "Why | None":
        """None if there is no such account or row."""
        plan = policy.compiled.plans[kind, action]
        session.expunge_all()  # what is known already would not get its neighbours
        himself = (kind, id_) == (User, account_id)  # one row then, which is looked at from both sides
        beside = loaders(plan, RESOURCE) if himself else ()
        account = await session.scalar(
            sa.select(User).where(User.id == account_id).options(*loaders(plan, ACTOR), *beside),
        )
        row: Any = account
        if not himself:
            row = await session.scalar(sa.select(kind).where(kind.id == id_).options(*loaders(plan, RESOURCE)))
        if account is None or row is None:
            return None
        portal = await session.scalar(sa.select(Portal))
        account.portal = context_of(portal) if portal else PortalContext()  # type: ignore[attr-defined]
        return cls(account, row, action, explain(plan, account, row), policy)

    def said(self, *, ways: int = 3) -> str:
        """The answer for a security team: the rules and the facts of a yes, or what a no lacks, the nearest way first."""
        return "\n".join(self._lines(ways))

    def _lines(self, ways: int) -> Iterator[str]:
        named = f"{self.account.name} {{}} {self._action} {known_as(self.row)}"
        if self.told.allowed:
            yield f"{named.format('may')}:"
            for way in self.told.ways:
                if not way.missing:
                    yield from self._way(way, "because", way.found)
            return
        if not self.told.ways:
            yield f"{named.format('may not')}, and no fact would change that"
            return
        yield f"{named.format('may not')}; what would have to be so, the nearest way first:"
        for way in self.told.ways[:ways]:
            yield from self._way(way, "lacks", way.missing)

    def _way(self, way: Way, word: str, facts: Iterable[Fact | Obstacle]) -> Iterator[str]:
        yield ""
        for place in way.rules:
            rule = self._policy.compiled.rule_at(place)
            if rule and rule.sentence:
                yield f"  {place}: {rule.sentence}"
        for fact in facts:
            yield f"    {word} {fact}"
