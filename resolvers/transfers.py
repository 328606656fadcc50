"""Transferring a seat from one container to another in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import activate, deactivate
from resolvers.locking import lock_activation, require_not_on_loan
from resolvers.restores import restore
from store.activations import Activation, LicenseFile, OriginalNeedsReceipt
from store.containers import Container
from store.licenses import License
from store.restores import RestoreCase, RestoreReason, RestoreState, recovery_rules


@dataclass(frozen=True, slots=True)
class LicenseTransferred:
    """The former and the new activation, or a restore case whose approval the transfer needs first."""

    license: License
    activations: Sequence[Activation]
    license_file: LicenseFile | None
    restore_case: RestoreCase | None


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
) -> LicenseTransferred:
    """Deactivate a seat in one container and activate it in another; without the original container it is a restore."""
    activation = await lock_activation(gate, activation_id, to="transfer" if original_available else "request_restore")
    target = await gate.one(Container, container_id, to="receive")
    license, case = activation.license, None
    if original_available:
        await _deactivate_original(gate, activation)
    else:
        case = await _restore_original(gate, activation, reason)
        if case.state is not RestoreState.COMPLETED:
            return LicenseTransferred(license=license, activations=(), license_file=None, restore_case=case)
    await gate.flush()  # the former activation gives up its seat before the new one takes it
    new = await activate(gate, license, target, device_label, request_file)
    return LicenseTransferred(
        license=license, activations=(activation, new.activation), license_file=new.license_file, restore_case=case
    )


async def _deactivate_original(gate: Gate, activation: Activation) -> None:
    await require_not_on_loan(gate, activation)
    if not activation.container.type.is_cloud:
        raise OriginalNeedsReceipt(
            f"a {activation.container.type} container returns a seat by its receipt; deactivate the license there first, or"
            " set originalAvailable to false if the container is gone"
        )
    await deactivate(gate, activation)


async def _restore_original(gate: Gate, activation: Activation, reason: RestoreReason) -> RestoreCase:
    rules = recovery_rules(activation.license)
    verdict = None if rules.allow_transfer_without_original else rules.without_original
    return await restore(gate, activation, reason, verdict=verdict)
