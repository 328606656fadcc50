"""One question about an account and a row of the database, with everything loaded that its explanation reads."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.compiler.ir import ACTOR, RESOURCE
from authz.explain.explanation import Explanation, GrantPath, explain, loaders
from authz.explain.facts import Fact, Obstacle, display_name
from authz.gate.actor import PortalContext
from authz.policy import Policy
from authz.verify.load_world import context_of
from store.portal import Portal
from store.users import User


class AccessQuestion:
    """Why an account may perform an action on a row, or why not."""

    def __init__(self, account: User, row: Any, action: str, explanation: Explanation, policy: Policy) -> None:
        self.explanation = explanation
        self._account, self._row, self._action, self._policy = account, row, action, policy

    @classmethod
    async def load(
        cls, session: AsyncSession, policy: Policy, *, account_id: UUID, kind: type[Any], id_: UUID, action: str
    ) -> "AccessQuestion | None":
        """Read the account and the row, and explain the action; None if one of them does not exist."""
        predicate = policy.compiled.permissions[kind, action]
        session.expunge_all()  # an object that is known already would be returned without its relationships
        is_own_account = (kind, id_) == (User, account_id)
        as_resource = loaders(predicate, RESOURCE) if is_own_account else ()
        account = await session.scalar(
            sa.select(User).where(User.id == account_id).options(*loaders(predicate, ACTOR), *as_resource)
        )
        row: Any = account
        if not is_own_account:
            row = await session.scalar(sa.select(kind).where(kind.id == id_).options(*loaders(predicate, RESOURCE)))
        if account is None or row is None:
            return None
        portal = await session.scalar(sa.select(Portal))
        account.portal = context_of(portal) if portal else PortalContext()  # type: ignore[attr-defined]
        return cls(account, row, action, explain(predicate, account, row), policy)

    def answer(self, *, paths: int = 3) -> str:
        """For those who may read the policy: the rules and facts of a yes; or what a no misses on its closest paths."""
        return "\n".join(self._lines(paths))

    def _lines(self, paths: int) -> Iterator[str]:
        subject, question = self._account.name, f"{self._action} {display_name(self._row)}"
        if self.explanation.allowed:
            yield f"{subject} may {question}:"
            for path in self.explanation.paths:
                if not path.missing:
                    yield from self._path(path, "because", path.facts)
        elif self.explanation.paths:
            yield f"{subject} may not {question}. What is missing, the closest path first:"
            for path in self.explanation.paths[:paths]:
                yield from self._path(path, "missing", path.missing)
        else:
            yield f"{subject} may not {question}, and no change of facts would allow it"

    def _path(self, path: GrantPath, word: str, facts: Iterable[Fact | Obstacle]) -> Iterator[str]:
        yield ""
        for location in path.rules:
            rule = self._policy.compiled.rule_at(location)
            if rule and rule.description:
                yield f"  {location}: {rule.description}"
        for fact in facts:
            yield f"    {word} {fact}"
