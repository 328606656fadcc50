"""Moving a seat from one container to another as one act."""

from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import put_in, take_out
from resolvers.locking import hold, require_not_lent
from resolvers.restores import restore
from store.activations import Activation, OriginalNeedsReceipt
from store.containers import Container
from store.restores import RestoreReason, RestoreState, recovery_rules


@use_case("licenseTransfer")
async def transfer_license(
    gate: Gate,
    *,
    activation_id: UUID,
    container_id: UUID,
    device_label: str = "",
    request_file: str | None = None,
    original_available: bool = True,
    reason: RestoreReason = RestoreReason.LOST,
) -> None:
    """Out of the old container and into the new one; without the old one it is a restore, if the vendor's rules have it."""
    activation = await hold(gate, activation_id, to="transfer" if original_available else "request_restore")
    target = await gate.one(Container, container_id, to="receive")
    if original_available:
        await _give_up(gate, activation)
    elif not await _restored(gate, activation, reason):
        return
    await gate.session.flush()  # the seat is free
    await put_in(gate, activation.license, target, device_label, request_file)


async def _give_up(gate: Gate, activation: Activation) -> None:
    await require_not_lent(gate, activation)
    if not activation.container.type.is_cloud:
        raise OriginalNeedsReceipt(
            "the old container has to give the seat back by its receipt first, or say that it is not available any more",
        )
    await take_out(gate, activation)


async def _restored(gate: Gate, activation: Activation, reason: RestoreReason) -> bool:
    """Whether the seat is free without its old container."""
    rules = recovery_rules(activation.license)
    verdict = None if rules.allow_transfer_without_original else rules.without_original
    case = await restore(gate, activation, reason, verdict=verdict)
    return case.state is RestoreState.COMPLETED
