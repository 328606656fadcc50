"""The writing side of the gate: a row is fetched for a purpose, changed, and what happened is recorded - all or nothing."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, raiseload
from sqlalchemy.orm.exc import StaleDataError

from authz.gate.actor import ACTOR_QUERY, Actor, actor_of
from authz.gate.audit_entries import changes_of, entry_for
from authz.lists.builder import QueryBuilder
from license_central.code_seal import CodeSeal
from license_central.port import LicenseCentral
from store import audit
from store.audit import AuditEntry, Outcome
from store.db.base import Base
from store.db.clock import Clock
from store.db.database import Database
from store.db.idempotency import IdempotencyKey
from store.db.tokens import hash_token
from store.errors import (
    Conflict,
    EditionRequired,
    Forbidden,
    IdempotencyConflict,
    NotFound,
    Refusal,
    Unauthenticated,
)
from store.groups import Group
from store.licenses import License
from store.portal import CAPABILITIES, Capability, Edition
from store.services import notification_fanout

R = TypeVar("R", bound=Base)
_RETRYABLE = {"40001", "40P01"}


class AlreadyAnswered(Exception):
    """The key has been used for this very request: here is what it was answered."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller wants done: the operation, its arguments, and the key under which it is done once."""

    operation: str
    key: str | None
    arguments: Mapping[str, Any]
    dry_run: bool
    request_id: str

    def fingerprint(self) -> bytes:
        """Equal for equal arguments, whatever their order."""
        return hashlib.sha256(json.dumps(self.arguments, sort_keys=True, default=str).encode()).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an order, as a repeat of it will be told as well; `told` is said once and kept nowhere."""

    ids: Mapping[str, list[str]]
    """The ids of what was changed, by class, in the order of the changes."""
    changes: list[dict[str, Any]]
    """For each recorded change its `action`, `type`, `id`, `before` and `after`; after a dry run what would be."""
    told: Mapping[str, Any] = field(default_factory=dict)


class Gate:
    """One change by one caller."""

    actor: Actor
    session: AsyncSession

    def __init__(
        self,
        database: Database,
        queries: QueryBuilder,
        clock: Clock,
        credentials: str | None,
        order: Order,
        *,
        central: LicenseCentral | None = None,
        seal: CodeSeal | None = None,
    ) -> None:
        self.now: datetime = clock.now()
        self.numbers: list[int] = []
        self.told: dict[str, Any] = {}
        self._ids: dict[str, list[str]] = {}
        self._central = central
        self.seal = seal
        self._database = database
        self._queries = queries
        self._policy = queries.policy
        self._credentials = credentials
        self._order = order
        self.entries: list[AuditEntry] = []
        self.aftermath: Callable[[AsyncSession], Awaitable[Sequence[AuditEntry]]] | None = None
        """What has come to light stands even where the act itself is refused: done with the refusal, and on record."""
        self._subject: AuditEntry | None = None  # what a refusal will be on record about

    @property
    def central(self) -> LicenseCentral:
        """The back end that binds licenses to containers."""
        assert self._central is not None, "this process was put together without a License Central"
        return self._central

    def require(self, capability: Capability) -> None:
        """Raises EditionRequired where the portal's edition does not include this."""
        if capability not in CAPABILITIES[self.actor.portal.edition]:
            minimum = next(each for each in Edition if capability in CAPABILITIES[each])
            raise EditionRequired(capability, minimum)

    async def one(
        self,
        cls: type[R],
        id_: UUID,
        *,
        to: str,
        load: tuple[QueryableAttribute[Any], ...] = (),
        lock: bool = True,
    ) -> R:
        """Fetch a row for a purpose, and hold it until the transaction ends.

        Raises NotFound where the caller may not know of it, Forbidden where he may and may not do this.
        The policy is asked after the lock is held, so that what was taken away while waiting is gone.
        """
        values = {**self.actor.values, "id": id_}
        if lock:
            await self.session.execute(self._queries.lock(cls, to, self.actor), values)
        statement = self._queries.one(cls, to, self.actor, load)
        row = (await self.session.execute(statement, values)).first()
        if row is None or not (row.may_read or row.may_act):
            self._subject = AuditEntry(resource_type=cls.__name__, resource_id=id_)
            raise NotFound(f"there is no {_words(cls.__name__)} with this id")
        if not row.may_act:
            self._subject = self._about(row[0])
            raise self._forbidden(cls, to)
        self._subject = self._subject or self._about(row[0])
        return row[0]  # type: ignore[no-any-return]

    async def each(self, cls: type[R], *where: sa.ColumnElement[bool], to: str) -> Sequence[R]:
        """The rows that fulfil the conditions and that the caller may do this to, held as by `one`; others read as absent."""
        allowed = self._policy.condition(cls, to, self.actor).criterion(cls)
        order = cls.__table__.c.id  # always the same, so that two who hold many rows do not wait for each other
        statement = sa.select(cls).where(allowed, *where).order_by(order).with_for_update(key_share=True, of=cls)
        found = await self.session.scalars(statement.options(raiseload("*")), self.actor.values)
        return found.all()

    async def may(self, row: Base, permission: str) -> bool:
        """Whether the caller has a permission on a row, as the database holds it: flush a new or changed row first."""
        statement = self._queries.permitted(type(row), permission, self.actor)
        values = {**self.actor.values, "id": row.id}  # type: ignore[attr-defined]
        return bool((await self.session.execute(statement, values)).scalar_one())

    def add(self, row: Base) -> None:
        """A new row; it is asked for with `recheck` once it stands."""
        self.session.add(row)

    async def recheck(self, row: Base, *, to: str) -> None:
        """After a creation or a move: the row as it now stands must be allowed, or nothing happens."""
        await self.session.flush()
        cls, id_ = type(row), row.id  # type: ignore[attr-defined]
        found = await self.session.execute(self._queries.one(cls, to, self.actor, ()), {**self.actor.values, "id": id_})
        if not found.one().may_act:
            raise self._forbidden(cls, to)

    def record(self, action: str, resource: Base, *, about: License | Group | None = None) -> AuditEntry:
        """It happened: one audit row, which is also the event.

        `about` is the license, where the resource is something else; or the group whose administrators are to find it.
        Record before anything is flushed: what has changed is read from what is not written yet.
        """
        entry = entry_for(
            resource,
            about=about,
            action=action,
            at=self.now,
            actor_id=self.actor.id,
            request_id=self._order.request_id,
        )
        entry.before, entry.after = changes_of(resource)
        self.entries.append(entry)
        self.shows(resource)
        if isinstance(about, License):
            self.shows(about)
        return entry

    def tell(self, name: str, secret: Any) -> None:
        """A secret for this answer alone. A dry run leaves no trace, and so it is told none."""
        if not self._order.dry_run:
            self.told[name] = secret

    def shows(self, row: Base) -> None:
        """The answer names this row too: what the payload shows of a kind is what was named of it."""
        named = self._ids.setdefault(type(row).__name__, [])
        if str(row.id) not in named:  # type: ignore[attr-defined]
            named.append(str(row.id))  # type: ignore[attr-defined]

    @property
    def answer(self) -> Answer:
        """What the caller, and whoever repeats the key, is told."""
        changes = [
            {
                "action": entry.action,
                "type": entry.resource_type,
                "id": str(entry.resource_id),
                "before": self._telling(entry, entry.before),
                "after": self._telling(entry, entry.after),
            }
            for entry in self.entries
        ]
        return Answer(self._ids, changes, self.told)

    def _telling(self, entry: AuditEntry, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Without the columns that a field rule keeps from anybody."""
        if values is None:
            return None
        cls = next(each for each in self._policy.compiled.classes if each.__name__ == entry.resource_type)
        return {name: value for name, value in values.items() if name not in self._policy.protected(cls)}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Everything between here and the end of the block happens, or nothing does; a refusal is recorded by itself."""
        try:
            async with self._database.transaction() as self.session:
                await self._authenticate()
                await self._answer_once()
                yield
                if self._order.dry_run:
                    await self.session.flush()
                    await self.session.rollback()
                    return
                await self._seal({"ids": self.answer.ids, "changes": self.answer.changes})
            self.numbers = [entry.number for entry in self.entries]
        except Unauthenticated:
            raise
        except Refusal as refusal:
            await self._refuse(refusal)
            raise
        except (sa.exc.IntegrityError, StaleDataError) as problem:
            conflict = Conflict("somebody else changed this at the same moment; read it again and repeat")
            await self._refuse(conflict)
            raise conflict from problem
        except sa.exc.DBAPIError as problem:
            if getattr(problem.orig, "sqlstate", None) not in _RETRYABLE:
                raise
            conflict = Conflict("somebody else changed this at the same moment; repeat the request")
            raise conflict from problem

    async def _authenticate(self) -> None:
        if self._credentials is None:
            raise Unauthenticated("this needs a log-in; send a bearer token")
        row = (await self.session.execute(ACTOR_QUERY, {"token_hash": hash_token(self._credentials)})).first()
        self.actor = actor_of(row, at=self.now)

    async def _answer_once(self) -> None:
        """Take the key, or wait for whoever has it and give his answer."""
        order = self._order
        if order.key is None or order.dry_run:
            return
        values = {
            "actor_id": self.actor.id,
            "key": order.key,
            "operation": order.operation,
            "fingerprint": order.fingerprint(),
        }
        taken = await self.session.scalar(
            insert(IdempotencyKey).values(values).on_conflict_do_nothing().returning(IdempotencyKey.key),
        )
        if taken is not None:
            return
        kept = await self.session.get_one(IdempotencyKey, (self.actor.id, order.key))
        if (kept.operation, kept.fingerprint) != (order.operation, values["fingerprint"]):
            raise IdempotencyConflict("this idempotency key was used for another request; choose a new one")
        raise AlreadyAnswered(kept.answer or {"ids": {}, "changes": []})

    async def _seal(self, answer: dict[str, Any]) -> None:
        """The end of the transaction: the trail is chained last, because others wait from there on."""
        await self.session.flush()
        if self._order.key is not None:
            await self.session.execute(
                sa.update(IdempotencyKey)
                .where(IdempotencyKey.actor_id == self.actor.id, IdempotencyKey.key == self._order.key)
                .values(answer=answer),
            )
        await notification_fanout.notify(self.session, self.entries)
        await audit.append(self.session, self.entries)

    async def _refuse(self, refusal: Refusal) -> None:
        """A refused act is an act too: one audit row in a transaction of its own, and the key keeps the answer."""
        if (self._order.dry_run and not refusal.is_guess) or isinstance(refusal, IdempotencyConflict):
            return
        entry = self._subject or AuditEntry()
        entry.action, entry.outcome, entry.code = self._order.operation, Outcome.REFUSED, refusal.code
        entry.at, entry.actor_id, entry.request_id = self.now, self.actor.id, self._order.request_id
        self.entries = [entry]
        answer = {"refusal": {"code": refusal.code, "message": refusal.message, "details": refusal.details}}
        async with self._database.transaction() as self.session:
            await self._answer_once()
            if self.aftermath is not None:
                self.entries += await self.aftermath(self.session)
            await self._seal(answer)

    def _about(self, row: Base) -> AuditEntry:
        return entry_for(row, action=self._order.operation, at=self.now, actor_id=self.actor.id, request_id=None)

    def _forbidden(self, cls: type[Base], to: str) -> Forbidden:
        message = f"you may not {to.replace('_', ' ')} this {_words(cls.__name__)}"
        return Forbidden(message, action=to, rules=list(self._policy.sentences(to, cls)))


def _words(name: str) -> str:
    """LicenseTemplate -> license template."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()
