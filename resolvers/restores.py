"""What is lost: reported, decided by the rules or by the vendor, and replaced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.locking import hold, hold_container
from store.activations import Activation
from store.audit import AuditEntry
from store.containers import Container, ContainerNotReady, ContainerState
from store.db.base import new_id
from store.errors import BadInput
from store.groups import Group
from store.licenses import License
from store.restores import (
    GROUP_RESTORE_LIMIT,
    OPEN_STATES,
    RestoreCase,
    RestoredActivation,
    RestoreOpen,
    RestoreReason,
    RestoreState,
    Verdict,
    recovery_rules,
)

_EXCESSIVE = "restore.excessive"
_WORDS = {
    RestoreState.COMPLETED: "restore.completed",
    RestoreState.AWAITING_APPROVAL: "restore.requested",
    RestoreState.DENIED: "restore.denied",
}


@use_case("restoreRequest")
async def request_restore(gate: Gate, *, activation_id: UUID, reason: RestoreReason) -> None:
    """One seat is lost: its rules replace it at once, leave it to the vendor, or say no."""
    activation = await hold(gate, activation_id, to="request_restore")
    await restore(gate, activation, reason)


@use_case("containerReportLost")
async def report_lost(gate: Gate, *, container_id: UUID, reason: RestoreReason) -> None:
    """A container is lost with everything in it: one case, by the strictest of the rules of its licenses."""
    container, held = await hold_container(gate, container_id, to="report_lost")
    if container.type.is_cloud:
        raise BadInput("a cloud is not lost; reset it instead")
    if container.state in (ContainerState.BLOCKED, ContainerState.DELETED):
        raise ContainerNotReady(f"the container is {container.state.lower()}", state=container.state)
    await _require_no_case(gate, RestoreCase.lost_container_id == container.id)
    case = _case(gate, reason, lost_container_id=container.id)
    verdicts = [await _verdict(gate, each, reason) for each in _licenses(held)]
    case.decide_by_rule(max(verdicts, key=list(Verdict).index, default=Verdict.AUTO), at=gate.now)
    await _settle(gate, case, container, held)
    gate.shows(container)


@use_case("restoreApprove")
async def approve_restore(gate: Gate, *, restore_case_id: UUID) -> None:
    """The vendor says yes to what the rules left to him."""
    case, container, held = await _pending(gate, restore_case_id)
    case.approve(by=gate.actor.id, at=gate.now)
    await _settle(gate, case, container, held)


@use_case("restoreDeny")
async def deny_restore(gate: Gate, *, restore_case_id: UUID) -> None:
    """The vendor says no."""
    case = await gate.one(RestoreCase, restore_case_id, to="decide", load=(RestoreCase.activation,))
    case.deny(by=gate.actor.id, at=gate.now)
    license = await gate.session.get(License, case.activation.license_id) if case.activation else None
    gate.record("restore.denied", case, about=license)


async def restore(
    gate: Gate,
    activation: Activation,
    reason: RestoreReason,
    *,
    verdict: Verdict | None = None,
) -> RestoreCase:
    """The case of one held activation; `verdict` where another rule than the limits has the word."""
    activation.require_restorable()
    await _require_no_case(
        gate,
        sa.or_(RestoreCase.activation_id == activation.id, RestoreCase.lost_container_id == activation.container_id),
    )
    case = _case(gate, reason, activation_id=activation.id)
    by_limits = await _verdict(gate, activation.license, reason)
    case.decide_by_rule(by_limits if verdict is None or by_limits is Verdict.DENY else verdict, at=gate.now)
    await _settle(gate, case, activation.container, [activation])
    return case


async def _settle(gate: Gate, case: RestoreCase, container: Container, held: Sequence[Activation]) -> None:
    """Carry out what was decided, put it on record, and speak up where it happens too often."""
    licenses = _licenses(held)
    completes = case.state in (RestoreState.AUTO_APPROVED, RestoreState.APPROVED)
    if completes:
        for activation in held:
            if case.activation_id is not None:
                activation.replace(at=gate.now)
            else:
                activation.end_with_container(at=gate.now)
        for license in licenses:
            license.generation += 1
        if _blocks(case, container, licenses):
            container.block()
        case.complete(at=gate.now)
    gate.record(_WORDS[case.state], case, about=licenses[0] if licenses else None)
    for activation in held:
        if completes:
            gate.record("license.restored", activation, about=activation.license)
    await gate.session.flush()
    if completes:
        for activation in held:
            gate.add(RestoredActivation(case_id=case.id, activation_id=activation.id))
        await gate.session.flush()
    for license in licenses:
        await _speak_up(gate, case, license)


def _blocks(case: RestoreCase, container: Container, licenses: Sequence[License]) -> bool:
    """The same machine goes on, a cloud is never lost, and some licenses leave the container to the others in it."""
    if case.reason is RestoreReason.REINSTALL or container.type.is_cloud:
        return False
    return container.state is ContainerState.READY and (
        not licenses or any(recovery_rules(each).blocks_container for each in licenses)
    )


async def _pending(gate: Gate, case_id: UUID) -> tuple[RestoreCase, Container, Sequence[Activation]]:
    """A case to be decided, with everything that it is about, in the order that everybody holds it."""
    seen = await gate.one(RestoreCase, case_id, to="decide", lock=False)
    if seen.activation_id is not None:
        activation = await hold(gate, seen.activation_id, to="read")
        container, held = activation.container, [activation]
    else:
        assert seen.lost_container_id is not None, "a case is about a seat or a container"
        container, held = await hold_container(gate, seen.lost_container_id, to="read")
    return await gate.one(RestoreCase, case_id, to="decide"), container, held


def _case(gate: Gate, reason: RestoreReason, **subject: UUID) -> RestoreCase:
    case = RestoreCase(
        id=new_id(), reason=reason, state=RestoreState.REQUESTED, requested_by_id=gate.actor.id, created_at=gate.now,
        **subject,
    )  # fmt: skip
    gate.add(case)
    return case


def _licenses(held: Sequence[Activation]) -> list[License]:
    return list({each.license_id: each.license for each in held}.values())


async def _require_no_case(gate: Gate, about: sa.ColumnElement[bool]) -> None:
    found = sa.select(RestoreCase.state).where(about, RestoreCase.state.in_(OPEN_STATES)).limit(1)
    if (state := await gate.session.scalar(found)) is not None:
        raise RestoreOpen("this loss is reported already, and not yet decided", state=state)


async def _verdict(gate: Gate, license: License, reason: RestoreReason) -> Verdict:
    return recovery_rules(license).verdict(reason, await _completed(gate, license, reason), now=gate.now)


async def _completed(gate: Gate, license: License, reason: RestoreReason) -> list[datetime]:
    """When cases of this license were completed; setting a machine up anew is counted by itself."""
    reinstall = RestoreCase.reason == RestoreReason.REINSTALL
    statement = _cases_of(Activation.license_id == license.id).where(
        reinstall if reason is RestoreReason.REINSTALL else sa.not_(reinstall),
    )
    return list(await gate.session.scalars(statement))


def _cases_of(what: sa.ColumnElement[bool]) -> sa.Select[datetime]:
    about = sa.func.coalesce(RestoredActivation.activation_id, RestoreCase.activation_id)
    subject = (
        sa.select(RestoreCase.id)
        .outerjoin(RestoredActivation, RestoredActivation.case_id == RestoreCase.id)
        .join(Activation, Activation.id == about)
        .where(what, RestoreCase.state == RestoreState.COMPLETED)
    )
    instants: Any = sa.select(RestoreCase.completed_at).where(RestoreCase.id.in_(subject))
    return cast("sa.Select[datetime]", instants)


async def _speak_up(gate: Gate, case: RestoreCase, license: License) -> None:
    """Excessive use of the recovery function: at `warn_at` and beyond the limit, once for each license and window."""
    rules = recovery_rules(license)
    limit = rules.limit_for(case.reason)
    used = limit.used(await _completed(gate, license, case.reason), now=gate.now)
    over = case.state is not RestoreState.COMPLETED and used >= limit.count
    if (over or used >= rules.warn_at) and not await _said(
        gate,
        _EXCESSIVE,
        AuditEntry.license_id == license.id,
        within=limit.window,
    ):
        gate.record(_EXCESSIVE, case, about=license)
    if license.owner_group_id is None or case.state is not RestoreState.COMPLETED:
        return
    of_group = Activation.license_id.in_(sa.select(License.id).where(License.owner_group_id == license.owner_group_id))
    spread = list(await gate.session.scalars(_cases_of(of_group)))
    about = AuditEntry.group_id == license.owner_group_id
    if GROUP_RESTORE_LIMIT.used(spread, now=gate.now) >= GROUP_RESTORE_LIMIT.count and not await _said(
        gate,
        "restore.spreading",
        about,
        within=GROUP_RESTORE_LIMIT.window,
    ):
        gate.record("restore.spreading", case, about=await gate.session.get_one(Group, license.owner_group_id))


async def _said(gate: Gate, action: str, about: sa.ColumnElement[bool], *, within: timedelta) -> bool:
    said = sa.exists().where(AuditEntry.action == action, about, AuditEntry.at > gate.now - within)
    fresh = any(each.action == action for each in gate.entries if action != _EXCESSIVE)
    return fresh or bool(await gate.session.scalar(sa.select(said)))
