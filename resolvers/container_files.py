"""Signed files between the portal and local containers and dongles: issued to them, and accepted from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from authz.gate.audit_entries import changes_of, entry_for
from authz.gate.gate import Gate
from license_central.container_statements import Statement, digest_of, read_statement, serial_in
from license_central.license_grants import new_license_grant
from store.activations import Activation, ActivationState, LicenseFile, RequestFileNeeded
from store.audit import AuditEntry
from store.container_files import (
    FILE_LIFETIME,
    ContainerFile,
    CounterMismatch,
    FileKind,
    FileNotGenuine,
    FileOfOtherContainer,
    FileOutdated,
    FileReplayed,
)
from store.containers import Container, ContainerNotReady, ContainerState
from store.db.base import new_id
from store.db.database import Session
from store.licenses import License
from store.queries import activations, container_files

_CLOCK_SKEW = timedelta(days=1)
"""How far a container's clock may be ahead of the portal's."""


async def issue_file(
    gate: Gate, activation: Activation, container: Container, license: License, *, removes: bool = False
) -> LicenseFile:
    """Issue the signed file that adds a license to its container, or removes it; a cloud imports it immediately."""
    counter = container.update_counter + 1
    grant = replace(
        new_license_grant(license, activation, container, license.product, license.features), update_counter=counter
    )
    if activation.borrowed_until is not None:
        until = activation.borrowed_until.replace(microsecond=0)
        grant = replace(grant, expires_at=min(until, grant.expires_at or until))
    sign = gate.external.central.issue_removal if removes else gate.external.central.issue
    signed = await sign(grant, at=gate.now)
    file = LicenseFile(
        id=new_id(),
        activation_id=activation.id,
        key_id=signed.key_id,
        content=signed.content,
        removes=removes,
        created_at=gate.now,
    )
    gate.add(file)
    if container.type.is_cloud:
        container.update_counter = counter
    else:
        activation.update_number = counter
    return file


def request_file_of(container: Container, request_file: str | None) -> str:
    """The request file of a container that is updated by files; raises RequestFileNeeded where there is none."""
    if request_file is None:
        raise RequestFileNeeded(f"a {container.type} container is updated by signed files; send its request file")
    return request_file


async def accept_statement(
    gate: Gate,
    container: Container,
    content: str,
    kind: FileKind,
    *,
    about: License | None = None,
    counters: Sequence[int] = (),
) -> Statement:
    """Verify a file of a locked container, and receive it: genuine, of this container, new, in order, with the right counter.

    `counters` are those to be expected, by default the portal's. Another one makes the container UNEXPECTED, and a file of
    a blocked container is an anomaly: both are recorded although the mutation is refused.
    """
    statement = await _verify(gate, container, content, kind)
    if container.state not in (ContainerState.READY, ContainerState.BLOCKED):
        container.require_ready()
    if statement.counter not in (counters or (container.update_counter,)):
        gate.on_refusal = _anomaly(gate, "container.unexpected", container, statement, about)
        raise CounterMismatch(
            f"the container has counted {statement.counter} updates but the portal {container.update_counter};"
            " ask the vendor to settle the container",
            expected=container.update_counter,
            counter=statement.counter,
        )
    if container.state is ContainerState.BLOCKED:
        gate.on_refusal = _anomaly(gate, "container.blocked_seen", container, statement, about)
        raise ContainerNotReady("the container is blocked; unblock it first", state=container.state)
    container.last_contact_at = statement.issued_at
    gate.add(ContainerFile(container_id=container.id, file_id=statement.file_id))
    return statement


async def accept_receipt(gate: Gate, activation: Activation, container: Container, content: str) -> LicenseFile:
    """Apply the receipt for the newest file of a locked activation, and return that file."""
    file = await gate.run(activations.newest_file, activation.id)
    counter = activation.update_number
    counters = (counter,) if counter is not None else ()
    statement = await accept_statement(
        gate, container, content, FileKind.RECEIPT, about=activation.license, counters=counters
    )
    if file is None or statement.activation_id != activation.id or statement.digest != digest_of(file.content):
        raise FileOfOtherContainer("this receipt is for another license file; send that of the newest one")
    apply_file(activation, container, file, at=gate.now)
    return file


def apply_file(activation: Activation, container: Container, file: LicenseFile, *, at: datetime) -> None:
    """Bring an activation and its container up to date: the container has imported the file."""
    counter = activation.update_number
    if file.removes:
        activation.confirm_removal(at=at)
    elif activation.state is ActivationState.PENDING:
        activation.confirm(at=at)
    else:
        activation.confirm_update(at=at)
    if counter is not None:
        container.update_counter = counter


async def _verify(gate: Gate, container: Container, content: str, kind: FileKind) -> Statement:
    if container.public_key is None:
        raise FileNotGenuine("this container has no key; register it first")
    if serial_in(content) not in (None, container.serial):
        raise FileOfOtherContainer(f"this file is not from container {container.serial}")
    statement = read_statement(content, container.public_key)
    if statement.kind is not kind:
        raise FileNotGenuine(f"the file must be a {kind.lower()}, got a {statement.kind.lower()}")
    if await gate.run(container_files.was_received, container.id, statement.file_id):
        raise FileReplayed("this file was received before; let the container write a new one")
    newest, issued = container.last_contact_at, statement.issued_at
    if not gate.now - FILE_LIFETIME < issued < gate.now + _CLOCK_SKEW:
        raise FileOutdated(
            f"the file is dated {issued:%Y-%m-%d %H:%M} UTC; send one of the last {FILE_LIFETIME.days} days",
            days=FILE_LIFETIME.days,
        )
    if newest is not None and issued < newest.replace(microsecond=0):
        raise FileOutdated("the container has sent a newer file since; let it write a new one")
    return statement


def _anomaly(
    gate: Gate, action: str, container: Container, statement: Statement, about: License | None
) -> "_RecordAnomaly":
    return _RecordAnomaly(action, container.id, about.id if about else None, statement, gate.now, gate.actor.id)


@dataclass(frozen=True, slots=True)
class _RecordAnomaly:
    """Runs after a refusal, in the transaction that records it: receives the file and records what it has revealed."""

    action: str
    container_id: UUID
    license_id: UUID | None
    statement: Statement
    now: datetime
    actor_id: UUID

    async def __call__(self, session: Session) -> Sequence[AuditEntry]:
        container = await container_files.lock_container(session, self.container_id)
        license = await session.get_one(License, self.license_id) if self.license_id else None
        if not await container_files.was_received(session, container.id, self.statement.file_id):
            session.add(ContainerFile(container_id=container.id, file_id=self.statement.file_id))
        if self.action == "container.unexpected" and container.state is not ContainerState.DELETED:
            container.report_mismatch(self.statement.counter)
        entry = entry_for(
            container, about=license, action=self.action, at=self.now, actor_id=self.actor_id, request_id=None
        )
        entry.before, entry.after = changes_of(container)
        return [entry]
