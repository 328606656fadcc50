"""One mutation, carried out: authenticated, done once per key, on record whether it succeeds or is refused."""

import asyncio
import hashlib
import json
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from authz.gate.actor import ACTOR_QUERY, Actor, actor_of
from authz.gate.gate import Gate
from authz.gate.results import Completed, payload_of, stored
from authz.gate.services import Services
from store import audit
from store.audit import AuditEntry, Outcome
from store.db.connection_errors import is_repeatable
from store.db.idempotency import IdempotencyKey
from store.db.tokens import hash_token
from store.errors import Conflict, IdempotencyConflict, Refusal, Unauthenticated
from store.queries import rights
from store.services import notification_fanout

R = TypeVar("R")
_ATTEMPTS = 8


class _Repeat(Exception):
    """The transaction was rolled back for a reason that another attempt may not meet."""


class AlreadyAnswered(Exception):
    """The key was used for this very request before; `answer` is what was stored then."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class MutationRequest:
    """An operation, its arguments, and the key under which it is done once."""

    operation: str
    key: str | None
    arguments: Mapping[str, Any]
    dry_run: bool
    request_id: str

    def fingerprint(self) -> bytes:
        """SHA-256 of the arguments, whatever their order."""
        return hashlib.sha256(json.dumps(self.arguments, sort_keys=True, default=str).encode()).digest()


class Transaction:
    """The transaction of one mutation: everything in it happens, or nothing does and the refusal is recorded."""

    def __init__(self, services: Services, credentials: str | None, request: MutationRequest) -> None:
        self.committed: list[int] = []
        """The numbers of the audit entries that were committed."""
        self._services = services
        self._credentials = credentials
        self._request = request
        self._now = services.clock.now()
        self._gate: Gate | None = None

    async def run(self, body: Callable[[Gate], Awaitable[R]]) -> Completed[R]:
        """Carry out the body. Raises AlreadyAnswered, Unauthenticated and every Refusal of the body.

        A deadlock, or a right that changed before the commit, repeats the whole transaction: it is authorized again.
        """
        try:
            return await _repeated(partial(self._attempt, body))
        except Unauthenticated:
            raise
        except Refusal as refusal:
            await _repeated(partial(self._refuse, self._gate, refusal))
            raise

    async def _attempt(self, body: Callable[[Gate], Awaitable[R]]) -> Completed[R]:
        self._gate = None
        try:
            async with self._services.database.transaction() as session:
                before = await rights.versions(session, self._token_hash())
                actor = await self._authenticate(session)
                gate = self._gate = Gate(
                    session, self._services, actor, self._now, self._request.operation, self._request.request_id
                )
                await self._answer_once(session, actor)
                result = await body(gate)
                if self._request.dry_run:
                    await session.flush()
                    await self._hold_rights(session, before)
                    completed = self._completed(gate, result)
                    await session.rollback()
                    return completed
                completed = self._completed(gate, result)
                answer = {"result": stored(result), "changes": completed.changes}
                await self._prepare(session, actor, gate.entries, answer)
                await self._hold_rights(session, before)
                await audit.append(session, gate.entries)
        except (sa.exc.IntegrityError, StaleDataError) as problem:
            raise Conflict("another request changed this at the same moment; read it again and repeat") from problem
        self.committed = [entry.number for entry in gate.entries]
        return completed

    async def _authenticate(self, session: AsyncSession) -> Actor:
        row = (await session.execute(ACTOR_QUERY, {"token_hash": self._token_hash()})).first()
        return actor_of(row, at=self._now)

    def _token_hash(self) -> bytes:
        if self._credentials is None:
            raise Unauthenticated("this mutation needs a login; send a bearer token")
        return hash_token(self._credentials)

    async def _answer_once(self, session: AsyncSession, actor: Actor) -> None:
        """Take the key, or wait for the request that holds it and raise AlreadyAnswered with its answer."""
        request = self._request
        if request.key is None or request.dry_run:
            return
        values = {
            "actor_id": actor.id,
            "key": request.key,
            "operation": request.operation,
            "fingerprint": request.fingerprint(),
        }
        taken = await session.scalar(
            insert(IdempotencyKey).values(values).on_conflict_do_nothing().returning(IdempotencyKey.key)
        )
        if taken is not None:
            return
        kept = await session.get_one(IdempotencyKey, (actor.id, request.key))
        if (kept.operation, kept.fingerprint) != (request.operation, values["fingerprint"]):
            raise IdempotencyConflict("this idempotency key was used for another request; choose a new one")
        raise AlreadyAnswered(kept.answer or {"result": {}, "changes": []})

    def _completed(self, gate: Gate, result: R) -> Completed[R]:
        payload = payload_of(result, dry_run=self._request.dry_run)
        changes = [
            {
                "action": entry.action,
                "type": entry.resource_type,
                "id": str(entry.resource_id),
                "before": self._visible(entry, entry.before),
                "after": self._visible(entry, entry.after),
            }
            for entry in gate.entries
        ]
        return Completed(result, payload, changes)

    def _visible(self, entry: AuditEntry, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Without the columns that have field rules of their own."""
        if values is None:
            return None
        policy = self._services.policy
        cls = next(each for each in policy.compiled.classes if each.__name__ == entry.resource_type)
        return {name: value for name, value in values.items() if name not in policy.protected(cls)}

    async def _hold_rights(self, session: AsyncSession, before: rights.Versions) -> None:
        """The rights that the decisions rested on must still be the same, and stay so until the commit (spec A31)."""
        if not await rights.hold(session, before, self._token_hash()):
            raise _Repeat

    async def _prepare(
        self, session: AsyncSession, actor: Actor, entries: Sequence[AuditEntry], answer: Mapping[str, Any]
    ) -> None:
        """Store the answer and the messages; only the audit entries remain, because appending them is serialized."""
        await session.flush()
        if self._request.key is not None:
            await session.execute(
                sa.update(IdempotencyKey)
                .where(IdempotencyKey.actor_id == actor.id, IdempotencyKey.key == self._request.key)
                .values(answer=answer)
            )
        await notification_fanout.notify(session, entries)

    async def _refuse(self, gate: Gate | None, refusal: Refusal) -> None:
        """Record a refused action in a transaction of its own; the key keeps the refusal as its answer."""
        if gate is None or (self._request.dry_run and not refusal.is_guess) or isinstance(refusal, IdempotencyConflict):
            return
        entry = gate.subject or AuditEntry()
        entry.action, entry.outcome, entry.code = self._request.operation, Outcome.REFUSED, refusal.code
        entry.at, entry.actor_id, entry.request_id = self._now, gate.actor.id, self._request.request_id
        entries = [entry]
        answer = {"refusal": {"code": refusal.code, "message": refusal.message, "details": refusal.details}}
        async with self._services.database.transaction() as session:
            await self._answer_once(session, gate.actor)
            if gate.on_refusal is not None:
                entries += await gate.on_refusal(session)
            await self._prepare(session, gate.actor, entries, answer)
            await audit.append(session, entries)


async def _repeated(transaction: Callable[[], Awaitable[R]]) -> R:
    """Run a transaction, again after a deadlock or a change of rights; raises Conflict where every attempt ends so."""
    for attempt in range(_ATTEMPTS):
        try:
            return await transaction()
        except _Repeat:
            pass
        except sa.exc.DBAPIError as problem:
            if not is_repeatable(problem):
                raise
        await asyncio.sleep(random.random() * 0.01 * 2**attempt)  # noqa: S311 - so that two do not collide again
    raise Conflict("other requests changed the same rows at the same moment; repeat the request")
