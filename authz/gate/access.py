"""What a request holds: its token, a view to read through and gates to change things through."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from authz.gate.gate import Gate, Order
from authz.gate.view import View
from authz.lists.builder import QueryBuilder
from authz.policy import Policy
from license_central.code_seal import CodeSeal
from license_central.port import LicenseCentral
from store.db.clock import Clock
from store.db.database import Database


class Announcer(Protocol):
    """Wakes whoever waits for news, after the commit."""

    async def announce(self, numbers: Sequence[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """The portal that is asked: one for a process."""

    database: Database
    queries: QueryBuilder
    clock: Clock
    announcer: Announcer
    central: LicenseCentral | None = None
    """None in a process that issues nothing."""
    seal: CodeSeal | None = None
    """None where the codes of tickets are not kept."""

    @property
    def policy(self) -> Policy:
        return self.queries.policy


class Access:
    """One request of one caller. Close it, and its snapshot ends."""

    def __init__(self, services: Services, credentials: str | None, request_id: str) -> None:
        self.services = services
        self.credentials = credentials
        self.request_id = request_id
        self.view = View(services.database, services.queries, services.clock, credentials)

    @asynccontextmanager
    async def gate(
        self,
        operation: str,
        *,
        key: str | None = None,
        arguments: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> AsyncIterator[Gate]:
        """Open the one door through which rows are changed: one transaction, one audit row, one event.

        Raises AlreadyAnswered when the key has its answer already, and whatever Refusal the block raises.
        """
        await self.view.renew()  # who holds one connection must not wait for a second: a crowd would wait for ever
        order = Order(operation, key=key, arguments=arguments or {}, dry_run=dry_run, request_id=self.request_id)
        services = self.services
        gate = Gate(
            services.database,
            services.queries,
            services.clock,
            self.credentials,
            order,
            central=services.central,
            seal=services.seal,
        )
        async with gate.transaction():
            yield gate
        if gate.numbers:
            await self.services.announcer.announce(gate.numbers)

    async def close(self) -> None:
        await self.view.renew()
