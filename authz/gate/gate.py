"""The gate: rows are fetched for a purpose, changed, and what happened is recorded."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, raiseload

from authz.gate.actor import Actor
from authz.gate.audit_entries import changes_of, entry_for
from authz.gate.services import Services
from authz.lists.queries import Row
from store.audit import AuditEntry
from store.db.base import Base
from store.errors import EditionRequired, Forbidden, NotFound
from store.groups import Group
from store.licenses import License
from store.portal import CAPABILITIES, Capability, Edition

B = TypeVar("B", bound=Base)
P = ParamSpec("P")
T = TypeVar("T")


class Gate:
    """What a use case may do in its transaction: every row it changes was fetched here, for a purpose the policy allows."""

    def __init__(
        self, session: AsyncSession, services: Services, actor: Actor, now: datetime, operation: str, request_id: str
    ) -> None:
        self.actor = actor
        self.now = now
        self.external = services.external
        self._queries = services.queries
        self.entries: list[AuditEntry] = []
        """What was recorded, in order."""
        self.subject: AuditEntry | None = None
        """What a refusal will be recorded about: the first row that was fetched, or the one that was refused."""
        self.on_refusal: Callable[[AsyncSession], Awaitable[Sequence[AuditEntry]]] | None = None
        """Runs after a refusal, in the transaction that records it: for what the attempt revealed."""
        self._session = session
        self._operation = operation
        self._request_id = request_id

    async def one(
        self, cls: type[B], id_: UUID, *, to: str, load: tuple[QueryableAttribute[Any], ...] = (), lock: bool = True
    ) -> B:
        """Fetch a row for a purpose, and lock it until the transaction ends.

        Raises NotFound where the caller may not read it, Forbidden where they may read it and may not do this. The policy
        is evaluated once the lock is held, so a right that ended while waiting no longer counts.
        """
        values = {**self.actor.values, "id": id_}
        queries = self._queries
        if lock:
            await self._session.execute(queries.lock(cls, to, self.actor), values)
        row = (await self._session.execute(queries.one(cls, to, self.actor, load), values)).first()
        if row is None or not (row.may_read or row.may_act):
            self.subject = AuditEntry(resource_type=cls.__name__, resource_id=id_)
            raise NotFound(f"there is no {_words(cls.__name__)} with this id")
        if not row.may_act:
            self.subject = self._about(row[0])
            raise self._forbidden(cls, to)
        self.subject = self.subject or self._about(row[0])
        return row[0]  # type: ignore[no-any-return]

    async def lock_all(self, cls: type[B], *where: sa.ColumnElement[bool], to: str) -> Sequence[B]:
        """Fetch and lock the rows that fulfill the conditions and that the caller may do this to; others are left out."""
        allowed = self._queries.policy.condition(cls, to, self.actor).criterion(cls)
        order = cls.__table__.c.id  # always the same order, so that two requests cannot deadlock over several rows
        statement = sa.select(cls).where(allowed, *where).order_by(order).with_for_update(key_share=True, of=cls)
        found = await self._session.scalars(statement.options(raiseload("*")), self.actor.values)
        return found.all()

    async def may(self, row: Base, permission: str) -> bool:
        """Whether the caller has a permission on a row as the database holds it; flush a new or changed row first."""
        statement = self._queries.permitted(type(row), permission, self.actor)
        values = {**self.actor.values, "id": row.id}  # type: ignore[attr-defined]
        return bool((await self._session.execute(statement, values)).scalar_one())

    async def readable(self, cls: type[Base], columns: Iterable[str], *where: sa.ColumnElement[bool]) -> Sequence[Row]:
        """The rows that fulfill the conditions and that the caller may read; columns and links they may not see are None."""
        statement = self._queries.readable(cls, columns, self.actor, *where)
        return (await self._session.execute(statement, self.actor.values)).all()

    async def authorize_new(self, row: Base, *, to: str) -> None:
        """After a creation or a move: the row as it is now must be allowed. Raises Forbidden."""
        await self._session.flush()
        cls, values = type(row), {**self.actor.values, "id": row.id}  # type: ignore[attr-defined]
        found = await self._session.execute(self._queries.one(cls, to, self.actor, ()), values)
        if not found.one().may_act:
            raise self._forbidden(cls, to)

    def require(self, capability: Capability) -> None:
        """Raise EditionRequired where the portal's edition does not include this capability."""
        if capability not in CAPABILITIES[self.actor.portal.edition]:
            minimum = next(each for each in Edition if capability in CAPABILITIES[each])
            raise EditionRequired(capability, minimum)

    async def run(
        self, query: Callable[Concatenate[AsyncSession, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a named query of `store/` in this transaction."""
        return await query(self._session, *args, **kwargs)

    def add(self, row: Base) -> None:
        """Insert a new row with the next flush; authorize it with `authorize_new`."""
        self._session.add(row)

    async def delete(self, row: Base) -> None:
        """Delete a row that was fetched for this purpose."""
        await self._session.delete(row)

    async def flush(self) -> None:
        """Write what has changed so far, where the order of the statements matters."""
        await self._session.flush()

    def record(self, action: str, resource: Base, *, about: License | Group | None = None) -> AuditEntry:
        """Record one change: an audit entry, which is also the event.

        `about` is the license where the resource is something else, or the group whose administrators are to see the entry.
        Record before a flush: the values before and after are read from what is not written yet.
        """
        entry = entry_for(
            resource, about=about, action=action, at=self.now, actor_id=self.actor.id, request_id=self._request_id
        )
        entry.before, entry.after = changes_of(resource)
        self.entries.append(entry)
        return entry

    def _about(self, row: Base) -> AuditEntry:
        return entry_for(row, action=self._operation, at=self.now, actor_id=self.actor.id, request_id=None)

    def _forbidden(self, cls: type[Base], to: str) -> Forbidden:
        message = f"you may not {to.replace('_', ' ')} this {_words(cls.__name__)}"
        return Forbidden(message, action=to, rules=list(self._queries.policy.descriptions(to, cls)))


def _words(name: str) -> str:
    """LicenseTemplate -> license template."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()
