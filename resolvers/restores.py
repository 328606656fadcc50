"""Restoring lost activations: reported, decided by the license's rules or by the vendor, and replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.locking import lock_activation, lock_container_with_activations
from store.activations import Activation
from store.containers import Container, ContainerNotReady, ContainerState
from store.db.base import new_id
from store.errors import BadInput
from store.licenses import License
from store.queries import restores
from store.restores import (
    GROUP_RESTORE_LIMIT,
    RestoreCase,
    RestoredActivation,
    RestoreOpen,
    RestoreReason,
    RestoreState,
    Verdict,
    recovery_rules,
)

_EXCESSIVE, _SPREADING = "restore.excessive", "restore.spreading"
_ACTIONS = {
    RestoreState.COMPLETED: "restore.completed",
    RestoreState.AWAITING_APPROVAL: "restore.requested",
    RestoreState.DENIED: "restore.denied",
}


@dataclass(frozen=True, slots=True)
class RestoreRequested:
    """The case of one lost activation, and the activation if it was replaced."""

    restore_case: RestoreCase
    activations: Sequence[Activation]
    license: License


@dataclass(frozen=True, slots=True)
class LossReported:
    """The case of a lost container, and the activations in it that were replaced."""

    restore_case: RestoreCase
    activations: Sequence[Activation]
    container: Container


@dataclass(frozen=True, slots=True)
class RestoreDecided:
    """A case after the vendor's decision, and the activations that were replaced."""

    restore_case: RestoreCase
    activations: Sequence[Activation]


@use_case("restoreRequest")
async def request_restore(gate: Gate, *, activation_id: UUID, reason: RestoreReason) -> RestoreRequested:
    """Report the loss of one activation: its license's rules replace it, leave it to the vendor, or deny it."""
    activation = await lock_activation(gate, activation_id, to="request_restore")
    case = await restore(gate, activation, reason)
    replaced = [activation] if case.state is RestoreState.COMPLETED else []
    return RestoreRequested(restore_case=case, activations=replaced, license=activation.license)


@use_case("containerReportLost")
async def report_lost(gate: Gate, *, container_id: UUID, reason: RestoreReason) -> LossReported:
    """Report the loss of a container with its activations: one case, decided by the strictest of the licenses' rules."""
    container, lost = await lock_container_with_activations(gate, container_id, to="report_lost")
    if container.type.is_cloud:
        raise BadInput("a cloud container cannot be lost; reset it instead")
    if container.state in (ContainerState.BLOCKED, ContainerState.DELETED):
        raise ContainerNotReady(
            f"the container is {container.state.lower()}; its loss cannot be reported", state=container.state
        )
    await _require_no_open_case(gate, container.id)
    case = _new_case(gate, reason, lost_container_id=container.id)
    verdicts = [await _verdict(gate, each, reason) for each in _licenses_of(lost)]
    case.decide_by_rule(max(verdicts, key=list(Verdict).index, default=Verdict.AUTO), at=gate.now)
    replaced = await _carry_out(gate, case, container, lost)
    return LossReported(restore_case=case, activations=replaced, container=container)


@use_case("restoreApprove")
async def approve_restore(gate: Gate, *, restore_case_id: UUID) -> RestoreDecided:
    """Approve a case that the rules have left to the vendor, and replace what was lost."""
    case, container, lost = await _lock_case(gate, restore_case_id)
    case.approve(by=gate.actor.id, at=gate.now)
    return RestoreDecided(restore_case=case, activations=await _carry_out(gate, case, container, lost))


@use_case("restoreDeny")
async def deny_restore(gate: Gate, *, restore_case_id: UUID) -> RestoreDecided:
    """Deny a case that the rules have left to the vendor."""
    case = await gate.one(RestoreCase, restore_case_id, to="decide", load=(RestoreCase.activation,))
    case.deny(by=gate.actor.id, at=gate.now)
    gate.record("restore.denied", case, about=await gate.run(restores.license_of, case))
    return RestoreDecided(restore_case=case, activations=())


async def restore(
    gate: Gate, activation: Activation, reason: RestoreReason, *, verdict: Verdict | None = None
) -> RestoreCase:
    """Open and decide the case of a locked activation; `verdict` overrides that of the limits unless they deny it."""
    activation.require_restorable()
    await _require_no_open_case(gate, activation.container_id, activation.id)
    case = _new_case(gate, reason, activation_id=activation.id)
    by_limits = await _verdict(gate, activation.license, reason)
    case.decide_by_rule(by_limits if verdict is None or by_limits is Verdict.DENY else verdict, at=gate.now)
    await _carry_out(gate, case, activation.container, [activation])
    return case


