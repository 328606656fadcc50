"""The audit log: one entry for each action, chained by hashes in the order of commits."""

import enum
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from store.db.base import Base, Json, new_id, text_enum
from store.groups import Group
from store.licenses import License
from store.projects import Project
from store.users import User

GENESIS = bytes(32)
# Held until the commit, so that numbers follow the order of commits and no reader misses an entry.
_CHAIN_LOCK = 0x6C_70_61_75


class Outcome(enum.StrEnum):
    """Whether an action was carried out or refused; both are recorded."""

    DONE = "DONE"
    REFUSED = "REFUSED"


class AuditEntry(Base):
    """One action; the audit log, notifications and live updates are all based on these rows."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.CheckConstraint("octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name="hashes_are_sha256"),
        sa.CheckConstraint("(outcome = 'REFUSED') = (code IS NOT NULL)", name="refused_has_code"),
        # Lists are ordered by instant: numbers would reveal how many entries a reader may not see.
        sa.Index("ix_audit_entries_at", sa.text("at DESC"), sa.text("id DESC")),
        sa.Index("ix_audit_entries_actor_id_at", "actor_id", sa.text("at DESC"), sa.text("id DESC")),
        sa.Index("ix_audit_entries_group_id_at", "group_id", sa.text("at DESC"), sa.text("id DESC")),
        sa.Index("ix_audit_entries_project_id_at", "project_id", sa.text("at DESC"), sa.text("id DESC")),
        sa.Index("ix_audit_entries_license_id_at", "license_id", sa.text("at DESC"), sa.text("id DESC")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    on_behalf_of_id: Mapped[UUID | None]
    action: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome), server_default=Outcome.DONE)
    code: Mapped[str | None]
    resource_type: Mapped[str | None]
    resource_id: Mapped[UUID | None]
    license_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    before: Mapped[Json | None] = mapped_column()
    after: Mapped[Json | None] = mapped_column()
    request_id: Mapped[str | None]
    previous_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)

    # No foreign keys: entries outlive the rows they refer to, and appending must not wait for locks on those rows while it
    # holds the lock of the chain.
    actor: Mapped[User | None] = relationship(primaryjoin=lambda: foreign(AuditEntry.actor_id) == User.id)
    on_behalf_of: Mapped[User | None] = relationship(primaryjoin=lambda: foreign(AuditEntry.on_behalf_of_id) == User.id)
    license: Mapped[License | None] = relationship(primaryjoin=lambda: foreign(AuditEntry.license_id) == License.id)
    group: Mapped[Group | None] = relationship(primaryjoin=lambda: foreign(AuditEntry.group_id) == Group.id)
    project: Mapped[Project | None] = relationship(primaryjoin=lambda: foreign(AuditEntry.project_id) == Project.id)

    def compute_hash(self) -> bytes:
        """SHA-256 over the previous hash and all values of this entry, as canonical JSON."""
        values = {name: _plain(getattr(self, name)) for name in _HASHED}
        return hashlib.sha256(
            self.previous_hash + json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
        ).digest()


_HASHED = (
    "id",
    "number",
    "at",
    "actor_id",
    "on_behalf_of_id",
    "action",
    "outcome",
    "code",
    "resource_type",
    "resource_id",
    "license_id",
    "group_id",
    "project_id",
    "before",
    "after",
    "request_id",
)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}"
    return str(value) if isinstance(value, UUID) else value


class DecisionEntry(Base):
    """A decision of the policy, for security reviews."""

    __tablename__ = "decision_entries"
    __table_args__ = (
        sa.CheckConstraint("octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name="hashes_are_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None]
    allowed: Mapped[bool]
    rule: Mapped[str | None]
    policy_hash: Mapped[str]
    request_id: Mapped[str | None]
    previous_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)


async def append(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    """Append entries to the chain; the last step of a transaction, since other writers wait from here to its commit."""
    if not entries:
        return
    await session.flush()
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    last = (
        await session.execute(sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))
    ).first()
    number, previous = (last.number, last.hash) if last else (0, GENESIS)
    for entry in entries:
        number += 1
        if "id" not in entry.__dict__:
            entry.id = new_id()
        entry.outcome = entry.outcome or Outcome.DONE
        entry.number, entry.previous_hash = number, previous
        previous = entry.hash = entry.compute_hash()
        session.add(entry)
    await session.flush()


async def verify(session: AsyncSession) -> tuple[int, int | None]:
    """Check the whole chain: the number of entries read, and the number of the first invalid one or None."""
    count, previous = 0, GENESIS
    stream = await session.stream_scalars(
        sa.select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    )
    async for entry in stream:
        count += 1
        if entry.number != count or entry.previous_hash != previous or entry.compute_hash() != entry.hash:
            return count, entry.number
        previous = entry.hash
        session.expunge(entry)
    return count, None
