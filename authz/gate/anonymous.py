"""Use cases of callers who have not authenticated: without a gate, because there is no actor to evaluate the policy for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.access import Access
from authz.gate.audit_entries import entry_for
from authz.gate.use_case import Operation
from store import audit
from store.audit import AuditEntry, Outcome
from store.db.base import Base
from store.db.connection_errors import is_repeatable
from store.errors import Conflict, Refusal
from store.users import User

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
T = TypeVar("T")


class AnonymousTransaction:
    """A transaction of an unauthenticated caller: it runs named queries of `store/` and records what was done."""

    def __init__(self, session: AsyncSession, caller: "AnonymousCaller") -> None:
        self.entries: list[AuditEntry] = []
        """What was recorded, in order."""
        self._session = session
        self._caller = caller

    async def run(
        self, query: Callable[Concatenate[AsyncSession, Q], Awaitable[T]], *args: Q.args, **kwargs: Q.kwargs
    ) -> T:
        """Run a named query of `store/` in this transaction."""
        return await query(self._session, *args, **kwargs)

    def add(self, row: Base) -> None:
        """Insert a new row with the next flush."""
        self._session.add(row)

    async def flush(self) -> None:
        """Write what has changed so far, where the order of the statements matters."""
        await self._session.flush()

    def record(self, action: str, *, actor: User | None = None, resource: Base | None = None) -> AuditEntry:
        """Record one change: an audit entry, which is also the event. `actor` is the account that it is about."""
        shared: Any = {"action": action, "at": self._caller.now, "request_id": self._caller.request_id}
        shared["actor_id"] = None if actor is None else actor.id
        entry = AuditEntry(**shared) if resource is None else entry_for(resource, **shared)
        self.entries.append(entry)
        return entry


class AnonymousCaller:
    """The caller of a use case who has not authenticated; every Refusal of a transaction is recorded."""

    def __init__(self, access: Access, operation: str) -> None:
        self.now = access.services.clock.now()
        self.request_id = access.request_id
        self._services = access.services
        self._operation = operation

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AnonymousTransaction]:
        """A transaction that appends its audit entries at the end and announces them after the commit.

        Raises Conflict where another request wrote the same at the same moment. A refusal is recorded in a transaction
        of its own.
        """
        try:
            try:
                async with self._services.database.transaction() as session:
                    transaction = AnonymousTransaction(session, self)
                    yield transaction
                    await audit.append(session, transaction.entries)
            except sa.exc.DBAPIError as problem:
                if not isinstance(problem, sa.exc.IntegrityError) and not is_repeatable(problem):
                    raise
                raise Conflict("another request did the same at the same moment; repeat the request") from problem
        except Refusal as refusal:
            await self._record_refusal(refusal)
            raise
        if committed := [each.number for each in transaction.entries if each.outcome is Outcome.DONE]:
            await self._services.announcer.announce(committed)

    async def _record_refusal(self, refusal: Refusal) -> None:
        entry = AuditEntry(action=self._operation, at=self.now, outcome=Outcome.REFUSED, code=refusal.code)
        entry.request_id = self.request_id
        async with self._services.database.transaction() as session:
            await audit.append(session, [entry])


class AnonymousUseCase(Operation[P, R]):
    """A use case that needs no login, such as `await login(access, email=..., password=...)`.

    It takes no idempotency key and has no dry run. Raises every Refusal that the function raises.
    """

    def __init__(self, operation: str, body: Callable[Concatenate[AnonymousCaller, P], Awaitable[R]]) -> None:
        super().__init__(operation, body)
        self._body = body

    async def __call__(self, access: Access, *args: P.args, **kwargs: P.kwargs) -> R:
        await (
            access.view.renew()
        )  # a request that held one connection while waiting for another would block a full pool
        return await self._body(AnonymousCaller(access, self.operation), *args, **kwargs)


def anonymous_use_case(
    operation: str,
) -> Callable[[Callable[Concatenate[AnonymousCaller, P], Awaitable[R]]], AnonymousUseCase[P, R]]:
    """Make a use case of a function whose first parameter is the unauthenticated caller; its result is a frozen dataclass."""
    return lambda body: AnonymousUseCase(operation, body)
