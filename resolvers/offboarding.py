"""What follows when a person leaves a group, an account ends or a group moves: licenses return to their owners (spec A10)."""

from collections.abc import Sequence
from uuid import UUID

from authz.gate.gate import Gate
from resolvers.activations import withdraw_all
from store.activations import Activation, ActivationState
from store.groups import Group
from store.licenses import License
from store.queries import offboarding
from store.services import data_erasure, grant_revocation
from store.users import User


async def offboard_member(gate: Gate, user: User, group_ids: Sequence[UUID]) -> None:
    """After a person left groups: return their licenses, and replace the credentials of the groups' cloud containers."""
    await gate.flush()
    await _unassign(gate, await gate.run(offboarding.lock_misplaced_of, user.id))
    await gate.flush()
    containers = await gate.run(offboarding.lock_containers_of, user.id)
    await _withdraw_outside(gate, containers, left=group_ids)
    _withdraw(gate, await gate.run(offboarding.lock_activations_of, user.id, assigned_to=group_ids))
    for cloud in await gate.run(offboarding.lock_group_clouds, group_ids):
        cloud.credential_generation += 1
        await gate.run(offboarding.end_devices, cloud.id, at=gate.now)


async def offboard_account(gate: Gate, user: User) -> None:
    """After an account was erased: return its licenses, and delete its personal data, its tokens and its grants."""
    await gate.flush()
    await _unassign(gate, await gate.run(offboarding.lock_assigned_to, user.id))
    await gate.flush()
    await gate.run(offboarding.lock_containers_of, user.id)
    _withdraw(gate, await gate.run(offboarding.lock_activations_of, user.id))
    await gate.flush()
    await gate.run(data_erasure.erase_personal_data, user.id, at=gate.now)
    await gate.run(grant_revocation.revoke_of_holder, user.id, at=gate.now)


async def return_after_move(gate: Gate, group: Group, *, former_parent_id: UUID | None) -> None:
    """After a group was moved: return licenses and seats and revoke grants that came from groups no longer above it."""
    await gate.flush()
    await _unassign(gate, await gate.run(offboarding.lock_misplaced_below, group.id))
    if former_parent_id is not None:
        await gate.flush()
        containers = await gate.run(offboarding.lock_containers_below, group.id)
        await _withdraw_outside(gate, containers, left=[former_parent_id])
    await gate.run(grant_revocation.revoke_outside_source, group.id, at=gate.now)


async def _unassign(gate: Gate, licenses: Sequence[License]) -> None:
    for license in licenses:
        license.unassign()
        await withdraw_all(gate, license)


async def _withdraw_outside(gate: Gate, container_ids: Sequence[UUID], *, left: Sequence[UUID]) -> None:
    """Withdraw the seats in locked containers that no longer belong to the licenses' owner groups (spec A32)."""
    for activation in await gate.run(offboarding.lock_seats_outside_owner, container_ids, left=left):
        if activation.state is ActivationState.PENDING:
            activation.abort(at=gate.now)
            gate.record("activation.aborted", activation, about=activation.license)
        else:
            activation.withdraw(at=gate.now)
            gate.record("activation.withdrawn", activation, about=activation.license)
    await gate.flush()


def _withdraw(gate: Gate, activations: Sequence[Activation]) -> None:
    for activation in activations:
        activation.withdraw(at=gate.now)
