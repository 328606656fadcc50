"""Signed files between the portal and the containers in the field: what is sent there, and what is believed of theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.audit_entries import changes_of, entry_for
from authz.gate.gate import Gate
from license_central.container_statements import Statement, digest_of, read_statement, serial_in
from license_central.license_grants import new_license_grant
from store.activations import Activation, ActivationState, LicenseFile
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
from store.licenses import License

_CLOCKS_DIFFER = timedelta(days=1)


async def send(
    gate: Gate,
    activation: Activation,
    container: Container,
    license: License,
    *,
    removes: bool = False,
) -> LicenseFile:
    """Sign the file that brings a license into its container, or out of it; a cloud takes it in at once."""
    number = container.update_counter + 1
    grant = replace(
        new_license_grant(license, activation, container, license.product, license.features), update_counter=number
    )
    if activation.borrowed_until is not None:
        until = activation.borrowed_until.replace(microsecond=0)
        grant = replace(grant, expires_at=min(until, grant.expires_at or until))
    sign = gate.services.central.issue_removal if removes else gate.services.central.issue
    signed = await sign(grant, at=gate.now)
    file = LicenseFile(
        id=new_id(), activation_id=activation.id, key_id=signed.key_id, content=signed.content, removes=removes,
        created_at=gate.now,
    )  # fmt: skip
    gate.add(file)
    if container.type.is_cloud:
        container.update_counter = number
    else:
        activation.update_number = number
    return file


async def newest_file(session: AsyncSession, activation: Activation) -> LicenseFile | None:
    """What was sent last for an activation."""
    statement = sa.select(LicenseFile).where(LicenseFile.activation_id == activation.id)
    newest = statement.order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc()).limit(1)
    return await session.scalar(newest)


async def heard(
    gate: Gate,
    container: Container,
    content: str,
    kind: FileKind,
    *,
    about: License | None = None,
    expects: Sequence[int] = (),
) -> Statement:
    """Read a file of a container that is held, and believe it: genuine, its own, new, in order, and with a counter that fits.

    `expects`: which counters fit, where it is not the portal's own. What does not fit makes the container UNEXPECTED, and a
    blocked container that speaks is an anomaly: both stay on record although the act is refused.
    """
    statement = await _read(gate, container, content, kind)
    if container.state not in (ContainerState.READY, ContainerState.BLOCKED):
        container.require_ready()
    if statement.counter not in (expects or (container.update_counter,)):
        gate.on_refusal = _surprised(gate, container, statement, about)
        raise CounterMismatch(
            f"the container has counted {statement.counter} updates and the portal {container.update_counter};"
            " the vendor has to settle this",
            expected=container.update_counter, counter=statement.counter,
        )  # fmt: skip
    if container.state is ContainerState.BLOCKED:
        gate.on_refusal = _seen_again(gate, container, statement, about)
        raise ContainerNotReady("the container is blocked", state=container.state)
    container.last_contact_at = statement.issued_at
    gate.add(_taken(container, statement, gate.now))
    return statement


async def confirmed(gate: Gate, activation: Activation, container: Container, content: str) -> LicenseFile:
    """The container's receipt for the file that was sent last: it has taken the license in, or out."""
    file = await newest_file(gate.session, activation)
    number = activation.update_number
    expects = (number,) if number is not None else ()
    statement = await heard(gate, container, content, FileKind.RECEIPT, about=activation.license, expects=expects)
    if file is None or statement.activation_id != activation.id or statement.digest != digest_of(file.content):
        raise FileOfOtherContainer("this receipt is for another file")
    take(activation, container, file, at=gate.now)
    return file


def take(activation: Activation, container: Container, file: LicenseFile, *, at: datetime) -> None:
    """The container has done what the file says."""
    number = activation.update_number
    if file.removes:
        activation.confirm_removal(at=at)
    elif activation.state is ActivationState.PENDING:
        activation.confirm(at=at)
    else:
        activation.confirm_update(at=at)
    if number is not None:
        container.update_counter = number


async def _read(gate: Gate, container: Container, content: str, kind: FileKind) -> Statement:
    if container.public_key is None:
        raise FileNotGenuine("this container has never registered a key; register it first")
    if serial_in(content) not in (None, container.serial):
        raise FileOfOtherContainer("this file is of another container")
    statement = read_statement(content, container.public_key)
    if statement.kind is not kind:
        raise FileNotGenuine(f"a {kind.lower()} is expected here, and this is a {statement.kind.lower()}")
    if await gate.session.get(ContainerFile, (container.id, statement.file_id)) is not None:
        raise FileReplayed("this file has been taken already")
    newest, issued = container.last_contact_at, statement.issued_at
    if not gate.now - FILE_LIFETIME < issued < gate.now + _CLOCKS_DIFFER:
        raise FileOutdated(
            f"a file is taken for {FILE_LIFETIME.days} days; ask the container for a new one",
            days=FILE_LIFETIME.days,
        )
    if newest is not None and issued < newest.replace(microsecond=0):
        raise FileOutdated("the container has sent something newer since")
    return statement


def _taken(container: Container, statement: Statement, now: datetime) -> ContainerFile:
    return ContainerFile(
        container_id=container.id, file_id=statement.file_id, kind=statement.kind, issued_at=statement.issued_at,
        received_at=now,
    )  # fmt: skip


def _surprised(gate: Gate, container: Container, statement: Statement, about: License | None) -> "_Aftermath":
    return _Aftermath(gate, container, statement, about, "container.unexpected")


def _seen_again(gate: Gate, container: Container, statement: Statement, about: License | None) -> "_Aftermath":
    return _Aftermath(gate, container, statement, about, "container.blocked_seen")


class _Aftermath:
    """What stays of a refused file: the container's new state, that the file was taken, and an anomaly in the trail."""

    def __init__(
        self,
        gate: Gate,
        container: Container,
        statement: Statement,
        about: License | None,
        action: str,
    ) -> None:
        self._gate, self._statement, self._action = gate, statement, action
        self._container_id = container.id
        self._license_id = about.id if about else None

    async def __call__(self, session: AsyncSession) -> Sequence[AuditEntry]:
        now = self._gate.now
        container = await session.get_one(Container, self._container_id, with_for_update={"key_share": True})
        license = await session.get_one(License, self._license_id) if self._license_id else None
        if await session.get(ContainerFile, (container.id, self._statement.file_id)) is None:
            session.add(_taken(container, self._statement, now))
        if self._action == "container.unexpected" and container.state is not ContainerState.DELETED:
            container.report_mismatch(self._statement.counter)
        entry = entry_for(
            container,
            about=license,
            action=self._action,
            at=now,
            actor_id=self._gate.actor.id,
            request_id=None,
        )
        entry.before, entry.after = changes_of(container)
        return [entry]
