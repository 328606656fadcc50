"""One request: a view to read through, and transactions to change things in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from authz.gate.gate import Gate
from authz.gate.results import Completed
from authz.gate.services import Services
from authz.gate.transaction import MutationRequest, Transaction
from authz.gate.view import View

R = TypeVar("R")


class Access:
    """One request of one caller. Closing it ends its snapshot."""

    def __init__(self, services: Services, credentials: str | None, request_id: str) -> None:
        self.services = services
        self.credentials = credentials
        self.request_id = request_id
        self.view = View(services.database, services.queries, services.clock, credentials)

    def attempt(self, *, key: str | None = None, dry_run: bool = False) -> "Attempt":
        """How the next use case is run: see Attempt."""
        return Attempt(self, key, dry_run)

    async def run(self, request: MutationRequest, body: Callable[[Gate], Awaitable[R]]) -> Completed[R]:
        """Carry out one mutation in one transaction, then wake the subscribers.

        Raises AlreadyAnswered where the idempotency key has its answer, and every Refusal that the body raises.
        """
        await self.view.renew()  # a request that held one connection while waiting for another would block a full pool
        transaction = Transaction(self.services, self.credentials, request)
        completed = await transaction.run(body)
        if transaction.committed:
            await self.services.announcer.announce(transaction.committed)
        return completed

    async def close(self) -> None:
        await self.view.renew()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way to run a use case: with a `key` it is done once, as a `dry_run` everything is rolled back at the end."""

    access: Access
    key: str | None = None
    dry_run: bool = False