async def _carry_out(
    gate: Gate, case: RestoreCase, container: Container, lost: Sequence[Activation]
) -> Sequence[Activation]:
    """Carry out and record a decision; return the activations that were replaced."""
    licenses = _licenses_of(lost)
    replaced: Sequence[Activation] = ()
    if case.state is RestoreState.COMPLETED:
        _replace(gate, case, container, lost)
        replaced = lost
    gate.record(_ACTIONS[case.state], case, about=licenses[0] if licenses else None)
    for activation in replaced:
        gate.record("license.restored", activation, about=activation.license)
    await gate.flush()  # the case is inserted before its activations
    for activation in replaced:
        gate.add(RestoredActivation(case_id=case.id, activation_id=activation.id))
    await gate.flush()  # the queries below count this case
    for license in licenses:
        await _report_excessive_use(gate, case, license)
        await _report_spreading_losses(gate, case, license)
    return replaced


def _replace(gate: Gate, case: RestoreCase, container: Container, lost: Sequence[Activation]) -> None:
    for activation in lost:
        if case.activation_id is not None:
            activation.replace(at=gate.now)
        else:
            activation.end_with_container(at=gate.now)
    licenses = _licenses_of(lost)
    for license in licenses:
        license.generation += 1
    if _blocks_container(case, container, licenses):
        container.block()


def _blocks_container(case: RestoreCase, container: Container, licenses: Sequence[License]) -> bool:
    """Not where the machine or the cloud remains in use, or where the licenses' rules leave the container to others."""
    if case.reason is RestoreReason.REINSTALL or container.type.is_cloud:
        return False
    return container.state is ContainerState.READY and (
        not licenses or any(recovery_rules(each).blocks_container for each in licenses)
    )


async def _lock_case(gate: Gate, case_id: UUID) -> tuple[RestoreCase, Container, Sequence[Activation]]:
    """A case to be decided, locked with its container and activations."""
    seen = await gate.one(RestoreCase, case_id, to="decide", lock=False)
    lost: Sequence[Activation]
    if seen.activation_id is not None:
        activation = await lock_activation(gate, seen.activation_id, to="read")
        container, lost = activation.container, [activation]
    else:
        assert seen.lost_container_id is not None, "a case is about an activation or a container"
        container, lost = await lock_container_with_activations(gate, seen.lost_container_id, to="read")
    return await gate.one(RestoreCase, case_id, to="decide"), container, lost


def _new_case(gate: Gate, reason: RestoreReason, **subject: UUID) -> RestoreCase:
    case = RestoreCase(
        id=new_id(),
        reason=reason,
        state=RestoreState.AWAITING_APPROVAL,
        requested_by_id=gate.actor.id,
        created_at=gate.now,
        **subject,
    )
    gate.add(case)
    return case


def _licenses_of(activations: Sequence[Activation]) -> list[License]:
    return list({each.license_id: each.license for each in activations}.values())


async def _require_no_open_case(gate: Gate, container_id: UUID, activation_id: UUID | None = None) -> None:
    state = await gate.run(restores.open_case, container_id, activation_id=activation_id)
    if state is not None:
        raise RestoreOpen(
            "this loss was reported before and is not decided yet; wait for the vendor's decision", state=state
        )


async def _verdict(gate: Gate, license: License, reason: RestoreReason) -> Verdict:
    completed = await gate.run(restores.completed_at, license.id, reason)
    return recovery_rules(license).verdict(reason, completed, now=gate.now)


async def _report_excessive_use(gate: Gate, case: RestoreCase, license: License) -> None:
    """Record many cases of one license, at `warn_at` and above the limit: once per license and window."""
    rules = recovery_rules(license)
    limit = rules.limit_for(case.reason)
    used = limit.used(await gate.run(restores.completed_at, license.id, case.reason), now=gate.now)
    is_over = case.state is not RestoreState.COMPLETED and used >= limit.count
    if not is_over and used < rules.warn_at:
        return
    since = gate.now - limit.window
    if not await gate.run(restores.is_license_reported, _EXCESSIVE, license.id, since=since):
        gate.record(_EXCESSIVE, case, about=license)


async def _report_spreading_losses(gate: Gate, case: RestoreCase, license: License) -> None:
    """Record many cases over all licenses of a group, even where no single license exceeds its limit: once per window."""
    group_id = license.owner_group_id
    if group_id is None or case.state is not RestoreState.COMPLETED:
        return
    completed = await gate.run(restores.completed_in_group_at, group_id)
    if GROUP_RESTORE_LIMIT.used(completed, now=gate.now) < GROUP_RESTORE_LIMIT.count:
        return
    since = gate.now - GROUP_RESTORE_LIMIT.window
    is_recorded = any(each.action == _SPREADING for each in gate.entries)
    if not is_recorded and not await gate.run(restores.is_group_reported, _SPREADING, group_id, since=since):
        gate.record(_SPREADING, case, about=await gate.run(restores.group, group_id))
